"""Stored OpenVINO engines: loaded and run without PyTorch."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openvino  # type: ignore[import-untyped]  # It comes without types.
from numpy.typing import NDArray
from openvino import opset13 as opset

from vidstyle.cores import usable_cores
from vidstyle.engines.cpu import instruction_sets
from vidstyle.engines.engine import Engine, Goal, Precision
from vidstyle.engines.key import ENGINE_FORMAT, EngineKey
from vidstyle.engines.portions import in_portions
from vidstyle.engines.record import BadEngineError
from vidstyle.errors import VidstyleError

MODEL = "model.xml"
WEIGHTS = "model.bin"

_MOST_REQUESTS = 4
"""Each takes memory of its own, and frames that wait for others grow old."""

_MOST_PIXELS_SIDE_BY_SIDE = 500_000
"""Of a picture: two larger ones take each other's place in the caches."""

# A mapped file could not be moved or replaced on every system.
_READING = {"ENABLE_MMAP": "NO"}

# Threads tied to a core wait for whatever else runs on it: decoder, encoder, other programs.
# Untied, a whole run is a third to a half faster on two busy cores.
_RUNNING = {"ENABLE_CPU_PINNING": False}


class OpenVINOEngine(Engine):
    """A stored model, compiled for this CPU (0.2 to 0.3 s).

    For latency that is done when it is loaded. For throughput it is done when it gets ready for
    what pictures will be given with: as constants, a style's code and the like are folded into
    what is around them, which saves a twelfth of the time.

    OpenVINO's cache of compiled models is left off: it made loading no faster.

    Args:
        folder: where the model is; its checksums have been checked.
        key: of the engine.
        goal: what it is to be good at.

    Raises:
        BadEngineError: OpenVINO does not take the model.
    """

    def __init__(self, folder: Path, *, key: EngineKey, goal: Goal = Goal.LATENCY) -> None:
        self.info = key.info_on("cpu")
        self._folder = folder
        self._portion = key.batch
        self._settles = goal is Goal.THROUGHPUT
        # One core computes a picture with less work in all than several do, which wait for each
        # other.
        side_by_side = self._settles and _pixels(key) <= _MOST_PIXELS_SIDE_BY_SIDE
        self._streams = min(_MOST_REQUESTS, usable_cores()) if side_by_side else 1
        self._configuration = {
            **_RUNNING,
            "PERFORMANCE_HINT": "THROUGHPUT" if side_by_side else "LATENCY",
            "NUM_STREAMS": self._streams,
            "INFERENCE_PRECISION_HINT": _floats(key.precision),
        }
        self._settled: list[NDArray[Any]] = []
        self._requests: list[Any] = []
        with self._loading():
            self._model = _core().read_model(folder / MODEL, config=_READING)
        if not self._settles:
            self._requests = self._compiled(self._model)
        self.batch = self._streams * self._portion

    def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
        if self._settles and others and not self._is_settled_for(others):
            self._requests = self._compiled(_with_constants(self._model, others))
            self._settled = [array.copy() for array in others]

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        pictures, *others = inputs
        steering = self._steering(others)
        try:
            return in_portions(
                lambda parts: self._results(parts, steering), pictures, size=self._portion
            )
        except RuntimeError as error:
            shapes = ", ".join(str(array.shape) for array in inputs)
            raise VidstyleError(
                f"{self.info.network} failed on {shapes}: {_first_line(error)}"
            ) from error

    def _steering(self, others: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """What a request is to be given with pictures: nothing where it is settled."""
        if self._is_settled_for(others):
            return []
        if self._settled:
            self._settled, self._requests = [], []
        if not self._requests:
            self._requests = self._compiled(self._model)
        return [np.ascontiguousarray(array) for array in others]

    def _is_settled_for(self, others: Sequence[NDArray[Any]]) -> bool:
        return bool(self._settled) and all(map(np.array_equal, self._settled, others))

    def _compiled(self, model: Any) -> list[Any]:
        """Requests that can run side by side."""
        with self._loading():
            compiled = _core().compile_model(model, "CPU", self._configuration)
            return [compiled.create_infer_request() for _ in range(self._streams)]

    @contextmanager
    def _loading(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise BadEngineError(
                f"engine {self._folder} cannot be loaded: {_first_line(error)}"
            ) from error

    def _results(
        self, parts: Sequence[NDArray[Any]], steering: Sequence[NDArray[Any]]
    ) -> list[NDArray[Any]]:
        """The results of all parts, as many at a time as there are requests."""
        results: list[NDArray[Any]] = []
        for start in range(0, len(parts), len(self._requests)):
            begun = []
            # Whatever happens, all that has begun is waited for: it reads the caller's memory.
            with ExitStack() as at_work:
                for request, part in zip(self._requests, parts[start:], strict=False):
                    request.start_async([part, *steering], share_inputs=True)
                    at_work.callback(request.wait)
                    begun.append(request)
            results += [request.get_output_tensor(0).data.copy() for request in begun]
        return results


def _with_constants(model: Any, values: Sequence[NDArray[Any]]) -> Any:
    """A copy of the model, whose inputs after the first have these values for good."""
    model = model.clone()
    for parameter, array in zip(model.get_parameters()[1:], values, strict=True):
        parameter.output(0).replace(opset.constant(array).output(0))
        model.remove_parameter(parameter)
    return model


def _floats(precision: Precision) -> str:
    """The format of what is not int8; models say themselves what is."""
    if precision is Precision.INT8:
        return "bf16" if has_bfloat16() else "f32"
    return "bf16" if precision is Precision.BF16 else "f32"


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


def _pixels(key: EngineKey) -> int:
    """Of one picture; 0 where any size will do."""
    height, width = key.inputs[0].picture_size
    return (height or 0) * (width or 0)


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
