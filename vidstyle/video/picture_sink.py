"""Writes frames as pictures into a folder."""

import re
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.video.frame import Frame
from vidstyle.video.partial import PartialPath
from vidstyle.video.pictures import SUFFIXES, write_picture
from vidstyle.video.sink import Sink, SinkError

_NUMBER = re.compile(r"%0?\d*d")


class PictureSink(Sink):
    """One picture a frame, RGB. A new folder appears when all its pictures are there."""

    def __init__(self, where: Path) -> None:
        """`where`: a folder, or a pattern such as `frames/%05d.jpg`.

        In a folder, pictures are PNG; they keep the name of the picture that they were made of, or
        are numbered from 000001.
        """
        super().__init__()
        self._pattern = where.name if _NUMBER.search(where.name) else ""
        if self._pattern and Path(self._pattern).suffix.lower() not in SUFFIXES:
            raise UsageError(f"cannot write '{self._pattern}': use one of {', '.join(SUFFIXES)}")
        self.folder = picture_folder(where)
        self._partial = PartialPath(self.folder.absolute())
        try:
            self._partial.path.mkdir()
        except OSError as error:
            raise SinkError(f"cannot make the folder {self.folder}: {error.strerror}") from error

    def write(self, frame: Frame) -> None:
        write_picture(self._partial.path / self._name(frame), frame.rgb)

    def close(self) -> None:
        if self.folder.is_dir():
            for picture in self._partial.path.iterdir():
                picture.replace(self.folder / picture.name)
            self._partial.discard()
        else:
            self._partial.commit()

    def abort(self) -> None:
        self._partial.discard()

    def _name(self, frame: Frame) -> str:
        number = frame.index + 1
        if self._pattern:
            return _NUMBER.sub(lambda match: match.group() % number, self._pattern)
        return f"{frame.name or f'{number:06d}'}.png"


def picture_folder(where: Path) -> Path:
    """The folder that `where`, a folder or a pattern in one, puts pictures into."""
    return where.parent if _NUMBER.search(where.name) else where


def is_picture_output(where: Path) -> bool:
    """Whether `where` names a folder or a pattern of pictures rather than one video file."""
    return where.is_dir() or not where.suffix or bool(_NUMBER.search(where.name))
