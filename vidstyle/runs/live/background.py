"""Work that must not hold up frames."""

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import TypeAlias

Job: TypeAlias = Callable[[], None]


class Background:
    """One thread that does jobs in turn. It never keeps the process alive.

    Args:
        name: of the thread.
        on_error: gets what a job raises, in that thread; the next job is done all the same.
    """

    def __init__(self, name: str, *, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._jobs: deque[Job] = deque()
        self._closed = False
        self._changed = Condition()
        self._thread = Thread(target=self._live, name=name, daemon=True)
        self._thread.start()

    def soon(self, job: Job) -> None:
        """Queue a job."""
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()

    def next(self, job: Job) -> None:
        """Queue a job ahead of those that wait."""
        with self._changed:
            self._jobs.appendleft(job)
            self._changed.notify()

    def finish(self, *, timeout: float) -> bool:
        """Take no more jobs; whether all are done after at most `timeout` seconds."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def close(self, *, timeout: float) -> None:
        """Forget what waits; wait for the job at work, but not longer than `timeout` seconds."""
        with self._changed:
            self._jobs.clear()
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout)

    def _live(self) -> None:
        while (job := self._take()) is not None:
            try:
                job()
            except BaseException as error:
                self._on_error(error)

    def _take(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            return self._jobs.popleft() if self._jobs else None
