"""Finds the weights of a network by its name."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import platformdirs

from vidstyle.errors import VidstyleError
from vidstyle.messages import OnDownload
from vidstyle.weights.download import download
from vidstyle.weights.manifest import SHIPPED, Manifest, WeightsEntry

FOLDERS_VARIABLE = "VIDSTYLE_WEIGHTS"
"""The environment variable that names folders of weights, separated as in PATH."""


class WeightStore:
    """Weights files by name: shipped with vidstyle, in the user's folders, the cache, or the net.

    Every file with a known sha256 is checked against it wherever it was found.

    Args:
        manifest: what there is; by default what vidstyle knows.
        folders: where to look, first to last; by default the package, then the folders that
            `VIDSTYLE_WEIGHTS` names.
        cache: looked in last, and where downloads go; by default the user's cache folder.
        own: files of the user's own, by the names of the networks whose place they take; they are
            checked against nothing.
        on_download: told the bytes done and the bytes in all while weights are downloaded.
    """

    def __init__(
        self,
        *,
        manifest: Manifest | None = None,
        folders: Sequence[Path] | None = None,
        cache: Path | None = None,
        own: Mapping[str, Path] | None = None,
        on_download: OnDownload | None = None,
    ) -> None:
        self.manifest = Manifest.read() if manifest is None else manifest
        self._folders = (SHIPPED, *_users_folders()) if folders is None else tuple(folders)
        self.own = dict(own or {})
        self._on_download = on_download
        self._cache = cache or Path(platformdirs.user_cache_dir("vidstyle")) / "weights"

    def find(self, name: str) -> Path | None:
        """The file of `name` if it is on this machine; nothing is downloaded.

        Raises:
            UsageError: no network has that name.
            VidstyleError: the file cannot be read, or is not the one that the manifest describes.
        """
        if name in self.own:
            return self.own[name]
        entry = self.manifest.entry(name)
        for folder in (*self._folders, self._cache):
            for file in filter(None, (entry.file, entry.published)):
                path = folder / file
                if _is_there(path):
                    _check(path, entry)
                    return path
        return None

    def fetch(self, name: str) -> Path:
        """The file of `name`, downloaded into the cache where it is not on this machine.

        Raises:
            UsageError: no network has that name.
            VidstyleError: the file cannot be had, or is not the one that the manifest describes.
        """
        found = self.find(name)
        if found is not None:
            return found
        entry = self.manifest.entry(name)
        if entry.url is None or entry.sha256 is None:
            raise VidstyleError(f"the weights of {name} were not found: {self._remedy(entry)}")
        destination = self._cache / entry.file
        try:
            download(entry.url, destination, sha256=entry.sha256, on_progress=self._on_download)
        except VidstyleError as error:
            raise VidstyleError(f"{error}: try again, or {self._remedy(entry)}") from error
        return destination

    def _remedy(self, entry: WeightsEntry) -> str:
        places = [str(folder) for folder in (*self._folders, self._cache) if folder != SHIPPED]
        return (
            f"put {entry.to_get} ({entry.source}; {entry.licence}) into {' or '.join(places)}, "
            f"or into a folder that {FOLDERS_VARIABLE} names"
        )


def _users_folders() -> tuple[Path, ...]:
    names = os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep)
    # pathlib's own raises where there is no such user.
    return tuple(Path(os.path.expanduser(name)) for name in names if name)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise VidstyleError(
            f"{path} cannot be read ({error.strerror}): allow it, or name other folders in "
            f"{FOLDERS_VARIABLE}"
        ) from error


def _check(path: Path, entry: WeightsEntry) -> None:
    expected = entry.sha256_of(path.name)
    if not expected:
        return
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VidstyleError(f"{path} cannot be read ({error.strerror})") from error
    if not found.startswith(expected):
        raise VidstyleError(
            f"{path} is not the file that {entry.name} needs (sha256 {found}, expected "
            f"{expected}): replace or delete it"
        )
