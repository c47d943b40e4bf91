"""How fast this machine is: networks alone, whole runs, and what the machine could do at best."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vidstyle.engines import AUTO
from vidstyle.errors import UsageError
from vidstyle.messages import OnMessage, ignore
from vidstyle.runs.bench_case import BenchCase
from vidstyle.runs.bench_file import FileTimes, measure_file
from vidstyle.runs.bench_network import NetworkTimes, measure_network
from vidstyle.runs.bench_roofline import Roofline, measure_roofline
from vidstyle.runs.engine_opener import engine_opener
from vidstyle.runs.file import stylize_file
from vidstyle.runs.loading import known_styles
from vidstyle.runs.repainting import wished_stabilise
from vidstyle.runs.sizes import exact_size
from vidstyle.runs.trial_pictures import sample
from vidstyle.stylizers import Method
from vidstyle.video.convert import Size

DEFAULT_SIZES = ("640x360", "1280x720")

SHORTEST = 0.1
"""Seconds: a clip has some frames."""

LONGEST = 600.0
"""Seconds."""


@dataclass(frozen=True, kw_only=True)
class BenchResult:
    """What was measured.

    Attributes:
        case: what of.
        network: the network alone, called as runs call it.
        file: a whole run, from a file to a file.
        roofline_share: the least time that the machine would need, by counted work and measured
            rates, over the time that the network took; None where its rates are not measured.
    """

    case: BenchCase
    network: NetworkTimes
    file: FileTimes
    roofline_share: float | None

    def as_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {**asdict(self), "case": {**vars(self.case), "size": str(self.case.size)}}


def bench(
    *,
    methods: Sequence[str] = ("adain",),
    sizes: Sequence[str] = DEFAULT_SIZES,
    backends: Sequence[str] = (AUTO,),
    device: str = AUTO,
    precision: str = AUTO,
    stabilise: float | None = None,
    seconds: float = 4.0,
    on_message: OnMessage | None = None,
    on_result: Callable[[BenchResult], None] = ignore,
) -> list[BenchResult]:
    """Measure every method at every size with every backend on this machine.

    Engines that are missing are built first, whatever that takes.

    Args:
        methods: `adain`, `adain-vgg19`, `johnson` or `cyclegan`.
        sizes: of frames, `WxH`.
        backends: `auto`, `eager`, `openvino`, `inductor` or `tensorrt`.
        device: `auto`, `cpu`, `cuda` or `cuda:1`.
        precision: `auto`, `fp32`, `fp16`, `bf16` or `int8`.
        stabilise: how firmly the files are held steady, 0 to 1; None: as runs do by themselves.
        seconds: how long each network is measured, 0.1 to 600; so long are clips, too, up to 7.
        on_message: gets a line for each thing that is begun.
        on_result: gets each result as it is measured, so also those before a case that fails.

    Raises:
        UsageError: an argument cannot work.
        VidstyleError: something could not be built or run.
    """
    if not SHORTEST <= seconds <= LONGEST:
        raise UsageError(
            f"seconds {seconds:g} is out of range: it goes from {SHORTEST:g} to {LONGEST:g}"
        )
    say = on_message or ignore
    cases = [
        BenchCase(
            method=method,
            style=_style(chosen),
            size=exact_size(size),
            stabilise=wished_stabilise(stabilise, chosen),
            backend=backend,
            device=device,
            precision=precision,
        )
        for method, chosen in zip(methods, map(Method.parse, methods), strict=True)
        for size in sizes
        for backend in backends
    ]
    for case in cases:
        _check(case)
    with TemporaryDirectory(prefix="vidstyle-bench-") as folder:
        bench_ = _Bench(Path(folder), seconds=seconds, say=say)
        results: list[BenchResult] = []
        for case in cases:
            results.append(bench_.result(case))
            on_result(results[-1])
        return results


class _Bench:
    """Keeps what several cases share: the clips, and the machine's own rates."""

    def __init__(self, folder: Path, *, seconds: float, say: OnMessage) -> None:
        self._folder = folder
        self._seconds = seconds
        self._say = say
        self._rooflines: dict[tuple[str, str], Roofline | None] = {}

    def result(self, case: BenchCase) -> BenchResult:
        what = f"{case.method} at {case.size} with {case.backend}"
        self._say(f"measuring the network of {what}")
        network = measure_network(case, seconds=self._seconds, on_message=self._say)
        self._say(f"measuring files through {what}")
        file = measure_file(self._clip(case.size), case)
        return BenchResult(
            case=case, network=network, file=file, roofline_share=self._share(network)
        )

    def _clip(self, size: Size) -> Path:
        path = self._folder / f"{size}.mp4"
        if not path.exists():
            stylize_file(
                sample(),
                path,
                method="identity",
                output_size=str(size),
                end=f"{self._seconds:g}",
            )
        return path

    def _share(self, network: NetworkTimes) -> float | None:
        kind = network.device, network.precision
        if kind not in self._rooflines:
            self._say(f"measuring what {network.device} can do in {network.precision}")
            self._rooflines[kind] = measure_roofline(*kind)
        roofline = self._rooflines[kind]
        if roofline is None:
            return None
        return roofline.seconds(network.cost) / (network.p50_ms / 1000)


def _check(case: BenchCase) -> None:
    """`UsageError` where it cannot be measured; before any other is, so that nothing is lost."""
    if case.size.width % 2 or case.size.height % 2:
        raise UsageError(f"size {case.size} has an odd side: files have even ones")
    engine_opener(
        backend=case.backend,
        device=case.device,
        precision=case.precision,
        build=False,
        command="",
        on_message=None,
    )


def _style(method: Method) -> str:
    """A style that is at hand."""
    if not method.has_engines or method is Method.ADAIN_TIMM:
        raise UsageError(
            f"{method} has no network of its own to measure: choose adain, adain-vgg19, johnson or "
            "cyclegan"
        )
    names = known_styles().get(method, [])
    if method.takes_weights and not names:
        raise UsageError(f"no weights of {method} are on this machine: see vidstyle doctor")
    return names[0] if names else str(sample("starry.jpg"))
