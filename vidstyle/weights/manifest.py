"""The weights that vidstyle knows by name: shipped ones by their cards, others by a list."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidstyle.errors import UsageError

SHIPPED = Path(__file__).parent / "files"
"""The folder of the weights that come with vidstyle, each with a card: a TOML file of its name."""

_OTHERS = Path(__file__).parent / "manifest.toml"


@dataclass(frozen=True, kw_only=True)
class WeightsEntry:
    """What is known of one network's weights file.

    Attributes:
        name: what the network is called, for example "johnson-candy".
        architecture: the kind of module that the weights fit.
        file: the file's name, without a folder.
        licence: the terms of the weights.
        source: where they come from.
        sha256: of the file, in lower-case hex; None only where there is no `url`.
        bytes: the file's size, where it is known.
        url: where the file can be downloaded; None where it is put into place by hand.
        published: what the authors' own file is called, which does as well; None where there is
            none, or it is `file`. A name with eight hex digits at its end tells how its sha256
            begins, as PyTorch has it.
        bgr: whether that one takes blue first.
    """

    name: str
    architecture: str
    file: str
    licence: str
    source: str
    sha256: str | None = None
    bytes: int | None = None
    url: str | None = None
    published: str | None = None
    bgr: bool = False

    def __post_init__(self) -> None:
        for file in (self.file, self.published):
            if file is not None and Path(file).name != file:
                raise ValueError(f"{self.name}: a file must be a bare name, not {file!r}")
        if self.sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(f"{self.name}: sha256 must be 64 lower-case hex digits")
        if self.url is not None and self.sha256 is None:
            raise ValueError(f"{self.name}: a download needs a sha256")

    @property
    def to_get(self) -> str:
        """The file that a user can have from its authors."""
        return self.published or self.file

    def sha256_of(self, file: str) -> str:
        """How the sha256 of the file of that name begins; empty where it is not known."""
        if file == self.file:
            return self.sha256 or ""
        told = re.search(r"-([0-9a-f]{8})\.\w+$", file)
        return told[1] if told else ""


@dataclass(frozen=True)
class Manifest:
    """Entries, in the order of the files."""

    entries: tuple[WeightsEntry, ...]

    @classmethod
    def read(cls, *paths: Path) -> "Manifest":
        """Read manifests and cards; without `paths` all that come with vidstyle.

        Raises:
            ValueError: a file is no manifest.
        """
        read = paths or (*sorted(SHIPPED.glob("*.toml")), _OTHERS)
        manifest = cls(tuple(entry for path in read for entry in _entries(path)))
        if len(set(manifest)) != len(manifest.entries):
            raise ValueError(f"{', '.join(map(str, read))}: a name occurs twice")
        return manifest

    def __iter__(self) -> Iterator[str]:
        """The names of all networks."""
        return (entry.name for entry in self.entries)

    def __contains__(self, name: str) -> bool:
        return any(name == known for known in self)

    def entry(self, name: str) -> WeightsEntry:
        """The entry of `name`.

        Raises:
            UsageError: no network has that name.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise UsageError(f"no weights are known as {name!r}; there are {', '.join(self)}")


def _entries(path: Path) -> list[WeightsEntry]:
    """The entries of a manifest, or the one of a card."""
    found: Any = tomllib.loads(path.read_text("utf-8")).get("network", [])
    tables: list[dict[str, Any]] = [found] if isinstance(found, dict) else found
    try:
        return [WeightsEntry(**table) for table in tables]
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from error
