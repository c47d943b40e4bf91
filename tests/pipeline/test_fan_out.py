"""No branch holds up `write` or another branch, and every item is accounted for."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.pipeline.harness import PATIENCE, At, ListSink, fail_with, wait_for, within
from vidstyle.pipeline.channel import Closed
from vidstyle.pipeline.fan_out import BranchFigures, FanOut, StuckError
from vidstyle.pipeline.pipeline import Pipeline
from vidstyle.pipeline.sink import Sink

T = TypeVar("T")

SHORT_PATIENCE = 0.1


class PlannedError(Exception):
    """What fails in these tests."""


class Told:
    """Keeps what the fan-out tells of failures."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, BaseException]] = []
        self.came = threading.Event()

    def __call__(self, name: str, error: BaseException) -> None:
        self.failures.append((name, error))
        self.came.set()

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.failures]


def fan_out_of(branches: Mapping[str, Sink[T]], *, capacity: int = 1, **options: Any) -> FanOut[T]:
    """A fan-out with these branches."""
    fan_out: FanOut[T] = FanOut(**options)
    for name, sink in branches.items():
        fan_out.add(name, sink, capacity=capacity)
    return fan_out


def figures_of(fan_out: FanOut[int], name: str) -> BranchFigures:
    (found,) = (figures for figures in fan_out.figures() if figures.name == name)
    return found


