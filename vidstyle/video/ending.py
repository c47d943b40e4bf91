"""The end of something that several threads work and wait for."""

import math
from collections.abc import Callable
from threading import Condition
from time import perf_counter

# On Windows Ctrl-C ends no wait: it comes between two of them.
_LONGEST_WAIT_SECONDS = 0.2


class Ending:
    """Every wait goes through here, so that asking for the end cuts all of them short."""

    def __init__(self) -> None:
        # Its lock is reentrant, so that a signal handler may ask for the end at any moment.
        self._condition = Condition()
        self._requested = False

    @property
    def requested(self) -> bool:
        """Whether the end was asked for."""
        return self._requested

    def request(self) -> None:
        """Ask for the end; wakes all who wait."""
        with self._condition:
            self._requested = True
            self._condition.notify_all()

    def wake(self) -> None:
        """Let all who wait look at what they are waiting for."""
        with self._condition:
            self._condition.notify_all()

    def wait_for(self, happened: Callable[[], bool], *, until: float | None = None) -> None:
        """Wait until something has happened, the end is asked for, or it is `until`.

        `happened` is looked at after each `wake()`; `until` is in seconds of `perf_counter`.
        """
        end = math.inf if until is None else until
        with self._condition:
            while not (self._requested or happened()) and (left := end - perf_counter()) > 0:
                self._condition.wait(min(left, _LONGEST_WAIT_SECONDS))

    def pause(self, *, until: float) -> None:
        """Wait until that moment, in seconds of `perf_counter`, or until the end is asked for."""
        self.wait_for(lambda: False, until=until)
