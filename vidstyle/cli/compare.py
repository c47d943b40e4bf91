"""`vidstyle compare`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidstyle.cli.tables import aligned

if TYPE_CHECKING:
    from vidstyle.evaluation.clip_figures import ClipFigures
    from vidstyle.evaluation.warping import WarpingFigures
    from vidstyle.runs.comparison import Comparison


def compare(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", help="The source: a video, image or folder.", show_default=False
        ),
    ],
    results: Annotated[
        list[Path],
        typer.Argument(metavar="OUT…", help="Results made from it.", show_default=False),
    ],
    style: Annotated[
        Path | None,
        typer.Option(
            "--style",
            "-s",
            metavar="PATH",
            help="The style image: also measures style and content losses (needs VGG-19).",
        ),
    ] = None,
    width: Annotated[
        int, typer.Option("--width", help="Width at which to measure; figures depend on it.")
    ] = 512,
    frames: Annotated[
        int, typer.Option("--frames", help="Number of frames to measure, from the first.")
    ] = 60,
    json: Annotated[
        bool, typer.Option("--json", help="Print all figures as JSON instead of a table.")
    ] = False,
) -> None:
    """Compare results with their source: similarity, flicker, style and content.

    Example: vidstyle compare in.mp4 in-starry.mp4 other.mp4 --style starry.jpg
    """
    from vidstyle.runs.comparison import compare as measure

    comparison = measure(source, results, style=style, width=width, frames=frames)
    if json:
        from json import dumps

        typer.echo(dumps(comparison.as_dict(), indent=2))
        return
    for line in _table(comparison):
        typer.echo(line)
    for note in comparison.notes:
        typer.echo(f"note: {note}", err=True)


def _table(comparison: Comparison) -> list[str]:
    heads = ["", "frames", "PSNR", "SSIM", "flicker", "drift"]
    if comparison.style is not None:
        heads += ["style", "content", "Gram"]
    rows = [_row(str(path), figures) for path, figures in comparison.figures.items()]
    lines = aligned([heads, *rows])
    lines += ["", f"At {comparison.size}. PSNR in dB and SSIM, beside {comparison.source}: more is"]
    lines.append("more alike. Flicker and drift: warping error between neighbouring frames and")
    lines.append("frames ten apart, beyond the source's own; the rest: losses; less is better.")
    return lines


def _row(name: str, figures: ClipFigures) -> list[str]:
    row = [
        name,
        str(figures.frames),
        "same" if figures.psnr is None else f"{figures.psnr:.1f}",
        f"{figures.ssim:.3f}",
        _excess(figures.flicker),
        _excess(figures.drift),
    ]
    if figures.perceptual is not None:
        found = figures.perceptual
        row += [f"{found.style:.3f}", f"{found.content:.3f}", f"{found.gram:.3f}"]
    return row


def _excess(figures: WarpingFigures | None) -> str:
    return "" if figures is None else f"{figures.excess:.4f}"
