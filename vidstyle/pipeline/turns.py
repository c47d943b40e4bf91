"""Keeps the order of what several threads take from one place and hand on to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock, RLock, Semaphore


class Turns:
    """What was taken first is handed on first, whichever thread is done first.

    Args:
        workers: how many threads are at work at a time.

    Attributes:
        threads: how many there are to be: one more, so that all the others are at work while one
            waits for its turn.
        working: held by a thread from before it takes until its work is done.
        taking: held by the thread that takes, so that what it takes is next in line.
    """

    def __init__(self, workers: int) -> None:
        self.threads = workers + 1 if workers > 1 else 1
        self.working = Semaphore(workers)
        self.taking = Lock()
        self._staying = self.threads
        self._taken = 0
        self._handed_on = 0
        self._aborted = False
        # Reentrant, so that a signal handler may abort in the middle of another call.
        self._changed = Condition(RLock())

    def next(self) -> int:
        """The turn of what was taken just now; `taking` is held."""
        self._taken += 1
        return self._taken - 1

    @contextmanager
    def at(self, turn: int) -> Iterator[None]:
        """Wait until all that was taken before has been handed on; or all is aborted.

        Where the block raises, the turn does not go on: what comes after has to be aborted.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._handed_on == turn or self._aborted)
        yield
        with self._changed:
            self._handed_on += 1
            self._changed.notify_all()

    def leave(self) -> bool:
        """A thread has ended; whether it was the last."""
        with self._changed:
            self._staying -= 1
            return not self._staying

    def abort(self) -> None:
        """Let no thread wait any more."""
        with self._changed:
            self._aborted = True
            self._changed.notify_all()
