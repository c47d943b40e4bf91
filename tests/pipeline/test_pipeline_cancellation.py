"""Stopping, aborting and Ctrl-C at any moment."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.harness import (
    At,
    CountingSource,
    ListSink,
    fail_with,
    passing,
    run,
    wait_for,
)
from vidstyle.pipeline import pipeline as pipeline_module
from vidstyle.pipeline.channel import Policy
from vidstyle.pipeline.figures import PipelineFigures
from vidstyle.pipeline.pipeline import Pipeline

# Runs in the main thread have no watchdog thread; this one prints all stacks and ends pytest.
pytestmark = pytest.mark.timeout(30)

ENDLESS = 10**9
PLACES = ("source", "before", "model", "sink")


class Trial:
    """An endless pipeline in which something happens at the nth call of one of its parts."""

    def __init__(self, place: str, call: int, action: Callable[[], None], **options: Any) -> None:
        at = {place: At(call, action)}
        self.source = CountingSource(ENDLESS, on_next=at.get("source", lambda: None))
        self.sink = ListSink(on_write=at.get("sink", lambda: None))
        batches = options.pop("batches", (1, 1))
        workers = options.pop("workers", (1, 1))
        stages = [
            passing(name, batch=batch, workers=count, on_item=at.get(name, lambda: None))
            for name, batch, count in zip(("before", "model"), batches, workers, strict=True)
        ]
        self.pipeline = Pipeline(self.source, stages, self.sink, **options)


CANCELLATIONS = given(
    place=st.sampled_from(PLACES),
    call=st.integers(0, 20),
    batches=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    workers=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    capacity=st.integers(1, 4),
    policy=st.sampled_from(Policy),
)


@CANCELLATIONS
@settings(max_examples=150)
def test_a_stop_finishes_what_is_in_flight(place: str, call: int, **options: Any) -> None:
    trial = Trial(place, call, lambda: trial.pipeline.stop(), **options)
    figures = run(trial.pipeline)
    assert trial.pipeline.interrupted
    assert trial.sink.was_completed_only()
    assert trial.source.closing_threads == ["capture"]
    assert trial.sink.items == sorted(set(trial.sink.items))
    handed_on = figures.stages[0].count
    assert trial.source.given - handed_on <= 1, "at most the one in the source's hand is left out"
    assert len(trial.sink.items) + sum(stage.dropped for stage in figures.stages) == handed_on
    if options["policy"] is Policy.WAIT:
        assert trial.sink.items == list(range(handed_on))


@CANCELLATIONS
@settings(max_examples=150)
def test_an_abort_throws_away_what_is_in_flight(place: str, call: int, **options: Any) -> None:
    trial = Trial(place, call, lambda: trial.pipeline.abort(), **options)
    run(trial.pipeline)
    assert trial.pipeline.aborted
    assert not trial.pipeline.interrupted
    assert trial.sink.was_aborted_only()
    assert trial.source.closing_threads == ["capture"]
    assert trial.sink.items == sorted(set(trial.sink.items))


@given(call=st.integers(0, 10), policy=st.sampled_from(Policy))
@settings(max_examples=20)
def test_stopping_from_a_tick(call: int, policy: Policy) -> None:
    sink = ListSink()
    pipeline = Pipeline(CountingSource(ENDLESS), [passing("model")], sink, policy=policy)
    stop = At(call, pipeline.stop)

    def on_tick(figures: PipelineFigures) -> None:
        stop()

    run(pipeline, on_tick=on_tick, tick_seconds=0.0005)
    assert pipeline.interrupted
    assert sink.was_completed_only()


def test_a_stop_wakes_a_source_that_waits_for_room() -> None:
    """The sink holds item 0, the channel item 1, the source item 2: it must end all the same."""
    source = CountingSource(ENDLESS, on_next=At(2, lambda: pipeline.stop()))
    sink = ListSink(on_write=lambda: wait_for(source.closed))
    pipeline = Pipeline(source, [], sink, capacity=1)
    run(pipeline)
    assert sink.items in ([0], [0, 1])
    assert sink.was_completed_only()


def test_a_stop_from_outside_wakes_a_source_that_waits_for_room() -> None:
    stuck = threading.Event()
    source = CountingSource(ENDLESS, on_next=At(2, stuck.set))
    sink = ListSink(on_write=lambda: wait_for(source.closed))
    pipeline = Pipeline(source, [], sink, capacity=1)

    def stop_when_stuck() -> None:
        wait_for(stuck)
        pipeline.stop()

    stopper = threading.Thread(target=stop_when_stuck, daemon=True)
    stopper.start()
    run(pipeline)
    stopper.join()
    assert sink.items == [0, 1]


def test_a_stop_completes_the_sink_while_the_source_is_stuck() -> None:
    """A camera that gives no more frames must not keep the file from being finished."""
    completed = threading.Event()
    sink = ListSink(on_close=completed.set)

    def source() -> Iterator[int]:
        yield 0
        pipeline.stop()
        wait_for(completed)
        yield 1

    pipeline = Pipeline(source(), [passing("model")], sink)
    run(pipeline)
    assert sink.items == [0]
    assert sink.was_completed_only()


@pytest.mark.parametrize("cancel", [Pipeline.stop, Pipeline.abort])
def test_cancelling_before_the_run(cancel: Callable[[Pipeline], None]) -> None:
    source, sink = CountingSource(ENDLESS), ListSink()
    pipeline = Pipeline(source, [passing("model")], sink)
    cancel(pipeline)
    run(pipeline)
    assert source.given == 0
    assert source.closed.is_set()
    assert sink.was_completed_only() == (cancel is Pipeline.stop)
    assert sink.was_aborted_only() == (cancel is Pipeline.abort)


@pytest.mark.parametrize("cancel", [Pipeline.stop, Pipeline.abort])
def test_cancelling_after_the_run_changes_nothing(cancel: Callable[[Pipeline], None]) -> None:
    sink = ListSink()
    pipeline = Pipeline(range(3), [], sink)
    run(pipeline)
    cancel(pipeline)
    assert (pipeline.interrupted, pipeline.aborted) == (False, False)
    assert sink.was_completed_only()


def test_an_abort_while_the_sink_completes_comes_too_late() -> None:
    sink = ListSink(on_close=lambda: pipeline.abort())
    pipeline = Pipeline(range(3), [], sink)
    run(pipeline)
    assert sink.was_completed_only()


def test_an_abort_after_a_stop_throws_away() -> None:
    def stop_then_abort() -> None:
        trial.pipeline.stop()
        trial.pipeline.abort()

    trial = Trial("model", 3, stop_then_abort)
    run(trial.pipeline)
    assert trial.pipeline.interrupted
    assert trial.sink.was_aborted_only()


def test_an_abort_leaves_a_begun_batch_undone() -> None:
    """Two items fit into a channel of one: the stage holds the first, and waits for two more."""
    source = CountingSource(ENDLESS, on_next=At(2, lambda: pipeline.abort()))
    worked = threading.Event()
    pipeline = Pipeline(
        source, [passing("model", batch=3, on_item=worked.set)], ListSink(), capacity=1
    )
    run(pipeline)
    assert not worked.is_set()


def test_an_error_of_an_aborted_sink_is_raised() -> None:
    error = OSError("cannot remove")
    sink = ListSink(on_abort=fail_with(error))
    pipeline = Pipeline(CountingSource(ENDLESS), [], sink)
    pipeline.abort()
    with pytest.raises(OSError, match="cannot remove") as caught:
        run(pipeline)
    assert caught.value is error


def interrupt() -> None:
    """A real Ctrl-C, from whatever thread."""
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def _handler_is_restored() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("send", [interrupt, lambda: signal.raise_signal(signal.SIGINT)])
@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("place", PLACES)
def test_the_first_interrupt_stops(place: str, policy: Policy, send: Callable[[], None]) -> None:
    trial = Trial(place, 5, send, policy=policy)
    figures = trial.pipeline.run()
    assert trial.pipeline.interrupted
    assert trial.sink.was_completed_only()
    dropped = sum(stage.dropped for stage in figures.stages)
    assert figures.count + dropped == figures.stages[0].count


def test_the_second_interrupt_aborts() -> None:
    def interrupt_twice() -> None:
        interrupt()
        wait_for(trial.source.closed)
        interrupt()
        wait_for(trial.sink.aborted)

    trial = Trial("model", 5, interrupt_twice)
    with pytest.raises(KeyboardInterrupt):
        trial.pipeline.run()
    assert trial.sink.was_aborted_only()
    assert trial.pipeline.aborted


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Frees what is stuck when the test is over. Patience with stuck threads is short here."""
    monkeypatch.setattr(pipeline_module, "ABANDON_SECONDS", 0.05)
    event = threading.Event()
    yield event
    event.set()


