"""Finished frames of a run that may be interrupted, kept beside its output."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.files import write_whole
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import read_picture, write_picture

PREVIEW = "preview.png"
"""The name, in the folder, of a picture that shows how far the run is."""

_JOB = "job.json"
_INDEX = "frames.jsonl"

# What is written here, and what a run that was killed leaves; all else is the user's.
_NAMES = "|".join(map(re.escape, (PREVIEW, _JOB, _INDEX)))
_OWN = re.compile(rf"{_NAMES}|[a-z]+-\d{{6,}}\.png|\..+\.part")


class WorkFolder:
    """Pictures by kind and number, each with what it was made of, on disk as they are finished.

    A picture is found again only where the job is the same, the content is the same, and the file
    is what was written.

    Args:
        output: of the run; the folder is named after it.
        job: what the pictures depend on beside their content, for example options.
        anew: begin anew where a folder is of another job.

    Raises:
        UsageError: there is a folder of another job, or of another kind.
        VidstyleError: the folder cannot be made or read.
    """

    def __init__(self, output: Path, job: Mapping[str, Any], *, anew: bool = False) -> None:
        self.path = output.with_name(f"{output.name}.work")
        self._job = json.loads(json.dumps(job))
        self._entries: dict[tuple[str, int], dict[str, str]] = {}
        try:
            self._open(anew=anew)
        except OSError as error:
            raise VidstyleError(f"cannot keep work in {self.path}: {error.strerror}") from error

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, kind: str, number: int, *, of: str) -> RgbPicture | None:
        """The picture that was made of this content; None where there is none that is whole."""
        entry = self._entries.get((kind, number))
        if entry is None or entry["of"] != of:
            return None
        path = self._path_of(kind, number)
        try:
            if sha256(path.read_bytes()) != entry["file"]:
                return None
        except OSError:  # Somebody has removed it: it is made again.
            return None
        return read_picture(path)

    def keep(self, kind: str, number: int, picture: RgbPicture, *, of: str) -> None:
        """Write a finished picture.

        Args:
            kind: letters; a picture of the same kind and number is replaced.
            number: of the frame, from 0.
            picture: uint8 (H, W, 3), RGB.
            of: sha256 of what it was made of.

        Raises:
            VidstyleError: it cannot be written.
        """
        path = self._path_of(kind, number)
        write_picture(path, picture)
        entry = {"of": of, "file": sha256(path.read_bytes())}
        self._entries[kind, number] = entry
        try:
            # After the picture: what the index tells of is there.
            with (self.path / _INDEX).open("a", encoding="ascii") as index:
                index.write(json.dumps({"kind": kind, "number": number, **entry}) + "\n")
        except OSError as error:
            raise VidstyleError(f"cannot keep work in {self.path}: {error.strerror}") from error

    def remove(self) -> None:
        """Remove the folder, but for what somebody else has put into it."""
        with suppress(OSError):
            self._clear()
            self.path.rmdir()

    def _clear(self) -> None:
        for path in self.path.iterdir():
            if _OWN.fullmatch(path.name) and path.is_file():
                path.unlink()

    def _open(self, *, anew: bool) -> None:
        self.path.mkdir(exist_ok=True)
        theirs = self._stored_job()
        if theirs is not None and (difference := self._difference(theirs)):
            if not anew:
                raise UsageError(
                    f"{self.path} has the frames of an unfinished run with another setting of "
                    f"{difference}: add --overwrite to begin anew, or choose another name with -o"
                )
            theirs = None
        if theirs is None:
            self._clear()
            write_whole(self.path / _JOB, f"{json.dumps(self._job, indent=2)}\n".encode())
        self._read_index()

    def _stored_job(self) -> dict[str, Any] | None:
        """That of the run before; None where there was none.

        Raises:
            UsageError: the folder is not a work folder, or a damaged one.
        """
        theirs = None
        with suppress(OSError, ValueError):
            theirs = json.loads((self.path / _JOB).read_text("utf-8"))
        if isinstance(theirs, dict):
            return theirs
        # A run that was killed at its very beginning leaves no more than a part of the file.
        if all(path.suffix == ".part" for path in self.path.iterdir()):
            return None
        raise UsageError(
            f"{self.path} is needed for unfinished frames, and what is in it is of no run: move it "
            "away, or choose another name with -o"
        )

    def _difference(self, theirs: Mapping[str, Any]) -> str:
        """The first setting in which another job differs from this one; empty: in none."""
        names = sorted(theirs.keys() | self._job.keys())
        differing = (name for name in names if theirs.get(name) != self._job.get(name))
        return next(differing, "").replace("_", " ")

    def _read_index(self) -> None:
        path = self.path / _INDEX
        if not path.exists():
            return
        for line in path.read_text("ascii", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                key = (str(entry.pop("kind")), int(entry.pop("number")))
                self._entries[key] = {name: str(entry[name]) for name in ("of", "file")}
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # The last line of a run that was killed.

    def _path_of(self, kind: str, number: int) -> Path:
        return self.path / f"{kind}-{number + 1:06d}.png"


def sha256(data: bytes) -> str:
    """The hash by which contents and files are known, in hex."""
    return hashlib.sha256(data).hexdigest()
