"""The care of engines that are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vidstyle.engines.backends import choose_backend
from vidstyle.engines.compiler import Compiler
from vidstyle.engines.compilers import make_compiler
from vidstyle.engines.key import ENGINE_FORMAT, EngineKey
from vidstyle.engines.record import BadEngineError, EngineRecord
from vidstyle.engines.store import EngineStore
from vidstyle.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class StoredEngine:
    """An engine in the store.

    Attributes:
        path: its folder.
        record: its sidecar; None where that cannot be read.
        bytes: what it takes.
        problem: why it cannot be used, where that is known.
    """

    path: Path
    record: EngineRecord | None
    bytes: int
    problem: str | None = None


def stored_engines(*, verify: bool = False) -> list[StoredEngine]:
    """The engines in the store, by name.

    Args:
        verify: compare checksums too, and whether they fit this machine.
    """
    store = EngineStore()
    return [_stored(path, verify=verify) for path in store.paths()]


def engines_folder() -> Path:
    """Where engines are stored."""
    return EngineStore().folder


def remove_engines(names: Sequence[str]) -> list[Path]:
    """Remove engines from the store.

    Args:
        names: of their folders, or beginnings of such; "all" for every engine.

    Raises:
        UsageError: a name fits none; nothing was removed.
    """
    store = EngineStore()
    there = store.paths()
    chosen: list[Path] = []
    for name in names:
        fitting = [path for path in there if name == "all" or path.name.startswith(name)]
        if not fitting and name != "all":
            raise UsageError(f"no stored engine's name begins with {name!r}: see vidstyle engines")
        chosen += [path for path in fitting if path not in chosen]
    for path in chosen:
        store.remove(path)
    if "all" in names:
        store.clear_caches()
    return chosen


def _stored(path: Path, *, verify: bool) -> StoredEngine:
    size = sum(file.stat().st_size for file in path.iterdir())
    try:
        record = EngineRecord.read(path)
    except BadEngineError as error:
        return StoredEngine(path=path, record=None, bytes=size, problem=str(error))
    problem = _problem(path, record) if verify else None
    return StoredEngine(path=path, record=record, bytes=size, problem=problem)


def _problem(path: Path, record: EngineRecord) -> str | None:
    try:
        record.check(path)
        facts = {"engine_format": ENGINE_FORMAT, **_compiler_of(record.key).facts()}
    except BadEngineError as error:
        return str(error)
    except UsageError as error:
        return f"engine {path} cannot be used here: {error}"
    if path.name != record.key.file_name:
        return f"engine {path} is foreign: its name should be {record.key.file_name}"
    differing = record.key.differences(replace(record.key, **facts))
    return f"engine {path} is stale: built with another {differing}" if differing else None


def _compiler_of(key: EngineKey) -> Compiler:
    """What loads the engine on this machine; `UsageError` where nothing here does."""
    target = key.device if key.device.startswith("sm_") else None
    device = "cuda" if key.compute_capability and target is None else "cpu"
    backend = choose_backend(key.backend, device=device)
    return make_compiler(backend, device=device, target=target)
