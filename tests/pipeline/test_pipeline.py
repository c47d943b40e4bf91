"""A run that goes well: its order, figures, threads and memory."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.harness import At, CountingSource, ListSink, passing, run, wait_for
from vidstyle.pipeline.channel import Policy
from vidstyle.pipeline.figures import PipelineFigures
from vidstyle.pipeline.pipeline import Pipeline
from vidstyle.pipeline.stage import Stage
from vidstyle.pipeline.turns import Turns

STAGES = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 3), st.sampled_from([0, 0, 30, 300])), max_size=4
)


def make_stages(shape: list[tuple[int, int, int]]) -> list[Stage[Any, Any]]:
    return [
        passing(f"stage {index}", batch=batch, workers=workers, spins=spins)
        for index, (batch, workers, spins) in enumerate(shape)
    ]


@given(count=st.integers(0, 60), shape=STAGES, capacity=st.integers(1, 5))
@settings(max_examples=150)
def test_waiting_loses_doubles_and_reorders_nothing(
    count: int, shape: list[tuple[int, int, int]], capacity: int
) -> None:
    source, sink = CountingSource(count), ListSink()
    figures = run(Pipeline(source, make_stages(shape), sink, capacity=capacity))
    assert sink.items == list(range(count))
    assert sink.was_completed_only()
    assert source.closing_threads == ["capture"]
    assert [stage.count for stage in figures.stages] == [count] * (len(shape) + 2)
    assert figures.count == count
    assert not any(stage.dropped for stage in figures.stages)


@given(count=st.integers(0, 60), shape=STAGES, capacity=st.integers(1, 5))
@settings(max_examples=150)
def test_dropping_keeps_the_order_and_counts_what_it_drops(
    count: int, shape: list[tuple[int, int, int]], capacity: int
) -> None:
    source, sink = CountingSource(count), ListSink()
    figures = run(
        Pipeline(source, make_stages(shape), sink, capacity=capacity, policy=Policy.DROP_OLDEST)
    )
    assert sink.items == sorted(set(sink.items))
    assert set(sink.items) <= set(range(count))
    assert sink.items[-1:] == list(range(count))[-1:], "the newest item is never dropped"
    assert figures.stages[0].count == count
    assert len(sink.items) + sum(stage.dropped for stage in figures.stages) == count
    assert sink.was_completed_only()


def test_dropping_never_makes_the_source_wait() -> None:
    source = CountingSource(100)
    sink = ListSink(on_write=lambda: wait_for(source.closed))
    figures = run(Pipeline(source, [], sink, capacity=2, policy=Policy.DROP_OLDEST))
    assert sink.items[-2:] == [98, 99]
    assert figures.stages[-1].dropped >= 97


def test_items_pass_through_the_stages_in_order() -> None:
    sink = ListSink()
    stages = [Stage.each(name, appending(name)) for name in "abc"]
    run(Pipeline(["1", "2"], stages, sink))
    assert sink.items == ["1abc", "2abc"]


def test_a_waiting_batch_is_full_but_for_the_last() -> None:
    sizes: list[int] = []

    def work(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        return items

    stage = Stage(name="model", work=work, batch=4)
    run(Pipeline(range(10), [stage], ListSink(), capacity=1))
    assert sizes == [4, 4, 2]


def test_a_dropping_batch_takes_what_is_there() -> None:
    """The source gives its second item only after the first, alone, has come out."""
    written = threading.Event()
    source = CountingSource(2, on_next=At(1, lambda: wait_for(written)))
    sink = ListSink(on_write=written.set)
    run(Pipeline(source, [passing("model", batch=4)], sink, policy=Policy.DROP_OLDEST))
    assert sink.items == [0, 1]


def test_workers_are_at_work_at_the_same_time_and_keep_the_order() -> None:
    """The first item is done last: its worker waits until three others have been worked on."""
    others = threading.Semaphore(0)

    def work(items: Sequence[int]) -> Sequence[int]:
        for item in items:
            if item == 0:
                for _ in range(3):
                    assert others.acquire(timeout=10)
            else:
                others.release()
        return items

    sink = ListSink()
    run(Pipeline(range(8), [Stage(name="model", work=work, workers=4)], sink))
    assert sink.items == list(range(8))


def test_workers_share_the_time() -> None:
    """Each item takes as long as all are at work, and nothing else is."""
    together = threading.Barrier(3)

    def work(items: Sequence[int]) -> Sequence[int]:
        together.wait(10)
        return items

    figures = run(Pipeline(range(9), [Stage(name="model", work=work, workers=3)], ListSink()))
    model = figures.stages[1]
    assert model.count == 9
    assert model.busy_seconds <= figures.elapsed_seconds


def test_every_part_has_its_own_thread() -> None:
    threads: dict[str, str] = {}

    def noting(part: str) -> Callable[[], None]:
        return lambda: threads.update({part: threading.current_thread().name})

    source = CountingSource(1, on_next=noting("source"))
    sink = ListSink(on_write=noting("sink"), on_close=noting("close"))
    stages = [passing(name, on_item=noting(name)) for name in ("a", "b")]
    run(Pipeline(source, stages, sink, source_name="decode", sink_name="encode"))
    assert threads == {"source": "decode", "a": "a", "b": "b", "sink": "encode", "close": "encode"}


@pytest.mark.parametrize(("capacity", "stages"), [(1, 0), (1, 2), (3, 1), (4, 3)])
def test_memory_is_bounded(capacity: int, stages: int) -> None:
    """The sink holds its first item until the source has filled everything before it."""
    bound = capacity * (stages + 1) + stages + 2
    census = Census(bound)
    run(
        Pipeline(
            (Item(census) for _ in range(3 * bound)),
            [passing(f"stage {index}") for index in range(stages)],
            ForgetfulSink(on_write=lambda: wait_for(census.full)),
            capacity=capacity,
        )
    )
    assert census.peak == bound
    assert census.alive == 0


@given(shape=STAGES, capacity=st.integers(1, 4))
@settings(max_examples=50)
def test_memory_is_bounded_with_batches_and_workers(
    shape: list[tuple[int, int, int]], capacity: int
) -> None:
    at_work = sum(batch * Turns(workers).threads for batch, workers, _ in shape)
    bound = capacity * (len(shape) + 1) + at_work + 2
    census = Census(bound)
    run(
        Pipeline(
            (Item(census) for _ in range(60)),
            make_stages(shape),
            ForgetfulSink(),
            capacity=capacity,
        )
    )
    assert census.peak <= bound
    assert census.alive == 0


def test_busy_time_leaves_out_the_waiting() -> None:
    """Only the model works. If waiting counted, the other two together would be busier."""
    figures = run(Pipeline(range(20), [passing("model", spins=50_000)], ListSink(), capacity=1))
    capture, model, sink = figures.stages
    assert figures.bottleneck == "model"
    assert model.busy_seconds > capture.busy_seconds + sink.busy_seconds
    assert model.busy_seconds <= figures.elapsed_seconds
    assert model.p50_ms <= model.p95_ms <= model.p99_ms
    assert model.rate == pytest.approx(20 / figures.elapsed_seconds)


def test_ticks_come_in_the_callers_thread_with_live_figures() -> None:
    ticks: list[tuple[threading.Thread, PipelineFigures]] = []
    ticked = threading.Event()

    def on_tick(figures: PipelineFigures) -> None:
        ticks.append((threading.current_thread(), figures))
        if len(ticks) == 3:
            ticked.set()

    sink = ListSink(on_close=lambda: wait_for(ticked))
    figures = run(Pipeline(range(3), [], sink), on_tick=on_tick, tick_seconds=0.005)
    assert len(ticks) >= 3
    assert {thread.name for thread, _ in ticks} == {"watched"}
    assert ticks[-1][1].elapsed_seconds <= figures.elapsed_seconds
    assert ticks[-1][1].count <= 3


def test_figures_before_and_after_the_run() -> None:
    pipeline = Pipeline(range(3), [passing("model")], ListSink(), capacity=7)
    before = pipeline.figures()
    assert (before.elapsed_seconds, before.count) == (0.0, 0)
    assert [stage.queue_capacity for stage in before.stages] == [0, 7, 7]
    assert run(pipeline) == pipeline.figures()


def test_a_pipeline_runs_once() -> None:
    pipeline = Pipeline([], [], ListSink())
    run(pipeline)
    with pytest.raises(RuntimeError, match="make a new one"):
        pipeline.run()


def test_names_are_unique() -> None:
    with pytest.raises(ValueError, match="two stages are called 'sink'"):
        Pipeline([], [passing("sink")], ListSink())


def test_ticks_need_an_interval() -> None:
    with pytest.raises(ValueError, match="tick every 0 seconds"):
        Pipeline([], [], ListSink()).run(tick_seconds=0)


def appending(letter: str) -> Callable[[str], str]:
    return lambda item: item + letter


class Census:
    """Counts the items alive."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._lock = threading.RLock()
        self.alive = 0
        self.peak = 0
        self.full = threading.Event()

    def add(self, count: int) -> None:
        with self._lock:
            self.alive += count
            self.peak = max(self.peak, self.alive)
        if self.alive >= self._bound:
            self.full.set()


class Item:
    """Registers its life in a census."""

    def __init__(self, census: Census) -> None:
        self._census = census
        census.add(1)

    def __del__(self) -> None:
        self._census.add(-1)


class ForgetfulSink(ListSink):
    """Keeps no items."""

    def write(self, item: Any) -> None:
        super().write(None)
