"""A network alone, called as runs call it."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, Goal, Network, OpenEngine, Precision
from vidstyle.engines.backends import choose_backend
from vidstyle.engines.network import Arrays
from vidstyle.messages import OnMessage
from vidstyle.runs.bench_case import BenchCase
from vidstyle.runs.bench_roofline import FrameCost, frame_cost
from vidstyle.runs.built_engines import prepare_for_runs
from vidstyle.runs.engine_opener import engine_opener
from vidstyle.runs.loading import StyleWish, resolve_style
from vidstyle.runs.trial_pictures import trial_pictures
from vidstyle.stylizers import Method, Stylizer, make_stylizer
from vidstyle.video.convert import Size
from vidstyle.weights.store import WeightStore


@dataclass(frozen=True, kw_only=True)
class NetworkTimes:
    """What the network took, for each frame; with its copies to and from a GPU.

    Attributes:
        name, backend, precision, device: what ran.
        batch: frames in a call.
        fps: frames a second.
        p50_ms, p95_ms, p99_ms: milliseconds a frame.
        open_seconds: until the stored engine was ready.
        gpu_bytes: what the engine takes of the GPU's memory; None on a CPU.
        cost: FLOPs and bytes of a frame.
    """

    name: str
    backend: str
    precision: str
    device: str
    batch: int
    fps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    open_seconds: float
    gpu_bytes: int | None
    cost: FrameCost


def measure_network(case: BenchCase, *, seconds: float, on_message: OnMessage) -> NetworkTimes:
    """Call a method's network with a real picture, again and again.

    An engine that is missing is built first.

    Args:
        case: its stabiliser has no part in this.
        seconds: how long; at least three calls are made.
        on_message: told of engines that are built.

    Raises:
        UsageError: what the case says does not go together.
        VidstyleError: the engine cannot be built, or the device has no room.
    """
    wish, size = _Wish(case, on_message), case.size
    wish.build()  # So that it is there; what follows is the time to load it alone.
    free = _free_bytes(case.device)
    started = perf_counter()
    network, engine = wish.open()
    open_seconds = perf_counter() - started
    module, example = _example(network, size)
    picture, *others = example
    engine.prepare(*others, height=size.height, width=size.width)
    batch = np.repeat(picture, engine.batch, axis=0)
    times = _times(lambda: engine(batch, *others), seconds=seconds) * 1000 / engine.batch
    taken = None if free is None else free - (_free_bytes(case.device) or 0)
    return NetworkTimes(
        name=network.name,
        backend=engine.info.backend,
        precision=engine.info.precision,
        device=engine.info.device,
        batch=engine.batch,
        fps=1000 / float(times.mean()),
        **{f"p{percent}_ms": float(np.percentile(times, percent)) for percent in (50, 95, 99)},
        open_seconds=open_seconds,
        gpu_bytes=taken,
        cost=frame_cost(module, example),
    )


@dataclass(frozen=True)
class _Wish:
    """The engine that is wanted."""

    case: BenchCase
    on_message: OnMessage

    def build(self) -> None:
        """Build what is missing of the engines that runs use."""
        stylizer = self._stylizer(self._opener())
        prepare_for_runs(stylizer, height=self.case.size.height, width=self.case.size.width)

    def open(self) -> tuple[Network, Engine]:
        """The network that runs for every frame, and its engine, ready for the size."""
        opener = self._opener()
        opened: list[tuple[Network, Engine]] = []

        def keep(network: Network) -> Engine:
            engine = opener(network)
            if network.per_frame:
                opened.append((network, engine))
            return engine

        stylizer = self._stylizer(keep)
        stylizer.prepare(height=self.case.size.height, width=self.case.size.width)
        ((network, engine),) = opened
        return network, engine

    def _opener(self) -> OpenEngine:
        case = self.case
        eager = choose_backend(case.backend, device=case.device) is Backend.EAGER
        return engine_opener(
            backend=case.backend,
            device=case.device,
            precision=case.precision,
            build=not eager,
            goal=Goal.THROUGHPUT,
            command=f"vidstyle build-engine --method {case.method}",
            on_message=self.on_message,
        )

    def _stylizer(self, open_engine: OpenEngine) -> Stylizer:
        method, store = Method.parse(self.case.method), WeightStore()
        stylizer = make_stylizer(method, open_engine=open_engine, store=store)
        stylizer.set_style([resolve_style(StyleWish.parse(self.case.style), method, store)])
        return stylizer


def _example(network: Network, size: Size) -> tuple[Any, Arrays]:
    """The module, and inputs of a real picture."""
    trials = trial_pictures(Precision.FP32)
    module = network.make().eval().requires_grad_(False)
    (frame,) = trials.frames(size.height, size.width)
    return module, network.examples(module, frame, trials.styles[0])


def _times(call: Callable[[], Any], *, seconds: float) -> NDArray[np.float64]:
    """Seconds of each call, after one to warm up."""
    call()
    began, times = perf_counter(), list[float]()
    while len(times) < 3 or perf_counter() - began < seconds:
        started = perf_counter()
        call()
        times.append(perf_counter() - started)
    return np.array(times)


def _free_bytes(device: str) -> int | None:
    """What the GPU has free, or PyTorch for reuse; None where a run is not on an NVIDIA GPU."""
    if device == "cpu":
        return None
    import torch

    from vidstyle.engines.device import resolve_device

    resolved = resolve_device(device)
    if resolved.type != "cuda":
        return None
    gc.collect()  # Engines that nobody needs any more.
    torch.cuda.empty_cache()
    return torch.cuda.mem_get_info(resolved)[0]
