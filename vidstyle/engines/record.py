"""The sidecar of a stored engine: its key, checksums, parity and how it was built."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any, Self

from vidstyle.engines.key import EngineKey
from vidstyle.engines.parity import Parity
from vidstyle.errors import VidstyleError
from vidstyle.files import write_whole

SIDECAR = "engine.json"


class BadEngineError(VidstyleError):
    """A stored engine is not what it should be; it must not be loaded."""


@dataclass(frozen=True, kw_only=True)
class EngineRecord:
    """What is known of a stored engine.

    Attributes:
        key: what it fits.
        files: sha256 of each of its files, by name.
        parity: how near it came to eager fp32; None where it has not run yet, because it was
            built for another machine.
        build_seconds: how long it took.
        built: when, as ISO 8601.
        fps: pictures a second, measured on this machine; None where that was not done.
    """

    key: EngineKey
    files: Mapping[str, str]
    parity: Parity | None
    build_seconds: float
    built: str
    fps: float | None = None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The record of the engine in `folder`.

        Raises:
            BadEngineError: there is none that can be understood.
        """
        try:
            facts = json.loads((folder / SIDECAR).read_text("utf-8"))
            return cls(
                key=EngineKey.from_dict(facts["key"]),
                files=_named_digests(facts["files"]),
                parity=None if facts["parity"] is None else _parity(facts["parity"]),
                build_seconds=float(facts["build_seconds"]),
                built=str(facts["built"]),
                fps=None if facts["fps"] is None else float(facts["fps"]),
            )
        # What is no sidecar makes the parsers fail in any way there is.
        except Exception as error:
            raise BadEngineError(f"engine {folder} is damaged: {SIDECAR} is unreadable") from error

    def write(self, folder: Path) -> None:
        """Write the record into the engine's folder; `VidstyleError` where that fails."""
        facts = {
            "key": self.key.as_dict(),
            "files": dict(self.files),
            "parity": None if self.parity is None else vars(self.parity),
            "build_seconds": self.build_seconds,
            "built": self.built,
            "fps": self.fps,
        }
        # Another process may be reading it.
        write_whole(folder / SIDECAR, f"{json.dumps(facts, indent=2)}\n".encode())

    def check(self, folder: Path) -> None:
        """Make sure that `folder` holds the files of this record.

        Raises:
            BadEngineError: it does not.
        """
        try:
            found = checksums(folder, list(self.files))
        except OSError as error:
            raise BadEngineError(f"engine {folder} is damaged: {error.strerror}") from error
        for name, digest in self.files.items():
            if found[name] != digest:
                raise BadEngineError(f"engine {folder} is damaged: {name} has another checksum")


def _named_digests(files: Mapping[str, str]) -> dict[str, str]:
    if not files or any(Path(name).name != name or "\0" in name for name in files):
        raise ValueError("an engine has files, in its own folder")
    return {name: str(digest) for name, digest in files.items()}


def _parity(facts: Mapping[str, Any]) -> Parity:
    return Parity(**{name: float(value) for name, value in facts.items() if value is not None})


def checksums(folder: Path, names: list[str]) -> dict[str, str]:
    """The sha256 of each file."""
    digests = {}
    for name in names:
        with (folder / name).open("rb") as file:
            digests[name] = file_digest(file, "sha256").hexdigest()
    return digests
