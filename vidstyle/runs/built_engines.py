"""Engines built ahead of runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import AUTO, Backend, Engine, Goal, Network, Precision, open_eager
from vidstyle.engines.backends import choose_backend
from vidstyle.engines.compiler import AbsentEngine, Compiler
from vidstyle.engines.compilers import make_compiler
from vidstyle.engines.device import resolve_device
from vidstyle.engines.network import tried_size
from vidstyle.engines.record import EngineRecord
from vidstyle.engines.sized import by_size
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.messages import OnDownload, OnMessage, ignore
from vidstyle.runs.loading import StyleWish, known_styles, resolve_style
from vidstyle.runs.own_weights import store_with
from vidstyle.runs.sizes import exact_size
from vidstyle.runs.workshop import make_workshop
from vidstyle.stylizers import Method, Style, Stylizer, make_stylizer
from vidstyle.video.colour import BT709_LIMITED
from vidstyle.weights.store import WeightStore

DEFAULT_SIZE = "1280x720"

MOST_TOGETHER = 64
"""Pictures that an engine may take at a time."""

_MEASURED_SECONDS = 1.5
"""How long an engine's rate is measured for, or two calls where that is longer."""


@dataclass(frozen=True, kw_only=True)
class EngineReport:
    """An engine that `build_engines` has built or found.

    Attributes:
        record: what is stored with it.
        is_new: whether it was built now.
        fps: pictures a second, measured now as files are painted; None for networks that do not
            run for every frame, and for engines of another machine.
        eager_fps: the same in eager PyTorch on the same device.
    """

    record: EngineRecord
    is_new: bool
    fps: float | None = None
    eager_fps: float | None = None


def build_engines(
    *,
    method: str = "adain",
    weights: str | Path | None = None,
    styles: Sequence[str | Path] = (),
    sizes: Sequence[str] = (DEFAULT_SIZE,),
    batch: int = 1,
    precision: str = AUTO,
    backend: str = AUTO,
    device: str = AUTO,
    target: str | None = None,
    force: bool = False,
    on_report: Callable[[EngineReport], None] = ignore,
    on_message: OnMessage | None = None,
    on_download: OnDownload | None = None,
) -> list[EngineReport]:
    """Build the engines that runs on this machine will use, and measure them.

    Args:
        method: `adain`, `adain-vgg19`, `adain-timm`, `johnson` or `cyclegan`.
        weights: as in `stylize_file`.
        styles: for johnson and cyclegan, names or checkpoints; by default all that are on
            this machine. The others have one engine for every style.
        sizes: of frames, `WxH`.
        batch: how many frames an engine takes at a time. With more than one, that for one is built
            as well: runs that paint a file use the one that was found faster here.
        precision: `fp32`, `fp16`, `bf16` or `int8`; `auto` for the fastest that is near enough to
            fp32.
        backend: `openvino`, `inductor`, `tensorrt`, or `auto` for what runs on that device use.
        device: `auto`, `cpu`, `cuda` or `cuda:1`.
        target: for tensorrt, the compute capability of RTX cards in other machines, as `sm_89`;
            no GPU is needed to build for it.
        force: build engines again that are there.
        on_report: gets each engine as it is ready, so also those before one that fails.
        on_message: gets a line for each thing that is begun.
        on_download: told the bytes done and the bytes in all while weights are downloaded.

    Raises:
        UsageError: an argument cannot work; nothing was built.
        VidstyleError: an engine could not be built; those before it are stored.
    """
    chosen, runner = Method.parse(method), choose_backend(backend, device=device)
    if runner is Backend.EAGER:
        resolve_device(device)  # What is no device comes here, too.
        raise UsageError("backend eager needs no engine: choose another")
    if not 1 <= batch <= MOST_TOGETHER:
        raise UsageError(f"batch {batch} is out of range: it goes from 1 to {MOST_TOGETHER}")
    compiler = make_compiler(
        runner,
        device=device,
        target=target,
        goal=Goal.THROUGHPUT,
    )
    precisions = compiler.precisions(precision)
    wishes = dict.fromkeys(map(exact_size, sizes))
    store = store_with(weights, chosen, on_download=on_download)
    say = on_message or ignore
    builder = _Builder(compiler, precisions, batch=batch, force=force, on_report=on_report, say=say)
    for style in _styles(chosen, styles, store):
        stylizer = make_stylizer(chosen, store=store, open_engine=builder)
        if style is not None:
            stylizer.set_style([style])
        for wish in wishes:
            reported = len(builder.reports)
            prepare_for_runs(stylizer, height=wish.height, width=wish.width)
            if len(builder.reports) == reported:
                raise VidstyleError(
                    f"{wish} is too large for an engine of {method} on this machine: runs paint it "
                    "in tiles, without one"
                )
    return builder.reports