def write_all(fan_out: FanOut[int], items: Iterable[int]) -> None:
    def write() -> None:
        for item in items:
            fan_out.write(item)

    within(write)


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """What blocked sinks wait for; set when the test is over."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def told() -> Told:
    return Told()


def test_every_branch_gets_every_item(told: Told) -> None:
    sinks = {"window": ListSink(), "recording": ListSink()}
    fan_out: FanOut[int] = fan_out_of(sinks, on_failure=told, capacity=9)
    write_all(fan_out, range(9))
    fan_out.close()
    for name, sink in sinks.items():
        assert sink.items == list(range(9))
        assert sink.was_completed_only()
        figures = figures_of(fan_out, name)
        assert (figures.offered, figures.count, figures.dropped, figures.failed) == (9, 9, 0, 0)
    assert told.failures == []
    assert fan_out.branches == ()


def test_a_fan_out_without_branches_takes_items(told: Told) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)
    write_all(fan_out, range(3))
    fan_out.close()
    assert fan_out.figures() == ()


def test_a_blocked_branch_has_its_items_dropped_and_no_other(
    told: Told, release: threading.Event
) -> None:
    blocked = threading.Event()

    def block() -> None:
        blocked.set()
        wait_for(release)

    stuck, good = ListSink(on_write=block), ListSink()
    fan_out: FanOut[int] = fan_out_of({"stuck": stuck}, on_failure=told)
    fan_out.add("good", good, capacity=100)
    fan_out.write(0)
    wait_for(blocked)
    write_all(fan_out, range(1, 50))
    assert figures_of(fan_out, "stuck").dropped == 48
    release.set()
    within(fan_out.close)
    assert stuck.items == [0, 49]
    assert good.items == list(range(50))
    assert told.failures == []


def test_a_failing_branch_is_aborted_taken_out_and_told(told: Told) -> None:
    error = PlannedError("no space left")
    bad, good = ListSink(on_write=At(2, fail_with(error))), ListSink()
    fan_out: FanOut[int] = fan_out_of({"bad": bad, "good": good}, on_failure=told, capacity=10)
    write_all(fan_out, range(5))
    wait_for(told.came)
    assert fan_out.branches == ("good",)
    fan_out.write(5)
    within(fan_out.close)
    assert told.failures == [("bad", error)]
    assert bad.items == [0, 1]
    assert (bad.completed, len(bad.aborting_threads)) == (0, 1)
    assert good.items == list(range(6))
    figures = figures_of(fan_out, "bad")
    assert (figures.count, figures.dropped) == (2, 0)
    assert figures.failed == figures.offered - 2 > 0


def test_an_error_of_close_is_told_and_the_branch_aborted(told: Told) -> None:
    error = PlannedError("the disk is full")
    bad = ListSink(on_close=fail_with(error))
    fan_out: FanOut[int] = fan_out_of({"bad": bad, "good": ListSink()}, on_failure=told)
    within(fan_out.close)
    assert told.failures == [("bad", error)]
    assert (bad.completed, len(bad.aborting_threads)) == (0, 1)


def test_an_error_of_abort_is_a_note_of_the_first(told: Told) -> None:
    error = PlannedError("write")
    bad = ListSink(on_write=fail_with(error), on_abort=fail_with(PlannedError("abort")))
    fan_out: FanOut[int] = fan_out_of({"bad": bad}, on_failure=told)
    fan_out.write(0)
    within(fan_out.close)
    assert told.failures == [("bad", error)]
    assert any("PlannedError: abort" in note for note in error.__notes__)


@pytest.mark.parametrize("part", ["on_write", "on_close"])
def test_a_stuck_branch_is_left_behind_and_told(
    part: str, told: Told, release: threading.Event
) -> None:
    stuck = ListSink(**{part: lambda: wait_for(release)})
    good = ListSink()
    fan_out: FanOut[int] = fan_out_of(
        {"stuck": stuck, "good": good}, on_failure=told, patience_seconds=SHORT_PATIENCE
    )
    fan_out.write(0)
    within(fan_out.close)
    assert told.names == ["stuck"]
    assert isinstance(told.failures[0][1], StuckError)
    assert good.was_completed_only()
    release.set()
    join_threads("stuck")
    assert told.names == ["stuck"]
    # What was complete after all is not aborted.
    assert len(stuck.aborting_threads) == (part == "on_write")
    assert stuck.completed == (part == "on_close")


def test_a_failed_branch_that_is_stuck_in_its_abort_tells_the_failure(
    told: Told, release: threading.Event
) -> None:
    error = PlannedError("write")
    stuck = ListSink(on_write=fail_with(error), on_abort=lambda: wait_for(release))
    fan_out: FanOut[int] = fan_out_of(
        {"stuck": stuck}, on_failure=told, patience_seconds=SHORT_PATIENCE
    )
    fan_out.write(0)
    wait_for(stuck.aborted)
    assert fan_out.branches == ()
    write_all(fan_out, range(1, 9))
    within(fan_out.close)
    figures = figures_of(fan_out, "stuck")
    assert (figures.offered, figures.count, figures.failed) == (1, 0, 1)
    assert told.failures == [("stuck", error)]
    assert any("did not end within 0.1 s" in note for note in error.__notes__)


def test_a_branch_left_behind_is_not_waited_for_again(told: Told, release: threading.Event) -> None:
    blocked = threading.Event()

    def block() -> None:
        blocked.set()
        wait_for(release)

    fan_out: FanOut[int] = fan_out_of(
        {"stuck": ListSink(on_write=block)}, on_failure=told, patience_seconds=0.0
    )
    fan_out.write(0)
    wait_for(blocked)
    assert not fan_out.remove("stuck")
    fan_out._patience_seconds = 2 * PATIENCE  # The watchdog would see a second wait.
    within(fan_out.close)
    assert told.names == ["stuck"]


def test_branches_come_and_go(told: Told) -> None:
    first, second = ListSink(), ListSink()
    fan_out: FanOut[int] = fan_out_of({"window": first}, on_failure=told, capacity=10)
    fan_out.write(0)
    fan_out.add("recording", second, capacity=10)
    fan_out.write(1)
    assert fan_out.branches == ("window", "recording")
    assert within(lambda: fan_out.remove("recording"))
    fan_out.write(2)
    within(fan_out.close)
    assert first.items == [0, 1, 2]
    assert second.items == [1]
    assert second.was_completed_only()


def test_removing_what_is_not_there(told: Told) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)
    assert not fan_out.remove("recording")


def test_removing_a_branch_whose_close_fails(told: Told) -> None:
    fan_out: FanOut[int] = fan_out_of(
        {"bad": ListSink(on_close=fail_with(PlannedError()))}, on_failure=told
    )
    assert not within(lambda: fan_out.remove("bad"))
    assert told.names == ["bad"]


def test_a_name_is_free_again_after_its_branch_has_ended(told: Told) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)
    sinks = [ListSink() for _ in range(3)]
    for index, sink in enumerate(sinks):
        fan_out.add("recording", sink)
        fan_out.write(index)
        assert within(lambda: fan_out.remove("recording"))
    assert [sink.items for sink in sinks] == [[0], [1], [2]]
    assert [figures.name for figures in fan_out.figures()] == ["recording"] * 3
    within(fan_out.close)


def test_two_branches_cannot_have_one_name(told: Told) -> None:
    fan_out: FanOut[int] = fan_out_of({"window": ListSink()}, on_failure=told)
    with pytest.raises(ValueError, match="two branches are called 'window'"):
        fan_out.add("window", ListSink())
    within(fan_out.close)


@pytest.mark.parametrize("end", [FanOut.close, FanOut.abort])
def test_a_closed_fan_out_takes_no_branch(end: Callable[[FanOut[int]], None], told: Told) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)
    end(fan_out)
    late = ListSink()
    with pytest.raises(Closed):
        fan_out.add("late", late)
    assert not late.completed
    assert not late.aborting_threads


def test_abort_aborts_every_branch(told: Told) -> None:
    sinks = {"window": ListSink(), "recording": ListSink()}
    fan_out: FanOut[int] = fan_out_of(sinks, on_failure=told)
    within(fan_out.abort)
    for name, sink in sinks.items():
        assert sink.aborting_threads == [name]
        assert not sink.completed
    assert told.failures == []


def test_a_sink_may_remove_its_own_branch(told: Told) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)

    def remove() -> None:
        fan_out.remove("self")

    sink = ListSink(on_write=At(0, remove))
    fan_out.add("self", sink)
    fan_out.write(0)
    within(fan_out.close)
    assert sink.was_completed_only()
    assert sink.items == [0]


def test_who_is_told_may_add_a_branch_in_its_place() -> None:
    replacement = ListSink()
    replaced = threading.Event()

    def replace(name: str, _: BaseException) -> None:
        fan_out.add(name, replacement)
        replaced.set()

    bad = ListSink(on_write=fail_with(PlannedError()))
    fan_out: FanOut[int] = fan_out_of({"stream": bad}, on_failure=replace)
    fan_out.write(0)
    wait_for(replaced)
    fan_out.write(1)
    within(fan_out.close)
    assert replacement.items == [1]


def test_an_ended_branch_keeps_neither_its_sink_nor_its_items(told: Told) -> None:
    class Item:
        pass

    sink, item = ListSink(), Item()
    fan_out: FanOut[Item] = fan_out_of({"recording": sink}, on_failure=told)
    fan_out.write(item)
    within(lambda: fan_out.remove("recording"))
    watched: list[weakref.ref[Any]] = [weakref.ref(sink), weakref.ref(item)]
    del sink, item
    gc.collect()
    assert [ref() for ref in watched] == [None, None]


def test_as_the_sink_of_a_pipeline(told: Told, release: threading.Event) -> None:
    good = ListSink()
    sinks = {
        "good": good,
        "bad": ListSink(on_write=fail_with(PlannedError())),
        "stuck": ListSink(on_write=lambda: wait_for(release)),
    }
    fan_out: FanOut[int] = fan_out_of(
        sinks, on_failure=told, capacity=500, patience_seconds=SHORT_PATIENCE
    )
    within(lambda: Pipeline(range(500), [], fan_out).run())
    assert good.items == list(range(500))
    assert sorted(told.names) == ["bad", "stuck"]


class Fault(Enum):
    NONE = "none"
    FAIL = "fail"
    BLOCK = "block"


@dataclass(frozen=True)
class Plan:
    """How one sink behaves."""

    write: Fault
    write_call: int
    close: Fault
    abort: Fault
    spins: int
    capacity: int

    @property
    def blocks(self) -> bool:
        return Fault.BLOCK in (self.write, self.close, self.abort)


@dataclass
class PlannedSink:
    """A sink that behaves as planned, and keeps what happened to it."""

    plan: Plan
    release: threading.Event
    items: list[int] = field(default_factory=list)
    calls: int = 0
    raised: list[BaseException] = field(default_factory=list)
    blocked: bool = False
    completed: int = 0
    aborted: int = 0

    def write(self, item: int) -> None:
        for _ in range(self.plan.spins):
            pass
        self.calls += 1
        if self.calls == self.plan.write_call + 1:
            self._suffer(self.plan.write)
        self.items.append(item)

    def close(self) -> None:
        self._suffer(self.plan.close)
        self.completed += 1

    def abort(self) -> None:
        self.aborted += 1
        self._suffer(self.plan.abort)

    def _suffer(self, fault: Fault) -> None:
        if fault is Fault.FAIL:
            self.raised.append(PlannedError())
            raise self.raised[-1]
        if fault is Fault.BLOCK:
            self.blocked = True
            wait_for(self.release)


def join_threads(*names: str) -> None:
    for thread in threading.enumerate():
        if thread.name in names:
            within(thread.join)


faults = st.sampled_from([*[Fault.NONE] * 6, *[Fault.FAIL] * 3, Fault.BLOCK])
plans = st.builds(
    Plan,
    write=faults,
    write_call=st.integers(0, 12),
    close=faults,
    abort=faults,
    spins=st.sampled_from([0, 0, 1000, 20000]),
    capacity=st.integers(1, 30),
)
steps = st.one_of(
    st.tuples(st.just("write"), st.integers(1, 10)),
    st.tuples(st.just("add"), st.integers(0, 3)),
    st.tuples(st.just("remove"), st.integers(0, 3)),
)


@given(
    plans=st.lists(plans, min_size=4, max_size=4),
    begin_with=st.integers(0, 4),
    steps=st.lists(steps, max_size=12),
    concurrently=st.booleans(),
    end=st.sampled_from([FanOut.close, FanOut.abort]),
)
@settings(max_examples=200)
def test_any_mix_of_branches(
    plans: list[Plan],
    begin_with: int,
    steps: list[tuple[str, int]],
    concurrently: bool,
    end: Callable[[FanOut[int]], None],
) -> None:
    """Whatever branches do: writing never waits, the end comes, and the counts are whole."""
    release, told = threading.Event(), Told()
    sinks = [PlannedSink(plan, release) for plan in plans]
    names = [f"branch {index}" for index in range(len(sinks))]
    some_block = any(plan.blocks for plan in plans)
    fan_out: FanOut[int] = fan_out_of(
        {},
        on_failure=told,
        patience_seconds=SHORT_PATIENCE if some_block else PATIENCE,
    )
    added, removed, offered = set[int](), set[int](), [0] * len(sinks)
    written = 0

    def add(index: int) -> None:
        if index not in added:
            added.add(index)
            fan_out.add(names[index], sinks[index], capacity=plans[index].capacity)

    def remove(index: int) -> None:
        if index in added:
            removed.add(index)
        fan_out.remove(names[index])

    def write(count: int) -> None:
        nonlocal written
        for _ in range(count):
            fan_out.write(written)
            written += 1
            for index in added - removed:
                offered[index] += 1

    def steer() -> None:
        for step, number in steps:
            if step != "write":
                {"add": add, "remove": remove}[step](number)

    for index in range(begin_with):
        add(index)
    if concurrently:
        steering = threading.Thread(target=steer, daemon=True)
        steering.start()
        within(lambda: write(sum(count for step, count in steps if step == "write")))
        within(steering.join)
    else:
        for step, number in steps:
            call = {"write": write, "add": add, "remove": remove}[step]
            within(lambda call=call, number=number: call(number))  # type: ignore[misc]
    within(lambda: end(fan_out))

    before_release = {name for name, error in told.failures if isinstance(error, StuckError)}
    release.set()
    join_threads(*names)
    # On a machine that is too busy, a good branch can take longer than the short patience.
    assume(all(sinks[names.index(name)].blocked for name in before_release))

    figures = {branch.name: branch for branch in fan_out.figures()}
    assert set(figures) == {names[index] for index in added}
    for index in added:
        sink, name, figure = sinks[index], names[index], figures[names[index]]
        assert sink.items == sorted(set(sink.items))
        assert sink.completed + sink.aborted == 1
        assert figure.count == len(sink.items)
        assert figure.offered == figure.count + figure.dropped + figure.failed
        assert figure.failed >= 0
        assert not figure.running
        failures = [error for told_name, error in told.failures if told_name == name]
        assert len(failures) == (bool(sink.raised) or name in before_release)
        if sink.raised and name not in before_release:
            assert failures == sink.raised[:1]
        if not failures and end is FanOut.close:
            assert sink.completed
            assert figure.failed == 0
        if not concurrently and not failures:
            assert figure.offered == offered[index]
            if figure.offered <= sink.plan.capacity:
                assert figure.dropped == 0


def test_many_threads_add_remove_and_write(told: Told) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)
    sinks: list[ListSink] = []

    def come_and_go(index: int) -> None:
        for _ in range(20):
            sink = ListSink()
            sinks.append(sink)
            fan_out.add(f"branch {index}", sink)
            assert fan_out.remove(f"branch {index}")

    threads = [
        threading.Thread(target=come_and_go, args=(index,), daemon=True) for index in range(3)
    ]
    for thread in threads:
        thread.start()
    write_all(fan_out, range(200))
    for thread in threads:
        within(thread.join)
    within(fan_out.close)
    assert len(sinks) == 60
    assert all(sink.completed == 1 and not sink.aborting_threads for sink in sinks)
    for figures in fan_out.figures():
        assert figures.offered == figures.count + figures.dropped
        assert figures.failed == 0
    assert told.failures == []


def test_threads_that_cannot_be_started(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    fan_out: FanOut[int] = FanOut(on_failure=told)

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            fan_out.add("recording", ListSink())
    assert fan_out.branches == ()
    assert fan_out.figures() == ()
    within(fan_out.close)
