"""The rules of a channel, with and without other threads."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline.harness import wait_for, within
from vidstyle.pipeline.channel import Channel, Closed, Policy


def test_gives_items_in_order() -> None:
    channel: Channel[int] = Channel(3)
    for item in range(3):
        channel.put(item)
    assert channel.depth == 3
    assert [channel.get() for _ in range(3)] == [0, 1, 2]
    assert channel.depth == 0


@pytest.mark.parametrize("capacity", [0, -1])
def test_refuses_a_capacity_below_one(capacity: int) -> None:
    with pytest.raises(ValueError, match=f"capacity {capacity}: give at least 1"):
        Channel(capacity)


def test_drops_the_oldest_and_counts_it() -> None:
    channel: Channel[int] = Channel(2, policy=Policy.DROP_OLDEST)
    for item in range(5):
        channel.put(item)
    assert channel.dropped == 3
    assert channel.take(9) == [3, 4]


def test_take_gives_what_is_there_up_to_the_limit() -> None:
    channel: Channel[int] = Channel(4)
    for item in range(4):
        channel.put(item)
    assert channel.take(3) == [0, 1, 2]
    assert channel.take(3) == [3]


def test_closed_gives_what_is_inside_and_then_raises() -> None:
    channel: Channel[int] = Channel(2)
    channel.put(1)
    channel.close()
    with pytest.raises(Closed):
        channel.put(2)
    assert channel.get() == 1
    with pytest.raises(Closed):
        channel.get()


def test_aborted_is_empty_and_raises() -> None:
    channel: Channel[int] = Channel(2)
    channel.put(1)
    channel.abort()
    assert channel.depth == 0
    with pytest.raises(Closed):
        channel.get()
    with pytest.raises(Closed):
        channel.put(2)
    assert channel.dropped == 0


@pytest.mark.parametrize("end", [Channel.close, Channel.abort])
def test_wakes_a_waiting_get(end: Callable[[Channel[int]], None]) -> None:
    channel: Channel[int] = Channel(1)
    end_soon(channel, end)
    with pytest.raises(Closed):
        within(channel.get)


@pytest.mark.parametrize("end", [Channel.close, Channel.abort])
def test_wakes_a_waiting_put_and_leaves_its_item_out(end: Callable[[Channel[int]], None]) -> None:
    channel: Channel[int] = Channel(1)
    channel.put(0)
    end_soon(channel, end)
    with pytest.raises(Closed):
        within(lambda: channel.put(1))
    assert channel.depth == (1 if end is Channel.close else 0)


def test_a_full_channel_waits_for_room() -> None:
    channel: Channel[int] = Channel(1)
    channel.put(0)
    put = threading.Event()

    def produce() -> None:
        channel.put(1)
        put.set()

    producer = threading.Thread(target=produce, daemon=True)
    producer.start()
    assert not put.is_set()
    assert channel.get() == 0
    wait_for(put)
    assert channel.get() == 1
    producer.join()


def test_an_item_is_destroyed_outside_the_lock() -> None:
    """The destructor of a dropped item may use the channel from another thread."""
    channel: Channel[object] = Channel(1, policy=Policy.DROP_OLDEST)

    class Careful:
        def __del__(self) -> None:
            within(channel.close)

    channel.put(Careful())
    within(lambda: channel.put(1))
    assert channel.closed


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=3),
    consumers=st.integers(1, 3),
    capacity=st.integers(1, 4),
    limit=st.integers(1, 4),
    policy=st.sampled_from(Policy),
)
def test_many_threads_lose_and_double_nothing(
    counts: list[int], consumers: int, capacity: int, limit: int, policy: Policy
) -> None:
    channel: Channel[tuple[int, int]] = Channel(capacity, policy=policy)
    taken: list[list[tuple[int, int]]] = [[] for _ in range(consumers)]

    def produce(producer: int) -> None:
        for index in range(counts[producer]):
            channel.put((producer, index))

    def consume(consumer: int) -> None:
        try:
            while True:
                taken[consumer] += channel.take(limit) if limit > 1 else [channel.get()]
        except Closed:
            return

    consuming = start_all(consume, consumers)
    join_all(start_all(produce, len(counts)))
    channel.close()
    join_all(consuming)

    everything = [item for items in taken for item in items]
    assert len(set(everything)) == len(everything)
    assert len(everything) + channel.dropped == sum(counts)
    assert policy is Policy.DROP_OLDEST or channel.dropped == 0
    for items in taken:
        for producer in range(len(counts)):
            own = [index for by, index in items if by == producer]
            assert own == sorted(own)


def end_soon(channel: Channel[int], end: Callable[[Channel[int]], None]) -> None:
    """End the channel from another thread once its lock is free, which a waiting call makes it."""
    threading.Thread(target=end, args=(channel,), daemon=True).start()


def start_all(target: Callable[[int], None], count: int) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=target, args=(index,), daemon=True) for index in range(count)
    ]
    for thread in threads:
        thread.start()
    return threads


def join_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        within(thread.join)
