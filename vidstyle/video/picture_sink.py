"""Writes frames as pictures into a folder."""

import os
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.files import move
from vidstyle.video.frame import Frame
from vidstyle.video.partial import PartialPath, check_place
from vidstyle.video.pictures import NUMBER, is_numbered, pictures_in, write_picture
from vidstyle.video.sink import Sink, SinkError


class PictureSink(Sink):
    """One picture a frame, RGB. A new folder appears when all its pictures are there."""

    def __init__(self, where: Path) -> None:
        """`where`: a folder, or a pattern such as `frames/%05d.jpg`.

        In a folder, pictures are PNG; they keep the name of the picture that they were made of, or
        are numbered from 000001.
        """
        super().__init__()
        self._pattern = where.name if is_numbered(where) else ""
        self.folder = picture_folder(where)
        self._partial = PartialPath(_place(self.folder.absolute()))
        try:
            self._partial.path.mkdir()
        except OSError as error:
            raise SinkError(f"cannot make the folder {self.folder}: {error.strerror}") from error

    def write(self, frame: Frame) -> None:
        write_picture(self._partial.path / self._name(frame), frame.rgb)

    def close(self) -> None:
        if not any(self._partial.path.iterdir()):
            self.abort()
            return
        if not self.folder.is_dir():
            self._partial.commit()
            return
        written = set()
        try:
            for picture in self._partial.path.iterdir():
                move(picture, self.folder / picture.name)
                written.add(picture.name)
        except OSError as error:
            raise SinkError(f"cannot write into {self.folder}: {error.strerror}") from error
        self._partial.discard()
        older = sum(picture.name not in written for picture in pictures_in(self.folder))
        if older:
            self.notes.append(f"{older} pictures that were in {self.folder} before are there still")

    def abort(self) -> None:
        self._partial.discard()

    def _name(self, frame: Frame) -> str:
        number = frame.index + 1
        if self._pattern:
            return NUMBER.sub(lambda match: match.group() % number, self._pattern)
        return f"{frame.name or f'{number:06d}'}.png"


def picture_folder(where: Path) -> Path:
    """The folder that `where`, a folder or a pattern in one, puts pictures into."""
    return where.parent if is_numbered(where) else where


def check_picture_folder(folder: Path) -> None:
    """`UsageError` where pictures cannot be written into `folder`, new or not."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: choose another name for a folder of pictures")
    check_place(_place(folder))


def is_picture_output(where: str | Path) -> bool:
    """Whether `where` names a folder or a pattern of pictures rather than one video file."""
    return is_folder_name(where) or is_numbered(Path(where))


def is_folder_name(where: str | Path) -> bool:
    """Whether `where` names a folder: one that is there, or ends in a slash or has no suffix."""
    # No `Path` keeps a slash at its end.
    return str(where).endswith(("/", os.sep)) or Path(where).is_dir() or not Path(where).suffix


def _place(folder: Path) -> Path:
    """What stands beside the pictures until they are complete."""
    # Inside a folder that is there: what lies beside it may be read-only, or on another disk.
    return folder / "pictures" if folder.is_dir() else folder
