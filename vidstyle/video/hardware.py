"""Decoding by a GPU's own decoder; the pictures come back to the host's memory."""

from pathlib import Path

from av.codec.hwaccel import hwdevices_available

from vidstyle.errors import UsageError
from vidstyle.video.file_source import FileSource
from vidstyle.video.source import SourceError, Span

AUTO, NONE = "auto", "none"
"""Whatever can decode a video here, and the CPU alone."""


def check_hwaccel(name: str) -> str:
    """The name of a kind of decoders that this FFmpeg knows, or `AUTO` or `NONE`.

    Raises:
        UsageError: it is none of these.
    """
    known = (AUTO, NONE, *hwdevices_available())
    if name not in known:
        raise UsageError(f"hwaccel {name!r} is not one of {', '.join(known)}")
    return name


def open_file(path: Path, *, span: Span | None = None, hwaccel: str = NONE) -> FileSource:
    """The video, decoded as `hwaccel` says; with `AUTO` a note tells where that is the CPU.

    Args:
        path: of the video.
        span: what of it is wanted.
        hwaccel: see `check_hwaccel`.

    Raises:
        SourceError: it cannot be read, or not be decoded by what was asked for.
    """
    if hwaccel == NONE:
        return FileSource(path, span=span)
    kinds = hwdevices_available() if hwaccel == AUTO else [hwaccel]
    why = []
    for kind in kinds:
        try:
            return FileSource(path, span=span, hardware=kind)
        except SourceError as error:
            why.append(str(error))
    source = FileSource(path, span=span)
    if hwaccel != AUTO:
        source.close()
        raise SourceError(f"{why[0]}: leave --hwaccel out, or use --hwaccel auto")
    source.notes.append(
        f"decoded by the CPU: no decoder of this machine ({', '.join(kinds) or 'there is none'}) "
        "takes this video"
    )
    return source
