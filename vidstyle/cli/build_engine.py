"""`vidstyle build-engine`"""

from typing import TYPE_CHECKING, Annotated

import typer

from vidstyle.cli.display import Display
from vidstyle.cli.options import (
    BackendOption,
    DeviceOption,
    MethodOption,
    PrecisionOption,
    QuietOption,
    WeightsOption,
)
from vidstyle.cli.tables import aligned

if TYPE_CHECKING:
    from vidstyle.engines.record import EngineRecord


def build_engine(
    method: MethodOption = "adain",
    weights: WeightsOption = None,
    style: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            "-s",
            metavar="PATH|NAME",
            help="For johnson and cyclegan: a name from `vidstyle styles`, or a checkpoint; "
            "repeatable. Default: all that are available. Other methods have one engine for all "
            "styles.",
        ),
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(
            "--size",
            metavar="WxH",
            help="Frame size; repeatable. Default: 1280x720.",
        ),
    ] = None,
    batch: Annotated[
        int,
        typer.Option(
            "--batch",
            metavar="N",
            help="Build an engine for N frames at a time as well; files use whichever was faster "
            "here. On CPUs that is rarely this one.",
        ),
    ] = 1,
    precision: PrecisionOption = "auto",
    backend: BackendOption = "auto",
    device: DeviceOption = "auto",
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            metavar="sm_86|sm_89|sm_120",
            help="With --backend tensorrt: build for the RTX cards of another machine, by compute "
            "capability; needs no GPU here.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Rebuild engines that exist.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Compile networks for this machine ("engines"), check them against PyTorch, store them.

    Example: vidstyle build-engine --method johnson --style candy --size 1280x720
    """
    from vidstyle.runs.built_engines import DEFAULT_SIZE, EngineReport, build_engines

    def row(report: EngineReport) -> list[str]:
        record = report.record
        state = f"{record.build_seconds:.1f} s" if report.is_new else "was there"
        rates = ["", "", ""]
        if report.fps is not None and report.eager_fps is not None:
            times = report.fps / report.eager_fps
            rates = [f"{report.fps:.1f}", f"{report.eager_fps:.1f}", f"{times:.1f}×"]
        key = record.key
        return [key.network, key.size, key.precision, state, parity_label(record), *rates]

    reports: list[EngineReport] = []
    try:
        with Display(quiet=quiet) as display:
            build_engines(
                method=method,
                weights=weights,
                styles=style or (),
                sizes=size or (DEFAULT_SIZE,),
                batch=batch,
                precision=precision,
                backend=backend,
                device=device,
                target=target,
                force=force,
                on_report=reports.append,
                on_message=display.say,
                on_download=display.download,
            )
    finally:
        # What is stored is told, also where the next engine failed.
        if reports and not quiet:
            heads = ["network", "size", "precision", "built in", "parity", "fps", "eager", "faster"]
            for line in aligned([heads, *map(row, reports)]):
                typer.echo(line)


def parity_label(record: "EngineRecord") -> str:
    """How near an engine came to eager fp32."""
    if record.parity is None:
        return f"compared on first use on {record.key.device}"
    return str(record.parity)
