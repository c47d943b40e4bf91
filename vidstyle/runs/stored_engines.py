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
from vidstyle.errors import UsageError, VidstyleError


@dataclass(frozen=True, kw_only=True)
class StoredEngine:
    """An engine in the store.

    Attributes:
        path: its folder.
        record: its sidecar; None where that cannot be read.
        bytes: what it takes.
        problem: why it cannot be used, where that is known.
        is_stale: whether that is so for good: it is damaged, or built for what is no more.
    """

    path: Path
    record: EngineRecord | None
    bytes: int
    problem: str | None = None
    is_stale: bool = False


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
        names: of their folders, or beginnings of such; "all" for every engine, "stale" for
            those that are so (see `StoredEngine`).

    Raises:
        UsageError: a name fits none; nothing was removed.
    """
    store = EngineStore()
    there = store.paths()
    chosen: list[Path] = []
    for name in names:
        match name:
            case "all":
                fitting = there
            case "stale":
                fitting = [engine.path for engine in stored_engines(verify=True) if engine.is_stale]
            case _:
                fitting = [path for path in there if path.name.startswith(name)]
                if not fitting:
                    raise UsageError(
                        f"no stored engine's name begins with {name!r}: see vidstyle engines"
                    )
        chosen += [path for path in fitting if path not in chosen]
    for path in chosen:
        store.remove(path)
    if "all" in names:
        store.clear_caches()
    return chosen


def _stored(path: Path, *, verify: bool) -> StoredEngine:
    record: EngineRecord | None = None
    problem: VidstyleError | None = None
    try:
        record = EngineRecord.read(path)
        if verify:
            _check(path, record)
    except VidstyleError as error:
        problem = error
    return StoredEngine(
        path=path,
        record=record,
        bytes=sum(file.stat().st_size for file in path.iterdir()),
        problem=None if problem is None else str(problem),
        is_stale=isinstance(problem, BadEngineError),
    )


def _check(path: Path, record: EngineRecord) -> None:
    """`BadEngineError` where nothing will ever load it; `UsageError` where nothing here does."""
    record.check(path)
    try:
        facts = {"engine_format": ENGINE_FORMAT, **_compiler_of(record.key).facts()}
    except UsageError as error:
        raise UsageError(f"engine {path} cannot be used here: {error}") from error
    if path.name != record.key.file_name:
        raise BadEngineError(f"engine {path} is foreign: its name should be {record.key.file_name}")
    differing = record.key.differences(replace(record.key, **facts))
    if differing:
        raise BadEngineError(f"engine {path} is stale: built with another {differing}")


def _compiler_of(key: EngineKey) -> Compiler:
    """What loads the engine on this machine; `UsageError` where nothing here does."""
    target = key.device if key.device.startswith("sm_") else None
    device = "cuda" if key.compute_capability and target is None else "cpu"
    backend = choose_backend(key.backend, device=device)
    return make_compiler(backend, device=device, target=target)
