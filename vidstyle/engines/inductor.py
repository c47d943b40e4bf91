"""Engines of PyTorch's own compiler (TorchInductor), stored as packages of AOTInductor."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vidstyle.engines.compiler import Blueprint, Compiler, first_line
from vidstyle.engines.cpu import instruction_sets
from vidstyle.engines.cuda_runner import BATCH_ON_GPU, CudaRunner, no_room
from vidstyle.engines.eager import channels_last
from vidstyle.engines.engine import Backend, Engine, Precision
from vidstyle.engines.gpu import gpu_facts
from vidstyle.engines.half_precision import in_precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Arrays, Network
from vidstyle.engines.record import BadEngineError
from vidstyle.errors import VidstyleError

PACKAGE = "model.pt2"

# On a GPU, kernels are chosen by timing them. CUDA graphs are recorded when an engine is loaded: a
# package has none.
_TUNING = {"max_autotune": True, "coordinate_descent_tuning": True}


# Timing kernels, or compiling C++.
_BUILD_SECONDS = 120.0


class InductorEngine(Engine):
    """A compiled network, one picture after the other.

    Attributes:
        runner: what runs it on a GPU; None on a CPU.

    Args:
        folder: where the package is; its checksums have been checked.
        key: of the engine.
        device: "cpu", or "cuda" with an index.

    Raises:
        BadEngineError: PyTorch does not take the package.
        torch.OutOfMemoryError: the device has no room.
    """

    def __init__(self, folder: Path, *, key: EngineKey, device: torch.device) -> None:
        self.info = key.info_on(str(device))
        try:
            # One thread calls it at a time, and what it would do to guard against more of them
            # could not be recorded in a CUDA graph.
            function = torch._inductor.aoti_load_package(
                str(folder / PACKAGE),
                run_single_threaded=True,
                device_index=-1 if device.index is None else device.index,
            )
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            raise BadEngineError(
                f"engine {folder} cannot be loaded: {first_line(error)}"
            ) from error
        self.runner: CudaRunner | None = None
        if device.type == "cuda":
            self.runner = CudaRunner(function, inputs=key.inputs, device=device)
            self.batch = BATCH_ON_GPU
        self._run = self.runner or partial(_run_on_cpu, function)

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        return self._run(*inputs)


class InductorCompiler(Compiler):
    """Compiles networks with TorchInductor.

    Args:
        device: "cuda" with an index; on the "cpu" it works as well, if not as fast as OpenVINO.
    """

    backend = Backend.INDUCTOR
    possible = (Precision.FP16, Precision.FP32)

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.device = str(device)
        # fp16 is slower than fp32 on CPUs.
        self.best = (Precision.FP16, Precision.FP32) if device.type == "cuda" else (Precision.FP32,)

    def facts(self) -> dict[str, Any]:
        if self._device.type == "cuda":
            return {"backend_version": torch.__version__, **gpu_facts(self._device)}
        return {
            "backend_version": torch.__version__,
            "device": torch.backends.cpu.get_cpu_capability(),
            "instructions": instruction_sets(),
        }

    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        name, size = blueprint.network.name, blueprint.network.size
        module = in_precision(blueprint.module, blueprint.precision).to(self._device)
        try:
            self._package(channels_last(module), blueprint.examples[0], folder / PACKAGE)
        except torch.OutOfMemoryError as error:
            raise no_room(self.device, name, size) from error
        except RuntimeError as error:
            needs = "a C++ compiler (g++)"
            if self._device.type == "cuda":
                needs += " and CUDA's headers (set CUDA_HOME)"
            raise VidstyleError(
                f"inductor cannot compile {name} ({first_line(error)}): it needs {needs}"
            ) from error
        return [PACKAGE]

    def _package(self, module: nn.Module, example: Arrays, path: Path) -> None:
        # Inductor adds to the dictionary.
        options = dict(_TUNING) if self._device.type == "cuda" else {}
        tensors = tuple(torch.from_numpy(np.array(a)).to(self._device) for a in example)
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # They are of PyTorch's own parts about each other.
            program = torch.export.export(module, tensors)
            torch._inductor.aoti_compile_and_package(
                program, package_path=str(path), inductor_configs=options
            )

    def load(self, folder: Path, key: EngineKey) -> InductorEngine:
        try:
            return InductorEngine(folder, key=key, device=self._device)
        except torch.OutOfMemoryError as error:
            raise no_room(self.device, key.network, key.size) from error

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        return _BUILD_SECONDS


def _run_on_cpu(function: Callable[..., Tensor], *inputs: NDArray[Any]) -> NDArray[Any]:
    """The results for all pictures, one after the other."""
    pictures, *others = (
        torch.from_numpy(np.require(array, requirements=["C", "W"])) for array in inputs
    )
    with torch.inference_mode():
        results = [function(picture[None], *others) for picture in pictures]
    return np.concatenate([result.numpy() for result in results])
