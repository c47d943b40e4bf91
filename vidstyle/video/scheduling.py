"""Threads keep the way in which the system schedules them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_native_id

_TASKS = Path("/proc/self/task")


@contextmanager
def kept_scheduling() -> Iterator[None]:
    """Put back what is done to the scheduling of this thread, and of those it begins meanwhile.

    For SVT-AV1: run by root on Linux it makes its threads, and the caller's, real-time ones of the
    highest priority, which leave nothing to all other programs.
    """
    if sys.platform != "linux":
        yield
        return
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    before = {path.name for path in _TASKS.iterdir()} - {str(get_native_id())}
    try:
        yield
    finally:
        for thread in {path.name for path in _TASKS.iterdir()} - before:
            with suppress(ProcessLookupError):  # It has ended meanwhile.
                os.sched_setscheduler(int(thread), policy, priority)
