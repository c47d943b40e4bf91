"""Stored OpenVINO engines: loaded and run without PyTorch."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openvino  # type: ignore[import-untyped]  # It comes without types.
from numpy.typing import NDArray

from vidstyle.engines.cpu import instruction_sets
from vidstyle.engines.engine import Engine, EngineInfo, Precision
from vidstyle.engines.key import ENGINE_FORMAT
from vidstyle.engines.record import BadEngineError
from vidstyle.errors import VidstyleError

MODEL = "model.xml"
WEIGHTS = "model.bin"

_CONFIGURATION: dict[str, Any] = {
    # One frame at a time on all cores; a second stream would only make each of them slower.
    "PERFORMANCE_HINT": "LATENCY",
    "NUM_STREAMS": "1",
    # Threads tied to a core wait for whatever else runs on it: decoder, encoder, other programs.
    # Untied, a whole run is a third to a half faster on two busy cores.
    "ENABLE_CPU_PINNING": False,
    # A mapped file could not be moved or replaced on every system.
    "ENABLE_MMAP": "NO",
}

# int8 models say themselves which of their parts are int8; the rest is fp32.
_REST = {Precision.FP32: "f32", Precision.INT8: "f32", Precision.BF16: "bf16"}


class OpenVINOEngine(Engine):
    """A stored model, compiled for this CPU when it is loaded (0.1 to 0.2 s).

    OpenVINO's cache of compiled models is left off: it made loading no faster.

    Args:
        folder: where the model is; its checksums have been checked.
        info: what it is.

    Raises:
        BadEngineError: OpenVINO does not take the model.
    """

    def __init__(self, folder: Path, *, info: EngineInfo) -> None:
        self.info = info
        try:
            configuration = {
                **_CONFIGURATION,
                "INFERENCE_PRECISION_HINT": _REST[info.precision],
            }
            model = _core().compile_model(folder / MODEL, "CPU", configuration)
            self._request = model.create_infer_request()
        except RuntimeError as error:
            raise BadEngineError(
                f"engine {folder} cannot be loaded: {_first_line(error)}"
            ) from error

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        ready = [np.ascontiguousarray(array) for array in inputs]
        try:
            outputs = self._request.infer(ready, share_inputs=True)
        except RuntimeError as error:
            shapes = ", ".join(str(array.shape) for array in inputs)
            raise VidstyleError(
                f"{self.info.network} failed on {shapes}: {_first_line(error)}"
            ) from error
        output: NDArray[Any] = outputs[0]
        return output


def has_bfloat16() -> bool:
    """Whether this CPU computes in bfloat16: with AMX it is two to six times as fast as fp32."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def machine_facts() -> dict[str, Any]:
    """The part of a key that tells this machine and this OpenVINO."""
    return {
        "backend_version": str(openvino.get_version()),
        "device": str(_core().get_property("CPU", "FULL_DEVICE_NAME")).strip(),
        "instructions": instruction_sets(),
        "engine_format": ENGINE_FORMAT,
    }


def _first_line(error: Exception) -> str:
    """What is told of an error; OpenVINO begins with the place in its own source."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__


@cache
def _core() -> Any:
    """OpenVINO's one core of this process, which must never end.

    On CPUs with AMX its plugin gives the thread that makes it a signal stack of its own, and the
    end of a second core puts a stack back that is freed: the next Ctrl-C would crash.
    """
    return openvino.Core()
