"""Files that are whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from time import sleep

from vidstyle.errors import VidstyleError

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds."""


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the final name, then rename.

    Raises:
        VidstyleError: it cannot be written; a file of that name from before is untouched.
    """
    with written_whole(path) as partial:
        partial.write_bytes(data)


def partial_name(path: Path) -> Path:
    """What a file or folder may be called while it is written; another name each time."""
    # Beside the final name: a rename within one folder is atomic, and a full disk shows early.
    return path.with_name(f".{path.name}.{token_hex(4)}.part")


def untaken(path: Path) -> Path:
    """The path, or one with a number where it is taken."""
    free, number = path, 1
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def move(source: Path, target: Path) -> None:
    """Rename a file or folder; a file replaces one that is there.

    Waits a moment where that is refused: Windows renames nothing that another program has open, nor
    a folder with such a file in it, and virus scanners look into all that is new.
    """
    rename = os.rename if source.is_dir() else os.replace
    for pause in _PAUSES:
        try:
            return rename(source, target)
        except PermissionError:
            sleep(pause)
    rename(source, target)


@contextmanager
def written_whole(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """Give a name beside the final one to write to, and rename that file in the end.

    Args:
        path: its final name.
        synced: whether it is on the disk before it gets that name, which takes milliseconds.

    Raises:
        VidstyleError: it cannot be written; a file of the final name from before is untouched.
    """
    partial = partial_name(path)
    try:
        yield partial
        if synced:
            with partial.open("r+b") as file:
                os.fsync(file.fileno())
        move(partial, path)
    except OSError as error:
        kept = "; the one from before is kept" if path.exists() else ""
        raise VidstyleError(f"cannot write {path}: {error.strerror}{kept}") from error
    finally:
        with suppress(OSError):  # It may never have been there.
            partial.unlink()
