"""The newest item reaches the thread that takes it, and the others are counted."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline.harness import PATIENCE, wait_for, within
from vidstyle.pipeline.fan_out import FanOut
from vidstyle.pipeline.latest_slot import LatestSlot


def taken(slot: LatestSlot[int]) -> int | None:
    return within(lambda: slot.take(timeout_seconds=PATIENCE))


def test_gives_the_newest_item_once() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.write(1)
    slot.write(2)
    assert taken(slot) == 2
    assert slot.take(timeout_seconds=0.0) is None
    assert slot.dropped == 1


def test_an_empty_slot_gives_nothing_in_the_end() -> None:
    assert LatestSlot[int]().take(timeout_seconds=0.01) is None


def test_waits_for_the_next_item() -> None:
    slot: LatestSlot[int] = LatestSlot()
    threading.Thread(target=slot.write, args=(7,), daemon=True).start()
    assert taken(slot) == 7


@pytest.mark.parametrize("end", [LatestSlot.close, LatestSlot.abort])
def test_its_end_wakes_who_waits(end: Callable[[LatestSlot[int]], None]) -> None:
    slot: LatestSlot[int] = LatestSlot()
    threading.Thread(target=end, args=(slot,), daemon=True).start()
    assert taken(slot) is None
    assert slot.closed


def test_the_last_item_can_be_taken_after_close_but_not_after_abort() -> None:
    closed, aborted = LatestSlot[int](), LatestSlot[int]()
    for slot in (closed, aborted):
        slot.write(1)
    closed.close()
    aborted.abort()
    assert taken(closed) == 1
    assert taken(aborted) is None


@given(count=st.integers(0, 200))
def test_every_item_is_taken_or_dropped(count: int) -> None:
    slot: LatestSlot[int] = LatestSlot()
    items: list[int] = []

    def take_all() -> None:
        while (item := slot.take(timeout_seconds=PATIENCE)) is not None:
            items.append(item)

    taker = threading.Thread(target=take_all, daemon=True)
    taker.start()
    for index in range(count):
        slot.write(index)
    slot.close()
    within(taker.join)
    assert items == sorted(set(items))
    assert len(items) + slot.dropped == count
    assert items[-1:] == ([count - 1] if count else [])


def test_as_a_branch() -> None:
    slot: LatestSlot[int] = LatestSlot()
    came = threading.Event()

    class Announcing(LatestSlot[int]):
        def write(self, item: int) -> None:
            super().write(item)
            came.set()

    slot = Announcing()
    fan_out: FanOut[int] = FanOut(on_failure=lambda *_: None)
    fan_out.add("window", slot)
    fan_out.write(3)
    wait_for(came)
    assert taken(slot) == 3
    within(fan_out.close)
    assert slot.closed


def test_a_replaced_item_is_destroyed_outside_the_lock() -> None:
    slot: LatestSlot[object] = LatestSlot()

    class Careful:
        def __del__(self) -> None:
            within(slot.close)

    slot.write(Careful())
    within(lambda: slot.write(1))
    assert slot.closed
