"""`vidstyle image`"""

from pathlib import Path
from typing import Annotated, Any

import typer

from vidstyle.cli.display import Display
from vidstyle.cli.gatys_options import with_gatys_options
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
    StrengthOption,
    StyleOption,
    StyleOutsideOption,
    WeightsOption,
)
from vidstyle.errors import InterruptedRunError


@with_gatys_options
def image(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="IN…", help="Images, or folders of images.", show_default=False),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="An image file (for one IN), or a folder. Default: next to each IN.",
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
    mask: MaskOption = None,
    invert_mask: InvertMaskOption = False,
    style_outside: StyleOutsideOption = None,
    backend: BackendOption = "auto",
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    build: BuildOption = False,
    overwrite: OverwriteOption = False,
    report: ReportOption = None,
    quiet: QuietOption = False,
    gatys: Any = None,
) -> int:
    """Repaint images.

    Example: vidstyle image photo.jpg --style starry.jpg -o painted.png
    """
    from vidstyle.runs.image import stylize_image

    with Display(quiet=quiet, unit="picture") as display:
        result = stylize_image(
            sources,
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
            mask=mask,
            invert_mask=invert_mask,
            styles_outside=style_outside or (),
            backend=backend,
            device=device,
            precision=precision,
            build=build,
            overwrite=overwrite,
            report=report,
            on_start=display.start,
            on_progress=display.progress,
            on_message=display.say,
            on_download=display.download,
        )
    for note in result.notes:
        display.note(note)
    ended = "interrupted, complete so far" if result.interrupted else "done"
    display.say(f"{ended}: {', '.join(str(path) for path in result.outputs)}")
    if result.interrupted:
        return InterruptedRunError.exit_code
    return 1 if result.failed else 0
