"""Output that appears under its final name only when it is whole."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.files import move, partial_name, untaken
from vidstyle.video.sink import SinkError


class PartialPath:
    """A temporary name beside the final one, for a file or a folder."""

    def __init__(self, final: Path) -> None:
        self.final = final
        self.path = partial_name(final)

    def commit(self, *, or_beside: bool = False) -> None:
        """Give the complete output its final name, replacing what was there.

        Args:
            or_beside: where that cannot be, as on Windows while a player has the old file open,
                keep the output under a free name beside it; the error tells that.
        """
        try:
            move(self.path, self.final)
        except OSError as error:
            kept = self._kept_beside() if or_beside else ""
            raise SinkError(
                f"cannot rename the output to {self.final}: {error.strerror}{kept}"
            ) from error

    def _kept_beside(self) -> str:
        free = untaken(self.final)
        try:
            move(self.path, free)
        except OSError:  # Then it is not the old file that hinders.
            return ""
        return f"; it is complete as {free}"

    def discard(self) -> None:
        """Remove what was written."""
        with suppress(OSError):  # It may never have been there.
            if self.path.is_dir():
                shutil.rmtree(self.path, ignore_errors=True)
            else:
                self.path.unlink()


def check_place(path: Path) -> None:
    """Make sure, before any work, that a file or folder can be made at `path`.

    Raises:
        UsageError: its folder does not exist or cannot be written to, or its name cannot be used.
    """
    if path.name == "-":
        raise UsageError("'-' is no place to write to: give the name of a file or folder")
    folder = path.absolute().parent
    try:
        there = folder.is_dir()
        with suppress(FileNotFoundError):
            PartialPath(path).path.lstat()
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}: choose another name") from error
    if path.exists() and not (path.is_file() or path.is_dir()):
        # Renamed into its place, a file would replace even a device.
        raise UsageError(f"{path} is no file: choose another name")
    if not there:
        raise UsageError(f"the folder {folder} does not exist: make it, or choose another")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"the folder {folder} cannot be written to: choose another")
