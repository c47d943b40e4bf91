"""A sequence of pictures as a video."""

import glob
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.pictures import counting_order, pictures_in, read_picture
from vidstyle.video.source import Source, Span, VideoInfo

DEFAULT_RATE = Fraction(25)
"""Frames per second of a sequence of pictures, which tells none itself."""


class PictureSource(Source):
    """The pictures of a folder, or those that match a pattern, one a frame."""

    def __init__(
        self,
        where: Path,
        *,
        rate: Fraction = DEFAULT_RATE,
        span: Span | None = None,
        read: Callable[[Path], RgbPicture] = read_picture,
    ) -> None:
        """`where`: a folder, or a pattern such as `frames/%04d.png` or `frames/*.png`."""
        super().__init__()
        self._read = read
        span = span or Span()
        paths = _find(where)
        first = int((span.start or 0) * rate)
        last = None if span.end is None else int(span.end * rate)
        self._paths = paths[first:last]
        if not self._paths:
            found = f"only {len(paths)} pictures" if paths else "no pictures"
            raise UsageError(f"{where} has {found}: nothing to stylise")
        height, width = read(self._paths[0]).shape[:2]
        self.info = VideoInfo(
            size=Size(width, height), time_base=1 / rate, rate=rate, frames=len(self._paths)
        )

    def __iter__(self) -> Iterator[Frame]:
        broken = 0
        for index, path in enumerate(self._paths):
            try:
                picture = np.ascontiguousarray(self._read(path))
            except VidstyleError:
                broken += 1  # Its moment stays empty; the others keep theirs.
                continue
            yield Frame(
                picture=picture,
                index=index,
                pts=index,
                time_base=self.info.time_base,
                duration=1,
                name=path.stem,
            )
        if broken == len(self._paths):
            raise VidstyleError("none of the pictures could be read")
        if broken:
            self.notes.append(f"{broken} pictures could not be read and were left out")

    def close(self) -> None:
        pass


def is_sequence(where: Path) -> bool:
    """Whether `where` is a folder or a pattern of pictures rather than one file."""
    return where.is_dir() or (not where.exists() and _is_pattern(where.name))


def _is_pattern(name: str) -> bool:
    return bool(re.search(r"%0?\d*d|[*?\[]", name))


def _find(where: Path) -> list[Path]:
    if where.is_dir():
        return pictures_in(where)
    wildcard = re.sub(r"%0?\d*d", "[0-9]*", glob.escape(where.name))
    if wildcard == glob.escape(where.name):
        wildcard = where.name
    return sorted(where.parent.glob(wildcard), key=counting_order)
