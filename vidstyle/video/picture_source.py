"""A sequence of pictures as a video."""

import fnmatch
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.letterbox import letterboxed
from vidstyle.video.pictures import (
    NUMBER,
    SUFFIXES,
    is_numbered,
    pictures_in,
    read_picture,
    read_with_opacity,
)
from vidstyle.video.source import WITHOUT_ALPHA, Shapes, Source, Span, VideoInfo

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
        # As of a video: those that begin at the start or later, and before the end.
        first = math.ceil((span.start or 0) * rate)
        last = None if span.end is None else math.ceil(span.end * rate)
        self._paths = paths[first:last]
        if not self._paths:
            found = f"only {len(paths)} pictures" if paths else "no pictures"
            raise UsageError(f"{where} has {found}: nothing to stylise")
        stems = [path.stem for path in self._paths]
        self._names = stems if len(set(stems)) == len(stems) else [""] * len(stems)
        readable, picture = _first_readable(self._paths, read)
        height, width = picture.shape[:2]
        if read is read_picture and read_with_opacity(readable)[1] is not None:
            self.notes.append(WITHOUT_ALPHA)
        self.info = VideoInfo(
            size=Size(width, height), time_base=1 / rate, rate=rate, frames=len(self._paths)
        )

    def __iter__(self) -> Iterator[Frame]:
        broken, others, shapes = 0, False, Shapes()
        for index, path in enumerate(self._paths):
            try:
                picture = np.ascontiguousarray(self._read(path))
            except VidstyleError:
                broken += 1  # Its moment stays empty; the others keep theirs.
                continue
            height, width = picture.shape[:2]
            if shapes.is_another(Size(width, height)):
                picture = letterboxed(picture, self.info.size)
                others = True
            yield Frame(
                picture=picture,
                index=index,
                pts=index,
                time_base=self.info.time_base,
                duration=1,
                name=self._names[index],
            )
        if others:
            self.notes.append(Shapes.NOTE)
        if broken:
            self.notes.append(f"{broken} pictures could not be read and were left out")

    def close(self) -> None:
        pass


def _first_readable(
    paths: Sequence[Path], read: Callable[[Path], RgbPicture]
) -> tuple[Path, RgbPicture]:
    for path in paths:
        with suppress(VidstyleError):
            return path, read(path)
    raise VidstyleError("none of the pictures could be read")


def is_sequence(where: Path) -> bool:
    """Whether `where` is a folder or a pattern of pictures rather than one file."""
    return where.is_dir() or (not where.exists() and _is_pattern(where))


def sequence_folder(where: Path) -> Path:
    """The folder that a sequence of pictures lies in."""
    return where if where.is_dir() else where.parent


def _is_pattern(where: Path) -> bool:
    if not re.search(r"[*?\[]", where.name):
        return is_numbered(where)
    # Of pictures alone: one video may well be called `film [2].mp4`.
    ending = where.suffix.lower() or "*"
    return any(fnmatch.fnmatch(suffix, ending) for suffix in SUFFIXES)


def _find(where: Path) -> list[Path]:
    if where.is_dir():
        return pictures_in(where)
    if not where.parent.is_dir():
        return []
    if is_numbered(where):
        pattern = NUMBER.sub(r"\\d+", re.escape(where.name))
    else:
        pattern = fnmatch.translate(where.name)
    return [path for path in pictures_in(where.parent) if re.fullmatch(pattern, path.name)]