def stay_stuck(release: threading.Event) -> None:
    """Without a limit: a run that waits for this is a run that hangs."""
    release.wait()


def test_the_second_interrupt_ends_a_run_with_a_stuck_stage(release: threading.Event) -> None:
    def get_stuck() -> None:
        interrupt()
        wait_for(trial.source.closed)
        interrupt()
        stay_stuck(release)

    trial = Trial("model", 2, get_stuck)
    with pytest.raises(KeyboardInterrupt):
        trial.pipeline.run()
    assert not release.is_set()
    assert trial.sink.was_aborted_only()
    assert trial.source.closed.is_set()


def test_the_second_interrupt_ends_a_run_with_a_stuck_source(release: threading.Event) -> None:
    def get_stuck() -> None:
        interrupt()
        wait_for(completed)
        interrupt()
        stay_stuck(release)

    trial = Trial("source", 2, get_stuck)
    completed = threading.Event()
    trial.sink._on_close = completed.set
    with pytest.raises(KeyboardInterrupt):
        trial.pipeline.run()
    assert not release.is_set()
    assert trial.sink.items == [0, 1]
    assert trial.sink.was_completed_only()


def test_the_second_interrupt_ends_a_run_with_a_stuck_sink(release: threading.Event) -> None:
    def get_stuck() -> None:
        interrupt()
        wait_for(trial.source.closed)
        interrupt()
        stay_stuck(release)

    trial = Trial("sink", 2, get_stuck)
    with pytest.raises(KeyboardInterrupt):
        trial.pipeline.run()
    assert not release.is_set()
    assert not trial.sink.completed
    release.set()
    wait_for(trial.sink.aborted)


