"""Where built engines are kept: one folder for each, whole under its name or not there at all."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from time import time
from uuid import uuid4

import platformdirs

from vidstyle.engines.key import EngineKey
from vidstyle.engines.record import SIDECAR, BadEngineError, EngineRecord
from vidstyle.errors import VidstyleError
from vidstyle.files import move

FOLDER_VARIABLE = "VIDSTYLE_ENGINES"
"""The environment variable that names the folder of engines."""

CACHES = ".caches"
"""Folder beside the engines: what compilers keep from one build for the next."""

_PART = ".part"

# What the names of engines end in; see `EngineKey.digest`.
_DIGEST = re.compile(r"-[0-9a-f]{12}$")

_ABANDONED = 24 * 3600.0
"""Seconds without a write after which a build is dead; the slowest takes minutes."""


class EngineStore:
    """Engines by their keys.

    Args:
        folder: where they are; by default what `VIDSTYLE_ENGINES` names, else `engines/` of the
            checkout that vidstyle runs from, else the user's cache folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def path(self, key: EngineKey) -> Path:
        """The folder of the engine with that key, there or not."""
        return self.folder / key.file_name

    def find(self, key: EngineKey) -> EngineRecord | None:
        """The record of the engine with that key, made sure to be whole; None where there is none.

        Raises:
            BadEngineError: it is there, but is damaged or is another engine.
            VidstyleError: the folder of engines cannot be read.
        """
        path = self.path(key)
        with self._read_errors():
            if not path.is_dir():
                return None
        record = EngineRecord.read(path)
        if record.key != key:
            differing = record.key.differences(key)
            raise BadEngineError(f"engine {path} is another one: its {differing} differ")
        record.check(path)
        return record

    def stale(self, key: EngineKey) -> str | None:
        """A line on an engine that was built for the same use but no longer fits, if there is one.

        Args:
            key: what is needed and is not there.
        """
        for path in self.paths():
            try:
                stored = EngineRecord.read(path).key
            except BadEngineError:
                continue
            if stored != key and stored.same_use(key):
                return f"engine {path} is stale: built with another {stored.differences(key)}"
        return None

    def batches(self, key: EngineKey) -> list[EngineKey]:
        """The keys of engines that differ from `key` at most in how many pictures they take.

        Those that were measured come first, the fastest of them before the others.
        """
        rates: dict[EngineKey, float] = {}
        for path in self.paths():
            with suppress(BadEngineError):
                record = EngineRecord.read(path)
                if record.key.together(key.batch) == key:
                    rates[record.key] = record.fps or 0.0
        return sorted(rates, key=lambda each: -rates[each])

    def donor(self, key: EngineKey) -> Path | None:
        """The folder of a whole engine that differs in its weights alone, if there is one."""
        for path in self.paths():
            with suppress(BadEngineError):
                record = EngineRecord.read(path)
                if record.key.differs_in_weights_alone(key):
                    record.check(path)
                    return path
        return None

    def paths(self) -> list[Path]:
        """The folders of all engines, by name; one without a record is damaged.

        Raises:
            VidstyleError: the folder of engines cannot be read.
        """
        with self._read_errors():
            if not self.folder.exists():
                return []
            return sorted(path for path in self.folder.iterdir() if _is_engine(path))

    def remove(self, path: Path) -> None:
        """Remove an engine.

        Raises:
            VidstyleError: it cannot be removed.
        """
        try:
            self._clear(path)
        except OSError as error:
            raise VidstyleError(f"engine {path} cannot be removed: {error.strerror}") from error

    def clear_caches(self) -> None:
        """Remove what compilers keep (the next builds take longer), and what is half-built."""
        for leftover in (self.folder / CACHES, *self.folder.glob(f".*{_PART}")):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextmanager
    def draft(self, key: EngineKey, *, replace: bool = False) -> Iterator[Path]:
        """An empty folder to build in, which becomes the engine when the block ends without error.

        Args:
            key: of the engine.
            replace: whether it takes the place of an engine that is whole. Else that one stays,
                as it does where another process has finished the same engine meanwhile.

        Raises:
            VidstyleError: the folder cannot be made, or has no room.
        """
        with self._storage_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            part = Path(mkdtemp(prefix=f".{key.file_name}.", suffix=_PART, dir=self.folder))
        try:
            with self._storage_errors():
                yield part
                self._commit(part, key, replace=replace)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def amend(self, record: EngineRecord) -> None:
        """Store what was found out about an engine after it was built.

        That is no more than a help to later runs: nothing is stored where the folder is only read,
        or where the engine in it is another by now, built by another process.
        """
        path = self.path(record.key)
        with suppress(VidstyleError):
            if EngineRecord.read(path).files == record.files:
                record.write(path)

    def _sweep(self) -> None:
        """Remove what builds have left that were killed."""
        for part in self.folder.glob(f".*{_PART}"):
            with suppress(OSError):  # Another process may be sweeping, too.
                if time() - _last_write(part) > _ABANDONED:
                    shutil.rmtree(part)

    def _commit(self, part: Path, key: EngineKey, *, replace: bool) -> None:
        part.chmod(0o755)  # mkdtemp's is for the user alone; an engine may be shared.
        path = self.path(key)
        if replace:
            self._clear(path)
        while True:
            try:
                move(part, path)
            except OSError:
                if not path.is_dir():
                    raise
                if self._is_whole(key):
                    return
                self._clear(path)
            else:
                return

    def _is_whole(self, key: EngineKey) -> bool:
        try:
            return self.find(key) is not None
        except BadEngineError:
            return False

    def _clear(self, path: Path) -> None:
        # Renamed first, so that nobody finds half of it.
        away = self.folder / f".{path.name}.{uuid4().hex}{_PART}"
        with suppress(FileNotFoundError):  # Another process may have done it.
            move(path, away)
            shutil.rmtree(away)

    @contextmanager
    def _read_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise VidstyleError(
                f"the engines in {self.folder} cannot be read ({error.strerror}): "
                f"name another folder in {FOLDER_VARIABLE}"
            ) from error

    @contextmanager
    def _storage_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise VidstyleError(
                f"the engine cannot be stored in {self.folder} ({error.strerror or error}): "
                f"make room or name another folder in {FOLDER_VARIABLE}"
            ) from error


def _is_engine(path: Path) -> bool:
    # Whatever else is in the folder is the user's.
    is_named_so = path.is_dir() and _DIGEST.search(path.name) is not None
    return not path.name.startswith(".") and (is_named_so or (path / SIDECAR).exists())


def _last_write(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))


def default_folder() -> Path:
    """Where engines are kept unless told otherwise; see `EngineStore`."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        # pathlib's own raises where there is no such user.
        return Path(os.path.expanduser(named))
    checkout = Path(__file__).parents[2] / "engines"
    if (checkout / "README.md").is_file() and os.access(checkout, os.W_OK):
        return checkout
    return Path(platformdirs.user_cache_dir("vidstyle")) / "engines"
