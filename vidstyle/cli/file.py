"""`vidstyle file`"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from vidstyle.cli.display import Display, tell
from vidstyle.cli.gatys_options import with_gatys_options
from vidstyle.cli.opencv import keep_opencv_to_one_thread
from vidstyle.cli.options import (
    BackendOption,
    BuildOption,
    DetailOption,
    DeviceOption,
    InvertMaskOption,
    MaskOption,
    MethodOption,
    OutputSizeOption,
    OverwriteOption,
    PrecisionOption,
    PreserveColorOption,
    QuietOption,
    ReportOption,
    SizeOption,
    StabiliseOption,
    StrengthOption,
    StyleOption,
    StyleOutsideOption,
    WeightsOption,
)
from vidstyle.errors import InterruptedRunError, UsageError, VidstyleError


def _codecs() -> list[str]:
    from vidstyle.video.codecs import Codec

    return [codec.value for codec in Codec]


@with_gatys_options
def file(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="IN…",
            help="A video, a folder of images, or an image pattern such as frames/%04d.png. "
            "Several are repainted one after the other.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="The result, of one IN: a video file, or a folder for images. Default: next to "
            "each IN.",
        ),
    ] = None,
    method: MethodOption = "adain",
    weights: WeightsOption = None,
    style: StyleOption = None,
    strength: StrengthOption = 1.0,
    preserve_color: PreserveColorOption = False,
    size: SizeOption = None,
    output_size: OutputSizeOption = None,
    detail: DetailOption = 0.5,
    stabilise: StabiliseOption = None,
    mask: MaskOption = None,
    invert_mask: InvertMaskOption = False,
    style_outside: StyleOutsideOption = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="T", help="Start here: seconds (12.5) or 1:02.5."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--end", metavar="T", help="End here: seconds or 1:02.5.")
    ] = None,
    codec: Annotated[
        str | None,
        typer.Option(
            "--codec",
            autocompletion=_codecs,
            help="h264, hevc, av1, vp9, prores, gif or png (a folder of images). "
            "Default: chosen by the name of OUT.",
        ),
    ] = None,
    quality: Annotated[
        int,
        typer.Option(
            "--quality",
            metavar="0..100",
            help="Encoding quality; 100 is best. 75 is CRF 18 for h264 and profile HQ for prores.",
        ),
    ] = 75,
    fast_encoding: Annotated[
        bool,
        typer.Option("--fast-encoding", help="Encode faster, into a larger file."),
    ] = False,
    hwaccel: Annotated[
        str,
        typer.Option(
            "--hwaccel",
            metavar="none|auto|cuda|...",
            help="Hardware decoder for IN: none (the CPU), cuda or another that FFmpeg supports, "
            "or auto: any that works, else the CPU.",
        ),
    ] = "none",
    backend: BackendOption = "auto",
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    build: BuildOption = False,
    overwrite: OverwriteOption = False,
    report: ReportOption = None,
    quiet: QuietOption = False,
    gatys: Any = None,
) -> int:
    """Repaint video files; sound, timing and everything else stay unchanged.

    Example: vidstyle file holiday.mp4 --style starry.jpg

    Ctrl-C finishes the output, so that what is done plays; twice stops at once.
    """
    keep_opencv_to_one_thread()
    from vidstyle.runs.file import stylize_file

    _check_several(sources, output=output, report=report)

    is_alone = len(sources) == 1

    def repaint(source: Path) -> bool:
        """Whether it was interrupted."""
        with Display(quiet=quiet) as display:
            result = stylize_file(
                source,
                output,
                method=method,
                weights=weights,
                styles=style or (),
                strength=strength,
                preserve_color=preserve_color,
                gatys=gatys,
                size=size,
                output_size=output_size,
                detail=detail,
                stabilise=stabilise,
                mask=mask,
                invert_mask=invert_mask,
                styles_outside=style_outside or (),
                start=start,
                end=end,
                codec=codec,
                quality=quality,
                fast_encoding=fast_encoding,
                hwaccel=hwaccel,
                backend=backend,
                device=device,
                precision=precision,
                build=build,
                overwrite=overwrite,
                report=report,
                on_start=lambda text: display.start(text if is_alone else f"{source} · {text}"),
                on_progress=display.progress,
                on_message=display.say,
                on_download=display.download,
            )
        for note in result.notes:
            display.note(note)
        seconds = result.figures.elapsed_seconds
        ended = "interrupted, complete so far" if result.interrupted else "done"
        display.say(
            f"{ended}: {result.output} · {result.frames} frames in {seconds:.1f} s "
            f"({result.frames / seconds:.1f} fps)"
        )
        return result.interrupted

    failure = 0
    for source in sources:
        try:
            if repaint(source):
                return InterruptedRunError.exit_code
        except VidstyleError as error:
            if is_alone or isinstance(error, InterruptedRunError):
                raise
            tell(f"error: {source}: {error}")
            failure = failure or error.exit_code
    return failure


def _check_several(sources: Sequence[Path], *, output: str | None, report: Path | None) -> None:
    """`UsageError` where something is for one video alone, or pictures are meant to be one."""
    from vidstyle.video.pictures import SUFFIXES

    if len(sources) == 1:
        return
    for option, given in (("-o", output), ("--report", report)):
        if given is not None:
            raise UsageError(f"{option} {given} is for one video, not {len(sources)}: leave it out")
    for source in sources:
        if source.suffix.lower() in SUFFIXES:
            raise UsageError(f"{source} is an image: give its folder, or quote the pattern")