def prepare_for_runs(stylizer: Stylizer, *, height: int, width: int) -> None:
    """Have the engines opened that runs use for frames of that size: of RGB, and of planes."""
    stylizer.prepare(height=height, width=width)
    # The conversion is an input of the engine, so any will do.
    planar = stylizer.planar(BT709_LIMITED.conversion, height=height, width=width)
    if planar is not None:
        planar.prepare(height=height, width=width)


class _Builder:
    """Opens engines by building and measuring them, and keeps count."""

    def __init__(
        self,
        compiler: Compiler,
        precisions: Sequence[Precision],
        *,
        batch: int,
        force: bool,
        on_report: Callable[[EngineReport], None],
        say: OnMessage,
    ) -> None:
        self.reports: list[EngineReport] = []
        self._compiler = compiler
        self._workshop = make_workshop(compiler, say)
        self._precisions = precisions
        self._batch = batch
        self._force = force
        self._on_report = on_report
        self._say = say

    def __call__(self, network: Network) -> Engine:
        info = self._compiler.info(network, precision=self._precisions[0])
        if not (network.per_frame or self._compiler.takes_any_size):
            return AbsentEngine(info)  # Runs leave it to eager.
        if not network.per_frame:
            return self._ready(network)
        return by_size(network, info=info, open_network=self._open)

    def _open(self, network: Network) -> Engine:
        engine = self._ready(network)
        if self._batch > 1:
            self._ready(network.together(self._batch))
        return engine

    def _ready(self, network: Network) -> Engine:
        """The engine for so many pictures, built, measured and reported."""
        what = f"{network.name} ({network.size})"
        found = None if self._force else self._workshop.find(network, precisions=self._precisions)
        if found is None:
            self._say(f"building {what}")
        record, engine = found or self._workshop.build(
            network, precisions=self._precisions, replace=self._force
        )
        rates = self._rates(network, engine)
        if rates:
            record = self._workshop.note_rate(record, rates["fps"])
        report = EngineReport(record=record, is_new=found is None, **rates)
        self.reports.append(report)
        self._on_report(report)
        return engine

    def _rates(self, network: Network, engine: Engine) -> dict[str, float]:
        if not (network.per_frame and self._compiler.runs_here):
            return {}
        self._say(f"measuring {network.name} ({network.size}) against eager")
        eager = open_eager(network, device=self._compiler.device)
        example = self._workshop.example(network)
        height, width = tried_size(network)
        engine.prepare(*example[1:], height=height, width=width)
        return {"fps": _rate(engine, example), "eager_fps": _rate(eager, example)}


def _styles(
    method: Method, styles: Sequence[str | Path], store: WeightStore
) -> list[Style] | list[None]:
    """The styles that each need an engine; a single None where one engine serves all."""
    if not method.has_engines:
        raise UsageError(f"{method} has no engine: choose adain, johnson or cyclegan")
    if not method.takes_weights:
        if styles:
            raise UsageError(f"{method} has one engine for every style: leave --style out")
        return [None]
    wished = [str(style) for style in styles] or known_styles()[method]
    if not wished:
        raise UsageError(f"no weights of {method} are on this machine: name a style with --style")
    return [resolve_style(StyleWish.parse(style), method, store) for style in wished]


def _rate(engine: Engine, example: Sequence[NDArray[Any]]) -> float:
    """Pictures a second, after a call to warm up."""
    pictures, *others = example
    batch = np.resize(pictures, (engine.batch, *pictures.shape[1:]))
    engine(batch, *others)
    started, calls = perf_counter(), 0
    while calls < 2 or perf_counter() - started < _MEASURED_SECONDS:
        engine(batch, *others)
        calls += 1
    return calls * engine.batch / (perf_counter() - started)
