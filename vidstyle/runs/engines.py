"""Engines built ahead of runs, and the care of those that are stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, Network, Precision
from vidstyle.engines.backends import AUTO, choose_backend, choose_precisions
from vidstyle.engines.build import open_eager
from vidstyle.engines.record import BadEngineError, EngineRecord
from vidstyle.engines.sized import by_size
from vidstyle.engines.store import EngineStore
from vidstyle.engines.workshop import OnMessage
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.loading import StyleWish, known_styles, resolve_style
from vidstyle.runs.progress import OnDownload
from vidstyle.runs.sizes import SizeWish
from vidstyle.runs.workshop import make_workshop
from vidstyle.stylizers import Method, Style, make_stylizer
from vidstyle.weights.store import WeightStore

DEFAULT_SIZE = "1280x720"

_MEASURED_SECONDS = 1.5
"""How long an engine's rate is measured for, or two calls where that is longer."""


@dataclass(frozen=True, kw_only=True)
class EngineReport:
    """An engine that `build_engines` has built or found.

    Attributes:
        record: what is stored with it.
        size: of its pictures.
        is_new: whether it was built now.
        fps: pictures a second, measured now; None for networks that do not run for every frame.
        eager_fps: the same in eager PyTorch on the CPU.
    """

    record: EngineRecord
    size: str
    is_new: bool
    fps: float | None = None
    eager_fps: float | None = None


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


def build_engines(
    *,
    method: str = "adain",
    styles: Sequence[str | Path] = (),
    sizes: Sequence[str] = (DEFAULT_SIZE,),
    precision: str = AUTO,
    backend: str = AUTO,
    force: bool = False,
    on_message: OnMessage | None = None,
    on_download: OnDownload | None = None,
) -> list[EngineReport]:
    """Build the engines that runs on this machine will use, and measure them.

    Args:
        method: `adain`, `adain-vgg19` or `johnson`.
        styles: for johnson, names or checkpoints; by default all that are on this machine. The
            others have one engine for every style.
        sizes: of frames, `WxH`.
        precision: `auto` (bf16 where the CPU computes in it, else fp32), `fp32`, `bf16` or `int8`.
        backend: `auto` or `openvino`.
        force: build engines again that are there.
        on_message: gets a line for each thing that is begun.
        on_download: told the bytes done and the bytes in all while weights are downloaded.

    Raises:
        UsageError: an argument cannot work; nothing was built.
        VidstyleError: an engine could not be built; those before it are stored.
    """
    chosen, runner = Method.parse(method), choose_backend(backend, device="cpu")
    if runner is Backend.EAGER:
        raise UsageError("backend eager needs no engine: choose openvino")
    precisions = choose_precisions(precision, backend=runner)
    wishes = [_exact_size(size) for size in sizes]
    weights = WeightStore()
    builder = _Builder(precisions, force=force, say=on_message or (lambda message: None))
    for style in _styles(chosen, styles, weights, on_download):
        stylizer = make_stylizer(
            chosen, store=weights, open_engine=builder, on_progress=on_download
        )
        if style is not None:
            stylizer.set_style([style])
        for width, height in wishes:
            stylizer.prepare(height=height, width=width)
    return builder.reports


class _Builder:
    """Opens engines by building and measuring them, and keeps count."""

    def __init__(
        self, precisions: Sequence[Precision], *, force: bool, say: Callable[[str], None]
    ) -> None:
        self.reports: list[EngineReport] = []
        self._workshop = make_workshop(say)
        self._precisions = precisions
        self._force = force
        self._say = say

    def __call__(self, network: Network) -> Engine:
        return by_size(network, precision=self._precisions[0], open_network=self._open)

    def _open(self, network: Network) -> Engine:
        what = f"{network.name} ({network.size})"
        found = None if self._force else self._workshop.find(network, precisions=self._precisions)
        if found is None:
            self._say(f"building {what}")
        record, engine = found or self._workshop.build(
            network, precisions=self._precisions, replace=self._force
        )
        self.reports.append(
            EngineReport(
                record=record,
                size=network.size,
                is_new=found is None,
                **(self._rates(network, engine) if network.per_frame else {}),
            )
        )
        return engine

    def _rates(self, network: Network, engine: Engine) -> dict[str, float]:
        self._say(f"measuring {network.name} ({network.size}) against eager")
        eager = open_eager(network, device="cpu")
        example = self._workshop.example(network)
        return {"fps": _rate(engine, example), "eager_fps": _rate(eager, example)}


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
    from vidstyle.engines.openvino import machine_facts

    try:
        record.check(path)
    except VidstyleError as error:
        return str(error)
    if path.name != record.key.file_name:
        return f"engine {path} is foreign: its name should be {record.key.file_name}"
    differing = record.key.differences(record.key.with_facts(machine_facts()))
    return f"engine {path} is stale: built with another {differing}" if differing else None


def _styles(
    method: Method,
    styles: Sequence[str | Path],
    weights: WeightStore,
    on_download: OnDownload | None,
) -> list[Style] | list[None]:
    """The styles that each need an engine; a single None where one engine serves all."""
    if method is Method.IDENTITY:
        raise UsageError("identity has no network: choose adain or johnson")
    if method is not Method.JOHNSON:
        return [None]
    wished = [str(style) for style in styles] or known_styles()[Method.JOHNSON]
    if not wished:
        raise UsageError("no weights of johnson are on this machine: name a style with --style")
    return [resolve_style(StyleWish.parse(style), method, weights, on_download) for style in wished]


def _exact_size(text: str) -> tuple[int, int]:
    wish = SizeWish.parse(text)
    if wish.height is None:
        raise UsageError(f"size {text} has no height: write WIDTHxHEIGHT, such as {DEFAULT_SIZE}")
    return wish.width, wish.height


def _rate(engine: Engine, example: Sequence[NDArray[Any]]) -> float:
    """Calls a second, after one to warm up."""
    engine(*example)
    started, calls = perf_counter(), 0
    while calls < 2 or perf_counter() - started < _MEASURED_SECONDS:
        engine(*example)
        calls += 1
    return calls / (perf_counter() - started)
