"""The workshop that builds engines for runs: where it keeps them, and how it judges them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.compiler import Compiler
from vidstyle.engines.parity import ALIKE, Parity
from vidstyle.engines.store import EngineStore
from vidstyle.engines.workshop import OnMessage, Workshop
from vidstyle.runs.trial_pictures import trial_pictures


def make_workshop(compiler: Compiler, on_message: OnMessage) -> Workshop:
    """A workshop over the user's store, that tries engines on the samples."""
    return Workshop(
        EngineStore(),
        compiler=compiler,
        measure=measure_parity,
        trials=trial_pictures,
        on_message=on_message,
    )


def measure_parity(reference: NDArray[Any], candidate: NDArray[Any]) -> Parity:
    """How near an engine's output is to the reference; see `Parity`."""
    if reference.dtype != np.uint8:
        error = np.sqrt(np.mean((candidate - reference) ** 2, dtype=np.float64))
        scale = np.sqrt(np.mean(reference**2, dtype=np.float64))
        return Parity(psnr=_decibels(float(error / scale)), ssim=None)
    import torch

    from vidstyle.evaluation.fidelity import rmse, ssim

    first, second = (
        torch.from_numpy(array).permute(0, 3, 1, 2) / 255.0 for array in (reference, candidate)
    )
    return Parity(
        psnr=_decibels(float(rmse(first, second).max())), ssim=float(ssim(first, second).min())
    )


def _decibels(error: float) -> float:
    return ALIKE if error == 0 else min(ALIKE, float(-20 * np.log10(error)))
