"""The end of the X server, which is that of every program with a window on it."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# With the error of the lost connection, which Xlib tells.
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, use_errno=True)


@contextmanager
def x11_loss_to(receive: Callable[[], None]) -> Iterator[None]:
    """Call `receive` when the X server is lost in the block: the last chance to complete anything.

    That is in the thread that uses the window, in the middle of its work with it. When `receive`
    is back, Xlib says what it lost and ends the process with code 1, whatever anybody does.
    """
    try:
        xlib = ctypes.CDLL("libX11.so.6")  # The one that SDL loads.
    except OSError:
        yield
        return
    set_handler = xlib.XSetIOErrorHandler
    set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p

    def handle(display: int) -> int:
        receive()
        return int(_Handler(previous)(display))

    handler = _Handler(handle)  # Kept here: Xlib keeps no reference.
    previous = set_handler(handler)
    try:
        yield
    finally:
        set_handler(previous)
