"""Sources, sinks and faults for pipeline tests, and the watchdog that every run is under."""

import itertools
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import pytest

from vidstyle.pipeline.figures import PipelineFigures
from vidstyle.pipeline.pipeline import Pipeline
from vidstyle.pipeline.stage import Stage

T = TypeVar("T")

PATIENCE = 20.0


def within(function: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """The result of `function`; a failed test with every thread's stack if it takes longer."""
    future: Future[T] = Future()

    def call() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    thread = threading.Thread(target=call, daemon=True, name="watched")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        pytest.fail(f"hangs after {seconds} s\n{_stacks()}")
    return future.result()


def run(pipeline: Pipeline, **options: Any) -> PipelineFigures:
    """Run under the watchdog, and see that every thread has ended when the run has."""

    def run_and_count() -> PipelineFigures:
        before = set(threading.enumerate())
        try:
            return pipeline.run(**options)
        finally:
            left = set(threading.enumerate()) - before
            assert not left, f"left alive: {left}"

    return within(run_and_count)


def wait_for(event: threading.Event) -> None:
    """Wait for something that has to come."""
    assert event.wait(PATIENCE), f"never came\n{_stacks()}"


def _stacks() -> str:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return "\n".join(
        f"--- {names.get(ident, ident)}\n" + "".join(traceback.format_stack(frame))
        for ident, frame in sys._current_frames().items()
    )


class At:
    """Does something at one of its calls, counted from 0, and tells whether it did."""

    def __init__(self, call: int, action: Callable[[], None]) -> None:
        self._call = call
        self._action = action
        # It may be called by several threads.
        self._calls = itertools.count()
        self.fired = threading.Event()

    def __call__(self) -> None:
        if next(self._calls) == self._call:
            self.fired.set()
            self._action()


def nothing() -> None:
    """An action that does nothing."""


def fail_with(error: BaseException) -> Callable[[], None]:
    """An action that raises `error`."""

    def fail() -> None:
        raise error

    return fail


class CountingSource:
    """An iterator over 0, 1, 2, … that knows whether, and in which thread, it was closed."""

    def __init__(
        self,
        count: int,
        *,
        on_next: Callable[[], None] = nothing,
        on_close: Callable[[], None] = nothing,
    ) -> None:
        self._count = count
        self._on_next = on_next
        self._on_close = on_close
        self.given = 0
        self.closed = threading.Event()
        self.closing_threads: list[str] = []

    def __iter__(self) -> "CountingSource":
        return self

    def __next__(self) -> int:
        self._on_next()
        if self.given >= self._count:
            raise StopIteration
        self.given += 1
        return self.given - 1

    def close(self) -> None:
        self.closing_threads.append(threading.current_thread().name)
        self.closed.set()
        self._on_close()


class ListSink:
    """Keeps what it gets, and counts how it was ended."""

    def __init__(
        self,
        *,
        on_write: Callable[[], None] = nothing,
        on_close: Callable[[], None] = nothing,
        on_abort: Callable[[], None] = nothing,
    ) -> None:
        self._on_write = on_write
        self._on_close = on_close
        self._on_abort = on_abort
        self.items: list[Any] = []
        self.completed = 0
        self.aborting_threads: list[str] = []
        self.aborted = threading.Event()

    def write(self, item: Any) -> None:
        self._on_write()
        self.items.append(item)

    def close(self) -> None:
        self._on_close()
        self.completed += 1

    def abort(self) -> None:
        self.aborting_threads.append(threading.current_thread().name)
        self.aborted.set()
        self._on_abort()

    def was_completed_only(self) -> bool:
        return (self.completed, self.aborting_threads) == (1, [])

    def was_aborted_only(self) -> bool:
        return (self.completed, self.aborting_threads) == (0, ["sink"])


def passing(
    name: str,
    *,
    batch: int = 1,
    workers: int = 1,
    spins: int = 0,
    on_item: Callable[[], None] = nothing,
) -> Stage[Any, Any]:
    """A stage that passes its items on, after some busy loops for each."""

    def work(items: Sequence[Any]) -> Sequence[Any]:
        for _ in items:
            on_item()
            for _ in range(spins):
                pass
        return items

    return Stage(name=name, work=work, batch=batch, workers=workers)
