"""What a live run can look at, as a user names it."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.video.cameras import find_camera, list_cameras
from vidstyle.video.convert import Size
from vidstyle.video.urls import parsed_url

SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "tcp", "http", "https")
"""The kinds of URLs that can be read."""

_TEST = "test:"
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


class InputKind(Enum):
    """What frames come from."""

    CAMERA = auto()
    STREAM = auto()
    """Something with a URL."""
    TEST = auto()
    """A pattern that FFmpeg draws."""
    FILE = auto()
    """A recording, played as if it were live."""


@dataclass(frozen=True, kw_only=True)
class LiveInput:
    """One thing to look at: what it is, where it is, and what is asked of it."""

    kind: InputKind
    address: str
    """A camera's number or name, a URL, a path, or a filter graph (empty: the usual pattern)."""
    size: Size | None = None
    """To capture in; None leaves it to the source, as `rate` does."""
    rate: Fraction | None = None
    """Frames per second."""

    @classmethod
    def parse(
        cls, text: str, *, size: Size | None = None, rate: Fraction | None = None
    ) -> "LiveInput":
        """What `text` names, and the size and rate to ask of it.

        Args:
            text: a camera's number, name or part of its name; a URL; `test:`, which may be followed
                by a filter graph (`test:mandelbrot=rate=25`); or the path of a video.
            size: to capture in; of cameras and of the usual test pattern alone, as is `rate`.

        Raises:
            UsageError: it is none of these, or its size or rate cannot be chosen.
        """
        kind, address = _named(text)
        has_choice = kind is InputKind.CAMERA or (kind is InputKind.TEST and not address)
        if (size or rate) and not has_choice:
            wish = str(size) if size else f"{float(rate or 0):g} frames per second"
            raise UsageError(
                f"{text} cannot be asked for {wish}: only a camera or 'test:' gives the choice"
            )
        return cls(kind=kind, address=address, size=size, rate=rate)

    @property
    def file(self) -> Path | None:
        """The file that is played, if it is one."""
        return Path(self.address) if self.kind is InputKind.FILE else None

    def __str__(self) -> str:
        """As it may be shown: without the password of a URL."""
        match self.kind:
            case InputKind.CAMERA:
                return f"camera {self.address}"
            case InputKind.TEST:
                return f"test pattern {self.address}".rstrip()
            case InputKind.STREAM:
                parts = urlsplit(self.address)
                return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
            case InputKind.FILE:
                return self.address


def _named(text: str) -> tuple[InputKind, str]:
    if text.isdigit():
        return InputKind.CAMERA, text
    if text.startswith(_TEST):
        return InputKind.TEST, text.removeprefix(_TEST)
    if url := _URL.match(text):
        return InputKind.STREAM, _known_url(text, url[1].lower())
    if Path(text).is_file():
        return InputKind.FILE, text
    if text and Path(text).is_dir():
        raise UsageError(f"{text} is a folder: name a camera, a URL or a video file")
    if find_camera(text, list_cameras()) is not None:
        return InputKind.CAMERA, text
    if text and Path(text).exists():
        raise UsageError(f"{text} is a pipe or a device: name a camera, a URL or a video file")
    raise UsageError(f"there is no camera and no file called {text}{_near(text)}")


def _known_url(text: str, scheme: str) -> str:
    if scheme not in SCHEMES:
        raise UsageError(
            f"{scheme}:// cannot be read, only {', '.join(SCHEMES)}{did_you_mean(scheme, SCHEMES)}"
        )
    return parsed_url(text).geturl()


def _near(text: str) -> str:
    folder = Path(text).parent
    beside = [str(folder / path.name) for path in folder.iterdir()] if folder.is_dir() else []
    return did_you_mean(text, [*(camera.name for camera in list_cameras()), *beside])
