"""The fragments that an MP4 file is written in, so that it plays however its writing ended."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

FRAGMENT_SECONDS = 0.5
"""The length of a fragment: how much is lost at most where writing stops without warning."""

_HEADER = struct.Struct(">I4sQ")
"""Of a box: its size, its kind, and its size again where 32 bits are too few (the first is 1)."""
_SMALLEST = 8
"""The size of a box that has nothing in it, in bytes."""


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


def cut_to_whole_fragments(path: Path) -> None:
    """Remove the last fragment of a file if it was not written out.

    A fragment is a `moof` box, which says what is in the `mdat` box after it (ISO/IEC 14496-12,
    8.8). Players stumble over one that promises more than there is.
    """
    with path.open("r+b") as file:
        length = file.seek(0, os.SEEK_END)
        last_whole = None
        for box in _boxes(file, length):
            if box.end <= length:
                last_whole = box
            elif last_whole is not None and last_whole.kind == b"moof":
                file.truncate(last_whole.start)
            else:
                file.truncate(box.start)


def _boxes(file: BinaryIO, length: int) -> Iterator[_Box]:
    """The boxes of a file of that length, in order; the last one may claim to end after it."""
    start = 0
    while start < length:
        file.seek(start)
        header = file.read(_HEADER.size)
        size, kind, long_size = _HEADER.unpack(header.ljust(_HEADER.size, b"\0"))
        if size == 0 and len(header) == _HEADER.size:
            return  # It ends where the file ends.
        end = start + (long_size if size == 1 else max(size, _SMALLEST))
        yield _Box(kind, start, end)
        start = end