def test_one_interrupt_ends_a_failed_run_with_a_stuck_source(release: threading.Event) -> None:
    error = OSError("disk full")
    source = CountingSource(ENDLESS, on_next=At(1, lambda: stay_stuck(release)))
    sink = ListSink(on_write=fail_with(error), on_abort=interrupt)
    with pytest.raises(OSError, match="disk full") as caught:
        Pipeline(source, [], sink).run()
    assert caught.value is error
    assert not release.is_set()
    assert sink.was_aborted_only()


def test_an_abort_ends_a_run_with_a_stuck_stage(release: threading.Event) -> None:
    def get_stuck() -> None:
        trial.pipeline.abort()
        stay_stuck(release)

    trial = Trial("before", 2, get_stuck)
    trial.pipeline.run()
    assert not release.is_set()
    assert trial.sink.was_aborted_only()


def test_an_error_beats_the_interrupts(release: threading.Event) -> None:
    error = OSError("disk full")

    def interrupt_twice() -> None:
        interrupt()
        stay_stuck(release)

    sink = ListSink(on_write=At(3, fail_with(error)), on_abort=interrupt_twice)
    with pytest.raises(OSError, match="disk full") as caught:
        Pipeline(CountingSource(ENDLESS), [], sink).run()
    assert caught.value is error


@pytest.mark.parametrize("call", [*range(10), 300])
@pytest.mark.parametrize("place", PLACES)
def test_the_handler_of_another_signal_may_raise(place: str, call: int) -> None:
    """As a SIGTERM handler that exits does: every thread ends first, even while they start."""
    trial = Trial(place, call, lambda: os.kill(os.getpid(), signal.SIGTERM))
    before = set(threading.enumerate())

    def leave(number: int, frame: object) -> None:
        raise SystemExit(7)

    previous = signal.signal(signal.SIGTERM, leave)
    # Hypothesis is called when garbage is collected: what a handler raises just then, is lost.
    gc.disable()
    try:
        with pytest.raises(SystemExit) as caught:
            trial.pipeline.run()
    finally:
        gc.enable()
        signal.signal(signal.SIGTERM, previous)
    assert caught.value.code == 7
    assert not trial.sink.completed
    assert len(trial.sink.aborting_threads) == 1
    assert trial.source.closed.is_set()
    assert set(threading.enumerate()) == before
