"""A bounded queue between two threads that can be closed from either end."""

from collections import deque
from enum import Enum
from threading import Condition, RLock
from typing import Generic, TypeVar

T = TypeVar("T")


class Policy(Enum):
    """What a full channel does with one more item."""

    WAIT = "wait"
    """The producer waits for room: nothing is lost."""
    DROP_OLDEST = "drop oldest"
    """The oldest item makes room: the producer never waits, latency stays flat."""


class Closed(Exception):  # noqa: N818 (a state like StopIteration, not a failure)
    """Put on a closed channel, or get from one that is closed and empty."""


class Channel(Generic[T]):
    """First in, first out, at most `capacity` items; safe for any number of threads.

    A closed channel takes no more items but gives out those inside; an aborted one is closed and
    empty at once.

    Raises:
        ValueError: `capacity` is below 1.
    """

    def __init__(self, capacity: int, *, policy: Policy = Policy.WAIT) -> None:
        if capacity < 1:
            raise ValueError(f"a channel cannot have capacity {capacity}: give at least 1")
        self._capacity = capacity
        self._policy = policy
        self._items: deque[T] = deque()
        self._closed = False
        self._dropped = 0
        # Reentrant, so that a signal handler may close or abort in the middle of another call.
        self._lock = RLock()
        self._has_items = Condition(self._lock)
        self._has_room = Condition(self._lock)

    @property
    def capacity(self) -> int:
        """The most items that can be inside."""
        return self._capacity

    @property
    def policy(self) -> Policy:
        """What happens when it is full."""
        return self._policy

    @property
    def depth(self) -> int:
        """How many items are inside now."""
        return len(self._items)

    @property
    def dropped(self) -> int:
        """How many items made room for newer ones (what `abort` threw away is not counted)."""
        return self._dropped

    @property
    def closed(self) -> bool:
        """Whether the next put is refused."""
        return self._closed

    def put(self, item: T) -> None:
        """Append an item. When full: wait for room, or drop the oldest, as the policy says.

        Raises:
            Closed: the channel is closed, or was closed while waiting; `item` is not inside.
        """
        # Kept until the lock is free again: the destructor of an item is foreign code.
        evicted: list[T] = []
        with self._lock:
            while self._policy is Policy.WAIT and self._is_full() and not self._closed:
                self._has_room.wait()
            if self._closed:
                raise Closed("the channel is closed")
            if self._is_full():
                evicted.append(self._items.popleft())
                self._dropped += 1
            self._items.append(item)
            self._has_items.notify()

    def get(self) -> T:
        """Take the oldest item; wait for one if there is none.

        Raises:
            Closed: the channel is closed and empty.
        """
        with self._lock:
            self._wait_for_items()
            self._has_room.notify()
            return self._items.popleft()

    def take(self, limit: int) -> list[T]:
        """Take what is there, oldest first: at least one item (waits for it), at most `limit`.

        Raises:
            Closed: the channel is closed and empty.
        """
        with self._lock:
            self._wait_for_items()
            count = min(limit, len(self._items))
            self._has_room.notify(count)
            return [self._items.popleft() for _ in range(count)]

    def close(self) -> None:
        """Refuse further items, and wake who waits. What is inside can still be taken."""
        with self._lock:
            self._closed = True
            self._has_items.notify_all()
            self._has_room.notify_all()

    def abort(self) -> None:
        """Close, and drop what is inside."""
        with self._lock:
            abandoned, self._items = self._items, deque()
            self.close()
        abandoned.clear()

    def _is_full(self) -> bool:
        return len(self._items) >= self._capacity

    def _wait_for_items(self) -> None:
        while not self._items:
            if self._closed:
                raise Closed("the channel is closed and empty")
            self._has_items.wait()
