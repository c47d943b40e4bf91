"""How near an engine comes to its network: what the gate of `engines.parity` asks for."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.parity import ALIKE, Parity
from vidstyle.weights.store import WeightStore

if TYPE_CHECKING:
    from torch import Tensor

    from vidstyle.losses.features import LossNetwork

_SIDE = 256
"""Pixels. Statistics of a larger picture are taken of its middle."""

_LEAST_STYLE = 0.1
"""A painted picture has a style loss of 1 to 4 to its content. What stays below this has hardly any
style that could drift."""


def measure_parity(
    reference: NDArray[Any], candidate: NDArray[Any], content: NDArray[Any]
) -> Parity:
    """How near an engine's output is to the reference; see `Parity`.

    Args:
        reference: what the network computes in eager fp32: pictures, uint8 (N, H, W, 3), or floats.
        candidate: what the engine computes, likewise.
        content: what pictures were painted from, uint8 (N, H, W, 3); of numbers it is not asked.
    """
    if reference.dtype != np.uint8:
        error = np.sqrt(np.mean((candidate - reference) ** 2, dtype=np.float64))
        scale = np.sqrt(np.mean(reference**2, dtype=np.float64))
        return Parity(psnr=_decibels(float(error / scale)))
    from vidstyle.evaluation.fidelity import rmse, ssim
    from vidstyle.nets.pictures import from_pictures

    first, second = from_pictures(reference), from_pictures(candidate)
    return Parity(
        psnr=_decibels(float(rmse(first, second).max())),
        ssim=float(ssim(first, second).min()),
        drift=_drift(first, second, from_pictures(content)),
    )


def _drift(reference: "Tensor", candidate: "Tensor", content: "Tensor") -> float:
    """See `Parity.drift`.

    Features are those of the network that comes with vidstyle, so that every machine measures the
    same. What it finds is half to all of what VGG-19 does.
    """
    import torch

    from vidstyle.losses.features import StyleTargets
    from vidstyle.losses.style import statistics_style_loss

    network = _style_network()
    with torch.no_grad():
        of_reference, of_candidate, of_content = (
            network(_middle(pictures)) for pictures in (reference, candidate, content)
        )
    targets = StyleTargets.measure(of_reference)
    moved = float(statistics_style_loss(of_candidate, targets))
    style = float(statistics_style_loss(of_content, targets))
    return float((moved / max(style, _LEAST_STYLE)) ** 0.5)


@cache
def _style_network() -> "LossNetwork":
    from vidstyle.losses.features import LossNetwork
    from vidstyle.stylizers.gatys.feature_networks import FEATURE_NETWORKS
    from vidstyle.stylizers.gatys.options import Features

    shipped = FEATURE_NETWORKS[Features.SHIPPED]
    return LossNetwork(shipped.load(WeightStore(), shipped.style))


def _middle(pictures: "Tensor") -> "Tensor":
    top, left = (max(0, length - _SIDE) // 2 for length in pictures.shape[2:])
    return pictures[:, :, top : top + _SIDE, left : left + _SIDE]


def _decibels(error: float) -> float:
    # Of what is no number, `min` gives the first.
    return ALIKE if error == 0 else min(float(-20 * np.log10(error)), ALIKE)
