"""Engines of PyTorch's own compiler (TorchInductor), stored as packages of AOTInductor."""

import shutil
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
from vidstyle.engines.cuda_runner import CudaRunner, room_on
from vidstyle.engines.depthwise import write_out_depthwise
from vidstyle.engines.device import is_out_of_memory
from vidstyle.engines.eager import channels_last
from vidstyle.engines.engine import Backend, Engine, Precision
from vidstyle.engines.folding import fold_constants
from vidstyle.engines.gpu import gpu_facts
from vidstyle.engines.half_precision import in_precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Arrays, Network
from vidstyle.engines.portions import in_portions
from vidstyle.engines.record import BadEngineError
from vidstyle.errors import VidstyleError

PACKAGE = "model.pt2"
WEIGHTS = "weights.pt"
"""What replaces the package's own weights; only where it was compiled for another network."""

# On a GPU, kernels are chosen by timing them; not by coordinate descent as well, which compiles one
# after the other: by estimate four minutes for adain. CUDA graphs are recorded when an engine is
# loaded: a package has none.
_TUNING = {"max_autotune": True}


# Timing kernels, or compiling C++.
_BUILD_SECONDS = 120.0

# Importing PyTorch, loading the package, and comparing.
_REFIT_SECONDS = 8.0


class InductorEngine(Engine):
    """A compiled network, run on one portion of pictures after the other.

    Attributes:
        runner: what runs it on a GPU; None on a CPU.

    Args:
        folder: where the package is; its checksums have been checked.
        key: of the engine.
        device: "cpu", or "cuda" with an index.

    Raises:
        BadEngineError: PyTorch does not take the package.
        RuntimeError: the device has no room; see `room_on`.
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
            if (folder / WEIGHTS).is_file():
                weights = torch.load(folder / WEIGHTS, map_location=device, weights_only=True)
                # Those that nothing is computed with are not in the package.
                wanted = {name: weights[name] for name in function.get_constant_fqns()}
                function.load_constants(wanted, check_full_update=True)
        except (RuntimeError, KeyError) as error:
            if is_out_of_memory(error):
                raise
            raise BadEngineError(
                f"engine {folder} cannot be loaded: {first_line(error)}"
            ) from error
        self.batch = key.batch
        self.runner: CudaRunner | None = None
        if device.type == "cuda":
            self.runner = CudaRunner(function, inputs=key.inputs, device=device)
            self.batch = self.runner.batch
        self._run = self.runner or partial(_run_on_cpu, function, key.batch)

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        return self._run(*inputs)


class InductorCompiler(Compiler):
    """Compiles networks with TorchInductor.

    Args:
        device: "cuda" with an index; on the "cpu" it works as well, if not as fast as OpenVINO.
    """

    backend = Backend.INDUCTOR
    refit_seconds = _REFIT_SECONDS
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
        with room_on(self.device, network=name, size=size):
            module = in_precision(blueprint.module, blueprint.precision).to(self._device)
            module = channels_last(module)
            if self._device.type == "cuda":
                write_out_depthwise(module)
            program = self._exported(module, blueprint.examples[0])
            if blueprint.donor is not None:
                return _refitted(program, blueprint.donor, folder)
            try:
                self._package(program, folder / PACKAGE)
            except RuntimeError as error:
                if is_out_of_memory(error):
                    raise
                needs = "a C++ compiler (g++)"
                if self._device.type == "cuda":
                    needs += " and CUDA's headers (set CUDA_HOME)"
                raise VidstyleError(
                    f"inductor cannot compile {name} ({first_line(error)}): it needs {needs}"
                ) from error
        return [PACKAGE]

    def _exported(self, module: nn.Module, example: Arrays) -> torch.export.ExportedProgram:
        tensors = tuple(torch.from_numpy(np.array(a)).to(self._device) for a in example)
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # They are of PyTorch's own parts about each other.
            graph = torch.export.export(module, tensors).module()
            fold_constants(graph)
            program: Any = torch.export.export(graph, tensors)  # Its methods are untyped.
            result: torch.export.ExportedProgram = program.run_decompositions(
                {torch.ops.aten.group_norm.default: _group_norm}
            )
            return result

    def _package(self, program: torch.export.ExportedProgram, path: Path) -> None:
        # Else small weights are written into the code, where no others can take their place.
        options = {"always_keep_tensor_constants": True}
        if self._device.type == "cuda":
            options |= _TUNING
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # As above.
            torch._inductor.aoti_compile_and_package(
                program, package_path=str(path), inductor_configs=options
            )

    def load(self, folder: Path, key: EngineKey) -> InductorEngine:
        with room_on(self.device, network=key.network, size=key.size):
            return InductorEngine(folder, key=key, device=self._device)

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        return _BUILD_SECONDS


def _group_norm(
    features: Tensor,
    groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    epsilon: float = 1e-5,
    _: bool = True,
) -> Tensor:
    """`torch.nn.functional.group_norm` with one channel a group, rows and columns kept apart.

    PyTorch's own takes pixels for one dimension. Where that meets a padding after a sum,
    TorchInductor of PyTorch 2.13 fails ("vr must not be None").
    """
    if groups != features.shape[1]:
        return NotImplemented  # type: ignore[no-any-return]  # So it is left to PyTorch's own.
    variance, mean = torch.var_mean(features, dim=(2, 3), correction=0, keepdim=True)
    normalised: Tensor = (features - mean) * torch.rsqrt(variance + epsilon)
    if weight is not None:
        normalised *= weight[:, None, None]
    if bias is not None:
        normalised += bias[:, None, None]
    return normalised


def _refitted(program: torch.export.ExportedProgram, donor: Path, folder: Path) -> list[str]:
    """Write the donor's package into `folder`, and beside it the program's own weights."""
    shutil.copyfile(donor / PACKAGE, folder / PACKAGE)
    # As PyTorch stores them they keep their memory format, which is compiled in.
    torch.save({**program.state_dict, **program.constants}, folder / WEIGHTS)
    return [PACKAGE, WEIGHTS]


def _run_on_cpu(
    function: Callable[..., Tensor], portion: int, pictures: NDArray[Any], *others: NDArray[Any]
) -> NDArray[Any]:
    """The results for all pictures, `portion` at a time."""
    steering = [_tensor(array) for array in others]
    with torch.inference_mode():
        return in_portions(
            lambda parts: [function(_tensor(part), *steering).numpy() for part in parts],
            pictures,
            size=portion,
        )


def _tensor(array: NDArray[Any]) -> Tensor:
    return torch.from_numpy(np.require(array, requirements=["C", "W"]))
