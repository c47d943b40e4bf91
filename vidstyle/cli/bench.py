"""`vidstyle bench`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vidstyle.cli.display import Display
from vidstyle.cli.options import DeviceOption, PrecisionOption, QuietOption, StabiliseOption
from vidstyle.cli.tables import aligned

if TYPE_CHECKING:
    from vidstyle.runs.bench import BenchResult


def bench(
    method: Annotated[
        list[str] | None,
        typer.Option(
            "--method",
            "-m",
            help="Method to measure: adain, adain-vgg19, johnson or cyclegan; repeatable. "
            "Default: adain.",
        ),
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(
            "--size",
            metavar="WxH",
            help="Frame size; repeatable. Default: 640x360 and 1280x720.",
        ),
    ] = None,
    backend: Annotated[
        list[str] | None,
        typer.Option(
            "--backend",
            metavar="auto|eager|openvino|inductor|tensorrt",
            help="Backend; repeat it to compare several. Default: auto.",
        ),
    ] = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    stabilise: StabiliseOption = None,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            metavar="0.1..600",
            help="How long to measure each network, and how long the clips are (at most 7 s).",
        ),
    ] = 4.0,
    json: Annotated[
        bool, typer.Option("--json", help="Print all results as JSON instead of tables.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Measure the speed of this machine: networks alone, and whole runs from file to file.

    Example: vidstyle bench --size 1280x720 --backend eager --backend openvino
    """
    from vidstyle.runs.bench import DEFAULT_SIZES
    from vidstyle.runs.bench import bench as measure

    results: list[BenchResult] = []
    try:
        with Display(quiet=quiet) as display:
            measure(
                methods=method or ("adain",),
                sizes=size or DEFAULT_SIZES,
                backends=backend or ("auto",),
                device=device,
                precision=precision,
                stabilise=stabilise,
                seconds=seconds,
                on_message=display.say,
                on_result=results.append,
            )
    finally:
        # What is measured is told, also where the next case failed.
        if results:
            typer.echo(_as_json(results) if json else "\n".join(_tables(results)))


def _as_json(results: list[BenchResult]) -> str:
    from json import dumps

    from vidstyle.runs.report import made_with

    return dumps(
        {"results": [result.as_dict() for result in results], "made_with": made_with()}, indent=2
    )


def _tables(results: list[BenchResult]) -> list[str]:
    heads = ["network", "size", "backend", "precision", "device"]
    network = ["fps", "p50 ms", "p95", "p99", "of roofline", "opens in", "GPU memory"]
    file = ["file fps", "memory", "first frame"]
    rows = [[*heads, *network, *file], *map(_row, results)]
    stages = [["milliseconds a frame", "stage", "p50", "p95", "p99"]]
    for result in results:
        stages += _stage_rows(result)
    return [*aligned(rows), "", *aligned(stages)]


def _row(result: BenchResult) -> list[str]:
    network, file = result.network, result.file
    share = "" if result.roofline_share is None else f"{result.roofline_share:.0%}"
    return [
        network.name,
        str(result.case.size),
        network.backend,
        network.precision,
        network.device,
        f"{network.fps:.1f}",
        f"{network.p50_ms:.2f}",
        f"{network.p95_ms:.2f}",
        f"{network.p99_ms:.2f}",
        share,
        f"{network.open_seconds:.2f} s",
        _megabytes(network.gpu_bytes),
        f"{file.fps:.1f}",
        _megabytes(file.peak_bytes),
        f"{file.first_frame_seconds:.2f} s",
    ]


def _stage_rows(result: BenchResult) -> list[list[str]]:
    network = result.network
    what = f"{network.name} {result.case.size} {network.backend}"
    return [
        [what, name, f"{times.p50_ms:.2f}", f"{times.p95_ms:.2f}", f"{times.p99_ms:.2f}"]
        for name, times in result.file.stages.items()
    ]


def _megabytes(count: int | None) -> str:
    return "" if count is None else f"{count / 1e6:.0f} MB"
