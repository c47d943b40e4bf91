"""What other threads want done in one thread."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import current_thread
from typing import TypeAlias

Errand: TypeAlias = Callable[[], None]

# Of a flood of errands; then the thread goes on with its own work.
_MOST_AT_ONCE = 50


class Errands:
    """Errands for the thread that made this; it does them when it comes by."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Errand] = SimpleQueue()
        self._thread = current_thread()

    def put(self, errand: Errand) -> None:
        """Have it done later. From any thread."""
        self._queue.put(errand)

    def do(self, errand: Errand) -> None:
        """Do it now where this is the thread, else have it done."""
        if current_thread() is self._thread:
            errand()
        else:
            self.put(errand)

    def raise_there(self, error: BaseException) -> None:
        """Have that error raised in the thread."""

        def fail() -> None:
            raise error

        self.put(fail)

    def work_off(self, *, wait_seconds: float) -> bool:
        """Do what is there; where there is nothing, wait for one errand, but no longer than that.

        Whether more may be there, of a flood. What an errand raises is raised here.
        """
        try:
            for _ in range(_MOST_AT_ONCE):
                self._queue.get(timeout=wait_seconds)()
                wait_seconds = 0.0
        except Empty:
            return False
        return True
