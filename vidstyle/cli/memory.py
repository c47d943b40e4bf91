"""How the process keeps its memory."""

import ctypes
import os
import sys

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

_LARGEST_BLOCK = 32 << 20
"""Bytes. The most that glibc takes; a picture of 4K has 25 MB."""

_MOST_KEPT = 512 << 20
"""Bytes."""


def keep_freed_memory() -> None:
    """Have the memory of one picture used again for the next one.

    glibc would give it back to the system, which clears it page by page before it is had again: up
    to half of the time of what is done to pixels. Other C libraries are left as they are, and so is
    glibc where the user has tuned it (GLIBC_TUNABLES).
    """
    if "glibc.malloc" in os.environ.get("GLIBC_TUNABLES", ""):
        return
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    mallopt = getattr(library, "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)
