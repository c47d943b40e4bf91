"""What a web page shows of a live run, and what it may ask of it."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from vidstyle.errors import UsageError
from vidstyle.runs.live.commands import PaintWith, Record, TakeStill
from vidstyle.runs.live.report import LiveStatus
from vidstyle.runs.live.steering import parse_command
from vidstyle.serving.lines import Lines
from vidstyle.serving.pictures import JpegPictures
from vidstyle.video.pictures import read_picture

_MOST_MESSAGES = 5


class LivePage:
    """A live run as its viewers know it; used by any thread.

    Args:
        folder: where style pictures are put that viewers send.

    Attributes:
        pictures: an output of the run.
        lines: the commands of the viewers.
    """

    def __init__(self, folder: Path) -> None:
        self.pictures = JpegPictures()
        self.lines = Lines()
        self._folder = folder
        self._status: LiveStatus | None = None
        self._lock = Lock()
        self._messages: deque[tuple[int, str]] = deque(maxlen=_MOST_MESSAGES)
        self._told = 0

    def show(self, status: LiveStatus) -> None:
        """Take the status that viewers get from now on."""
        self._status = status

    def say(self, message: str) -> None:
        """Take a line for the viewers."""
        with self._lock:
            self._told += 1
            self._messages.append((self._told, message))

    def as_dict(self) -> dict[str, Any]:
        """The run at this moment, for JSON; `messages` are the last lines, with their numbers."""
        with self._lock:
            messages = list(self._messages)
        status = self._status
        if status is None:
            return {"messages": messages}
        values = asdict(status) | {"size": str(status.size)}
        return {**values, "lines": status.lines(), "messages": messages}

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
                    _check_listed(wish.text, self._status.styles if self._status else ())
        self.lines.put(line)

    def paint_after(self, name: str, data: bytes) -> None:
        """Paint in the style of a picture.

        Args:
            name: what to call it.
            data: a file of any kind of picture.

        Raises:
            UsageError: it is not a picture that can be read.
        """
        path = self._folder / (re.sub(r"[^\w-]", "_", name, flags=re.ASCII)[:100] + ".jpg")
        path.write_bytes(data)
        read_picture(path)
        self.lines.put(f'style "{path}"')


def _check_listed(style: str, listed: Sequence[str]) -> None:
    if style not in listed and not style.isdecimal():
        raise UsageError(f"no such style in the list: {style}: send its picture")
