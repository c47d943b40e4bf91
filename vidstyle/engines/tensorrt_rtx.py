"""Engines for RTX cards, built from ONNX by TensorRT-RTX; it needs no GPU for that."""

from pathlib import Path
from typing import Any

import tensorrt_rtx as trt
import torch

from vidstyle.engines.compiler import AbsentEngine, Blueprint, Compiler
from vidstyle.engines.cuda_runner import room_on
from vidstyle.engines.engine import Backend, Engine, Precision
from vidstyle.engines.float_levels import FloatLevels
from vidstyle.engines.half_precision import in_precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Network
from vidstyle.engines.onnx_model import onnx_model
from vidstyle.engines.tensorrt_engine import PLAN, Flavour, TensorRTEngine
from vidstyle.errors import UsageError, VidstyleError

# Its kernels are compiled for the very card when an engine is first loaded.
_BUILD_SECONDS = 30.0


class RTXCompiler(Compiler):
    """Builds engines for all cards of a compute capability; one runs on each of them.

    Args:
        target: the compute capability, as "sm_89".
        device: a GPU that has it, to run the engines on; None: they are built for another machine.

    Raises:
        UsageError: TensorRT-RTX does not know that target.
    """

    backend = Backend.TENSORRT
    possible = best = (Precision.FP16, Precision.FP32)

    def __init__(self, target: str, *, device: torch.device | None = None) -> None:
        self._capability = _capability(target)
        self._target = target
        self._device = device
        self.device = target if device is None else str(device)
        self.runs_here = device is not None

    def facts(self) -> dict[str, Any]:
        return {
            "backend_version": f"{Flavour.RTX} {trt.__version__}",
            "device": self._target,
            "instructions": (self._target,),
        }

    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        module = FloatLevels(in_precision(blueprint.module, blueprint.precision))
        model = onnx_model(module, example=blueprint.examples[0])
        (folder / PLAN).write_bytes(self._built(model, blueprint.network))
        return [PLAN]

    def load(self, folder: Path, key: EngineKey) -> Engine:
        if self._device is None:
            return AbsentEngine(key.info_on(self._target))
        with room_on(self.device, network=key.network, size=key.size):
            return TensorRTEngine(folder, key=key, flavour=Flavour.RTX, device=self._device)

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        return _BUILD_SECONDS

    def _built(self, model: bytes, network: Network) -> bytes:
        complaints = _Complaints()
        builder = trt.Builder(complaints)
        # Strongly typed: it computes in the types that the model says, and chooses none itself.
        typed = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
        definition = builder.create_network(typed)
        configuration = builder.create_builder_config()
        configuration.num_compute_capabilities = 1
        configuration.set_compute_capability(self._capability, 0)
        plan = None
        if trt.OnnxParser(definition, complaints).parse(model):
            plan = builder.build_serialized_network(definition, configuration)
        if plan is None:
            raise VidstyleError(f"TensorRT-RTX cannot build {network.name}: {complaints.first}")
        return bytes(plan)


class _Complaints(trt.ILogger):  # type: ignore[misc]  # It has no types.
    """Keeps the first error, and prints nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.first = "it does not say why"
        self._has_one = False

    def log(self, severity: Any, message: str) -> None:
        is_error = severity in (trt.ILogger.ERROR, trt.ILogger.INTERNAL_ERROR)
        if is_error and not self._has_one:
            self.first, self._has_one = message.splitlines()[0], True


def _capability(target: str) -> Any:
    known = {
        name.replace("SM", "sm_"): value
        for name, value in trt.ComputeCapability.__members__.items()
        if name.startswith("SM")
    }
    if target not in known:
        raise UsageError(f"target {target!r} is not one of {', '.join(sorted(known, key=len))}")
    return known[target]
