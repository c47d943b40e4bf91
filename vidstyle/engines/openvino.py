"""Stored OpenVINO engines: loaded and run without PyTorch."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from math import prod
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any

import numpy as np
import openvino  # type: ignore[import-untyped]  # It comes without types.
from numpy.typing import NDArray
from openvino import opset13 as opset

from vidstyle.cores import usable_cores
from vidstyle.engines.cpu import instruction_sets
from vidstyle.engines.engine import Engine, Goal, Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.portions import in_portions
from vidstyle.engines.record import BadEngineError
from vidstyle.errors import VidstyleError

MODEL = "model.xml"
WEIGHTS = "model.bin"

_MOST_REQUESTS = 4
"""Each takes memory of its own, and frames that wait for others grow old."""

_MOST_NUMBERS = 30_000_000
"""In the largest features of all the pictures together that are computed side by side.

So many are 60 MB in bf16, and there are several features of about that size at a time.
"""

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
        with self._loading():
            self._model = _core().read_model(folder / MODEL, config=_READING)
        self.workers = _side_by_side(self._model) if self._settles else 1
        self.batch = self.workers * self._portion
        self._configuration = {
            **_RUNNING,
            "PERFORMANCE_HINT": "THROUGHPUT" if self.workers > 1 else "LATENCY",
            "NUM_STREAMS": self.workers,
            "INFERENCE_PRECISION_HINT": _floats(key.precision),
        }
        self._process = os.getpid()
        self._changing = Lock()
        self._settled: list[NDArray[Any]] = []
        self._idle: _Requests | None = None
        if not self._settles:
            self._idle = self._compiled(self._model)

    def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
        with self._changing:
            if self._settles and others and not self._is_settled_for(others):
                self._idle = self._compiled(_with_constants(self._model, others))
                self._settled = [array.copy() for array in others]

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        if os.getpid() != self._process:
            # Its threads are not in a forked process: it would wait for them for ever.
            raise VidstyleError(
                f"{self.info.network} was loaded by another process: load it in this one"
            )
        _ran_in.add(self._process)
        pictures, *others = inputs
        idle, steering = self._at_hand(others)
        try:
            return in_portions(
                lambda parts: _results(idle, parts, steering), pictures, size=self._portion
            )
        except RuntimeError as error:
            shapes = ", ".join(str(array.shape) for array in inputs)
            raise VidstyleError(
                f"{self.info.network} failed on {shapes}: {_last_line(error)}"
            ) from error

    def _at_hand(self, others: Sequence[NDArray[Any]]) -> tuple["_Requests", list[NDArray[Any]]]:
        """Requests, and what they are to be given with pictures: nothing where it is settled."""
        with self._changing:
            if self._settled and not self._is_settled_for(others):
                self._settled, self._idle = [], None
            if self._idle is None:
                self._idle = self._compiled(self._model)
            steering = [] if self._settled else [np.ascontiguousarray(array) for array in others]
            return self._idle, steering

    def _is_settled_for(self, others: Sequence[NDArray[Any]]) -> bool:
        return bool(self._settled) and all(map(np.array_equal, self._settled, others))

    def _compiled(self, model: Any) -> "_Requests":
        idle: _Requests = SimpleQueue()
        with self._loading():
            compiled = _core().compile_model(model, "CPU", self._configuration)
            for _ in range(self.workers):
                idle.put(compiled.create_infer_request())
        return idle

    @contextmanager
    def _loading(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise BadEngineError(
                f"engine {self._folder} cannot be loaded: {_last_line(error)}"
            ) from error


_Requests = SimpleQueue[Any]
"""Those of a compiled model that nobody is using; they run side by side."""


def _results(
    idle: _Requests, parts: Sequence[NDArray[Any]], steering: Sequence[NDArray[Any]]
) -> list[NDArray[Any]]:
    """The results of all parts, as many at a time as there are requests to be had."""
    results: list[NDArray[Any]] = []
    with _taken(idle, most=len(parts)) as requests:
        for start in range(0, len(parts), len(requests)):
            begun = []
            # Whatever happens, all that has begun is waited for: it reads the caller's memory.
            with ExitStack() as at_work:
                for request, part in zip(requests, parts[start:], strict=False):
                    request.start_async([part, *steering], share_inputs=True)
                    at_work.callback(request.wait)
                    begun.append(request)
            results += [request.get_output_tensor(0).data.copy() for request in begun]
    return results


@contextmanager
def _taken(idle: _Requests, *, most: int) -> Iterator[list[Any]]:
    """At least one request, which is waited for, and others that are idle."""
    requests = [idle.get()]
    try:
        with suppress(Empty):
            while len(requests) < most:
                requests.append(idle.get_nowait())
        yield requests
    finally:
        for request in requests:
            idle.put(request)


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
    }


def _side_by_side(model: Any) -> int:
    """How many pictures are best computed at a time: one on each core, if there is room.

    One core computes a picture with less work in all than several do, which wait for each other,
    and for whatever else runs on one of them.
    """
    features = (
        node.get_output_partial_shape(0)
        for node in model.get_ops()
        if "Convolution" in node.get_type_name()
    )
    # None are static where pictures are of any size.
    largest = max((prod(shape.to_shape()) for shape in features if shape.is_static), default=1)
    return min(max(1, _MOST_NUMBERS // largest), _MOST_REQUESTS, usable_cores())


def _last_line(error: Exception) -> str:
    """What is told of an error; OpenVINO begins with the place in its own source."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__


_ran_in: set[int] = set()
"""The processes that have run an engine: this one, or those that it was forked from."""


def _core() -> Any:
    """OpenVINO's core.

    Raises:
        VidstyleError: this process was forked from one that has run an engine. The threads of
            that are not in this one: to compile a model would wait for them for ever.
    """
    if _ran_in - {os.getpid()}:
        raise VidstyleError(
            "OpenVINO cannot be used in a process that was forked from one that has used it: start "
            'processes with multiprocessing.get_context("spawn")'
        )
    return _only_core()


@cache
def _only_core() -> Any:
    """OpenVINO's one core of this process, which must never end.

    On CPUs with AMX its plugin gives the thread that makes it a signal stack of its own, and the
    end of a second core puts a stack back that is freed: the next Ctrl-C would crash.
    """
    return openvino.Core()
