"""Every part of a pipeline fails at each point; the run ends, cleans up, and says where."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.harness import At, CountingSource, ListSink, fail_with, passing, run
from vidstyle.pipeline.channel import Closed, Policy
from vidstyle.pipeline.figures import PipelineFigures
from vidstyle.pipeline.pipeline import Pipeline
from vidstyle.pipeline.stage import Stage

COUNT = 12
STAGES = ("before", "model", "after")
PARTS = ("source", "source.close", *STAGES, "sink.write", "sink.close")
CALLS = {"source.close": 1, "sink.close": 1}
POINTS = [
    pytest.param(part, call, id=f"{part} at {call}")
    for part in PARTS
    for call in sorted({0, CALLS.get(part, COUNT) // 2, CALLS.get(part, COUNT) - 1})
]


class PlannedError(Exception):
    """What fails in these tests."""


class Trial:
    """A pipeline whose parts fail at given calls."""

    def __init__(
        self,
        faults: dict[str, int],
        *,
        count: int = COUNT,
        batches: tuple[int, ...] = (1, 1, 1),
        workers: tuple[int, ...] = (1, 1, 1),
        abort_fails: bool = False,
        **options: Any,
    ) -> None:
        self.abort_error = PlannedError("abort")
        self.errors: dict[str, BaseException] = {part: PlannedError(part) for part in faults}
        self.faults = {
            part: At(call, fail_with(self.errors[part])) for part, call in faults.items()
        }
        self.source = CountingSource(
            count, on_next=self.action("source"), on_close=self.action("source.close")
        )
        self.sink = ListSink(
            on_write=self.action("sink.write"),
            on_close=self.action("sink.close"),
            on_abort=fail_with(self.abort_error) if abort_fails else lambda: None,
        )
        stages = [
            passing(name, batch=batch, workers=count, on_item=self.action(name))
            for name, batch, count in zip(STAGES, batches, workers, strict=True)
        ]
        self.pipeline = Pipeline(self.source, stages, self.sink, **options)

    def action(self, part: str) -> Callable[[], None]:
        return self.faults.get(part, lambda: None)

    def fired(self) -> dict[BaseException, str]:
        """The errors that were raised, each with its part."""
        return {
            self.errors[part]: part for part, fault in self.faults.items() if fault.fired.is_set()
        }

    def run(self) -> BaseException | None:
        try:
            run(self.pipeline)
        except PlannedError as error:
            return error
        return None


def note_of(part: str) -> str:
    names = {"source": "capture", "source.close": "capture"}
    return f"in stage {names.get(part, part.removesuffix('.write').removesuffix('.close'))!r}"


@pytest.mark.parametrize("abort_fails", [False, True])
@pytest.mark.parametrize(("batch", "workers"), [(1, 1), (5, 1), (1, 3), (2, 2)])
@pytest.mark.parametrize("capacity", [1, 4])
@pytest.mark.parametrize(("part", "call"), POINTS)
def test_a_failure_at_each_point(
    part: str, call: int, capacity: int, batch: int, workers: int, abort_fails: bool
) -> None:
    trial = Trial(
        {part: call},
        capacity=capacity,
        batches=(1, batch, 1),
        workers=(1, workers, 1),
        abort_fails=abort_fails,
    )
    error = trial.run()
    assert error is trial.errors[part]
    assert error.__notes__[0] == note_of(part)
    assert trial.sink.was_aborted_only()
    assert trial.source.closing_threads == ["capture"]
    assert trial.sink.items == list(range(len(trial.sink.items)))
    late = (
        ["then PlannedError: abort (in stage 'sink', while it was aborted)"] if abort_fails else []
    )
    assert error.__notes__[1:] == late


@pytest.mark.parametrize("part", PARTS)
def test_a_failure_of_the_first_call_while_dropping(part: str) -> None:
    trial = Trial({part: 0}, capacity=1, policy=Policy.DROP_OLDEST)
    assert trial.run() is trial.errors[part]
    assert trial.sink.was_aborted_only()
    assert trial.source.closing_threads == ["capture"]


@given(
    faults=st.dictionaries(st.sampled_from(PARTS), st.integers(0, 25), max_size=3),
    count=st.integers(0, 25),
    batches=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
    workers=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    capacity=st.integers(1, 4),
    policy=st.sampled_from(Policy),
    abort_fails=st.booleans(),
)
@settings(max_examples=300)
def test_any_failures_at_once(
    faults: dict[str, int],
    count: int,
    batches: tuple[int, ...],
    workers: tuple[int, ...],
    capacity: int,
    policy: Policy,
    abort_fails: bool,
) -> None:
    trial = Trial(
        faults,
        count=count,
        batches=batches,
        workers=workers,
        capacity=capacity,
        policy=policy,
        abort_fails=abort_fails,
    )
    error = trial.run()
    fired = trial.fired()
    assert trial.source.closing_threads == ["capture"]
    assert trial.sink.items == sorted(set(trial.sink.items))
    if not fired:
        assert error is None
        assert trial.sink.was_completed_only()
        return
    assert error in fired
    assert error is not None
    assert error.__notes__[0] == note_of(fired[error])
    assert trial.sink.was_aborted_only()
    for other in fired:
        assert other is error or any(f"PlannedError: {other} (" in note for note in error.__notes__)


@pytest.mark.parametrize(
    "error", [Closed("of the stage's own"), StopIteration(), SystemExit(3), KeyboardInterrupt()]
)
def test_unusual_errors_of_a_stage_are_errors_too(error: BaseException) -> None:
    sink = ListSink()
    pipeline = Pipeline(range(5), [passing("model", on_item=fail_with(error))], sink)
    with pytest.raises(type(error)) as caught:
        run(pipeline)
    assert caught.value is error
    assert sink.was_aborted_only()


def test_an_iterable_that_cannot_be_opened() -> None:
    class Unreadable:
        def __iter__(self) -> Iterator[int]:
            raise PlannedError("no such camera")

    sink = ListSink()
    with pytest.raises(PlannedError, match="no such camera") as caught:
        run(Pipeline(Unreadable(), [], sink, source_name="camera"))
    assert caught.value.__notes__ == ["in stage 'camera'"]
    assert sink.was_aborted_only()


def test_a_generator_is_closed_after_a_failure_elsewhere() -> None:
    closed: list[str] = []

    def source() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.append(threading.current_thread().name)

    with pytest.raises(PlannedError):
        run(Pipeline(source(), [], ListSink(on_write=At(3, fail_with(PlannedError())))))
    assert closed == ["capture"]


def test_a_stage_that_loses_an_item_fails() -> None:
    sink = ListSink()
    stage: Stage[int, int] = Stage(name="model", work=lambda items: items[1:], batch=2)
    with pytest.raises(ValueError, match="1 outputs for 2 items"):
        run(Pipeline(range(4), [stage], sink))
    assert sink.was_aborted_only()


def test_an_error_in_on_tick_ends_the_run() -> None:
    error = PlannedError("progress")
    ticks: list[PipelineFigures] = []

    def linger() -> None:
        """Leaves time for more ticks, which must not come."""
        threading.Event().wait(0.02)

    sink = ListSink(on_abort=linger)

    def on_tick(figures: PipelineFigures) -> None:
        ticks.append(figures)
        raise error

    source = CountingSource(10**9)
    with pytest.raises(PlannedError) as caught:
        run(Pipeline(source, [passing("model")], sink), on_tick=on_tick, tick_seconds=0.001)
    assert caught.value is error
    assert error.__notes__ == ["in on_tick"]
    assert len(ticks) == 1
    assert sink.was_aborted_only()
    assert source.closing_threads == ["capture"]


@pytest.mark.parametrize("names", [{"sink"}, {"model"}, {"capture"}, {"sink", "model", "capture"}])
def test_threads_that_cannot_be_started(names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def start_or_fail(thread: threading.Thread) -> None:
        if thread.name in names:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_or_fail)
    source, sink = CountingSource(10**9), ListSink()
    with pytest.raises(RuntimeError, match="can't start new thread"):
        run(Pipeline(source, [passing("model")], sink))
    assert source.closed.is_set()
    assert len(sink.aborting_threads) == 1
    assert not sink.completed


def test_a_failure_leaves_the_pipeline_readable() -> None:
    pipeline = Pipeline(
        range(5), [passing("model", on_item=At(2, fail_with(PlannedError())))], ListSink()
    )
    with suppress(PlannedError):
        run(pipeline)
    assert pipeline.figures().stages[1].count == 2
    assert not pipeline.interrupted
    assert not pipeline.aborted
