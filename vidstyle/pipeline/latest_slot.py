"""The newest item, for a thread that comes by for it."""

from threading import Condition, RLock
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """A sink that keeps one item until it is taken or a newer one replaces it.

    It is how a pipeline's items reach a thread that is not its own: the main thread, which alone
    may draw into a window.
    """

    def __init__(self) -> None:
        self._item: T | None = None
        self._dropped = 0
        self._closed = False
        # Reentrant, so that a signal handler may use the slot in the middle of another call.
        self._changed = Condition(RLock())

    @property
    def dropped(self) -> int:
        """How many items were replaced before they were taken."""
        return self._dropped

    @property
    def closed(self) -> bool:
        """Whether no more items will come; the last one may still be there."""
        return self._closed

    def take(self, *, timeout_seconds: float) -> T | None:
        """The newest item, which is then gone; waits for one. None where none came."""
        with self._changed:
            self._changed.wait_for(self._is_ready, timeout_seconds)
            item, self._item = self._item, None
        return item

    def write(self, item: T) -> None:
        """Put an item in place of the one that is there."""
        with self._changed:
            # Bound here, the one that is replaced outlives the lock: its destructor is foreign.
            replaced, self._item = self._item, item
            self._dropped += replaced is not None
            self._changed.notify()

    def close(self) -> None:
        """Wake who waits: after the item that is there, no more will come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abort(self) -> None:
        """Close, and drop the item that is there."""
        with self._changed:
            _abandoned, self._item = self._item, None
            self.close()

    def _is_ready(self) -> bool:
        return self._item is not None or self._closed
