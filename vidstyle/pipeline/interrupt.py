"""Ctrl-C, and what else asks a program to end, as an event instead of an exception."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# Ctrl-C; what ends services and containers; a terminal that is closed; Ctrl-Break, by which
# programs of Windows end others. No system has all of them.
_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)
_DEFAULTS = (signal.SIG_DFL, signal.default_int_handler)


def end_as_ctrl_c_does() -> None:
    """Have all these signals raise `KeyboardInterrupt`, so that what is half-done is cleaned up.

    But for those that somebody ignores, as `nohup` does. Called in the main thread.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@contextmanager
def interrupts_to(receive: Callable[[], None]) -> Iterator[None]:
    """Call `receive` for each SIGINT, SIGTERM, SIGHUP and SIGBREAK in the block.

    That is in the main thread, between any two bytecodes. Only that thread can have signal
    handlers: in any other the block runs unchanged. So it does for a SIGINT whose handler was not
    set from Python and could not be restored, and for the others where anybody has set one of
    their own, as `nohup` does. A SIGINT that was ignored counts all the same: shells have their
    background jobs ignore it, and `kill -INT` is how a script finishes one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        receive()

    previous = {number: signal.getsignal(number) for number in _SIGNALS}
    taken = {
        number: handler
        for number, handler in previous.items()
        if handler in _DEFAULTS or (number == signal.SIGINT and handler is not None)
    }
    for number in taken:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)
