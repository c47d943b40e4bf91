"""What a web page shows of a live run, and what it may ask of it."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from queue import Queue
from tempfile import mkdtemp
from threading import Lock
from typing import Any

from vidstyle.errors import UsageError
from vidstyle.runs.live.commands import PaintWith, Record, TakeStill
from vidstyle.runs.live.report import LiveStatus
from vidstyle.runs.live.steering import parse_command
from vidstyle.runs.loading import StyleWish
from vidstyle.serving.pictures import JpegPictures
from vidstyle.serving.thumbnails import thumbnail_of
from vidstyle.video.pictures import read_picture

_MOST_LINES, _MOST_MESSAGES = 100, 5


class LivePage:
    """A live run as its viewers know it; used by any thread.

    Args:
        folder: where style pictures are put that viewers send.

    Attributes:
        pictures: an output of the run.
        lines: the commands of the viewers, without an end.
    """

    def __init__(self, folder: Path) -> None:
        self.pictures = JpegPictures()
        # Where more wait to be read, viewers wait.
        self._lines: Queue[str] = Queue(_MOST_LINES)
        self.lines: Iterator[str] = iter(self._lines.get, None)
        self._folder = folder
        self._status: LiveStatus | None = None
        self._lock = Lock()
        self._messages: deque[str] = deque(maxlen=_MOST_MESSAGES)
        self._thumbnails: dict[int, bytes | None] = {}

    def show(self, status: LiveStatus) -> None:
        """Take the status that viewers get from now on."""
        self._status = status

    def say(self, message: str) -> None:
        """Take a line for the viewers."""
        with self._lock:
            self._messages.append(message)

    def as_dict(self) -> dict[str, Any]:
        """The run at this moment, for JSON; `messages` are the last lines."""
        with self._lock:
            messages = list(self._messages)
        status = self._status
        if status is None:
            return {"messages": messages}
        styles = [wish.label for wish in status.styles]
        values = asdict(replace(status, styles=())) | {"size": str(status.size), "styles": styles}
        return {**values, "lines": status.lines(), "messages": messages}

    def thumbnail(self, number: int) -> bytes | None:
        """A JPEG of what a style of the list looks like; None where it is not known.

        Args:
            number: in the list, from 0.
        """
        styles = self._status.styles if self._status else ()
        if number not in self._thumbnails and 0 <= number < len(styles):
            self._thumbnails[number] = thumbnail_of(styles[number])
        return self._thumbnails.get(number)

    def obey(self, line: str) -> None:
        """Pass on a command.

        Raises:
            UsageError: it is none, or names a file: those are the business of this machine's user.
        """
        match parse_command(line):
            case TakeStill(Path() as path) | Record(_, Path() as path):
                raise UsageError(f"{path} cannot be named from here: the name is made of the time")
            case PaintWith(wishes):
                for wish in wishes:
                    self._check_listed(wish)
        self._lines.put(line)

    def paint_after(self, name: str, data: bytes) -> None:
        """Paint in the style of a picture.

        Args:
            name: what to call it.
            data: a file of any kind of picture.

        Raises:
            UsageError: it is not a picture that can be read.
        """
        # Two viewers may send different pictures under one name.
        folder = Path(mkdtemp(dir=self._folder))
        path = folder / (re.sub(r"[^\w-]", "_", name, flags=re.ASCII)[:100] + ".jpg")
        path.write_bytes(data)
        read_picture(path)
        self._lines.put(f'style "{path}"')

    def _check_listed(self, wish: StyleWish) -> None:
        listed = self._status.styles if self._status else ()
        if not wish.text.isdecimal() and all(wish.text != each.label for each in listed):
            raise UsageError(f"no such style in the list: {wish.text}: send its picture")
