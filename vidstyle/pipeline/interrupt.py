"""Ctrl-C as an event instead of an exception."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_to(receive: Callable[[], None]) -> Iterator[None]:
    """Call `receive` for each SIGINT in the block, in the main thread, between any two bytecodes.

    Only the main thread can have signal handlers: in any other the block runs unchanged, as it does
    where the present handler was not set from Python and so could not be restored.
    """
    previous = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or previous is None:
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        receive()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
