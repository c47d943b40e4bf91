"""How good networks are: style, content and structure of pictures, steadiness of clips, and looks.

    python -m benchmarks.quality pictures adain-lite microast
    python -m benchmarks.quality clips out/train/adain-lite/network.safetensors
    python -m benchmarks.quality shifts adain-lite microast
    python -m benchmarks.quality lattice adain-lite microast
    python -m benchmarks.quality sheet adain-lite microast johnson-udnie --output out/sheet.png

A network is `adain-lite`, `adain-lite-styles` (the same, with its codes of the styles that it knows
by name), `adain-vgg19`, `johnson-STYLE`, `microast` (the published peer), or a weights file of
`vidstyle train`. Pictures, clips and the yardstick are those of the shared data.
What was measured is kept in the work folder, so that the same weights are not run twice.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks.candidates import MICROAST, Candidate, open_candidate
from benchmarks.contact_sheet import contact_sheet
from benchmarks.lattice import PERIODS, lattice
from benchmarks.stylised import clip_score, picture_score
from benchmarks.tables import markdown_table
from benchmarks.yardstick import (
    CLIP_STYLE_SIDE,
    SIDE,
    Pair,
    read_frames,
    shared,
    square,
    validation_pairs,
)
from vidstyle.errors import VidstyleError
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import pictures_in, write_picture

CLIPS = ("park_juggle_720p", "bedroom_540p", "street_dog_720p_audio")
"""A still camera, fast motion, a moving camera."""

STYLES = ("starry_night", "great_wave", "woman_with_hat")
"""The paintings that clips are measured with."""

SHIFTS = (1, 2, 4, 8)
"""Pixels to the right by which frames are moved."""

RATIOS = ("excess_1", "excess_10", "style")
"""The figures of a clip that are divided by the baseline's."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


Networks = Annotated[list[str], typer.Argument(metavar="NETWORK...")]
Work = Annotated[Path, typer.Option("--work", help="Where what was measured is kept.")]

_WORK = Path("out/quality")

# Pixels: of the photographs whose plain areas are looked at.
_LATTICE_SIDE = 512

# Pixels: what a frame is continued by at its edges, and is seen from there.
_MARGIN = 32


@app.callback()
def quality() -> None:
    """Measures how good networks are by their pictures and clips, and makes sheets to look at."""


@app.command()
def pictures(
    networks: Networks,
    pairs: Annotated[int, typer.Option(help="How many of the 200; fewer are a quick look.")] = 200,
    style: Annotated[
        Path | None,
        typer.Option(help="All photographs for validation with this picture, not those pairs."),
    ] = None,
    work: Work = _WORK,
) -> None:
    """Style, content and SSIM at 256 px, and what a network costs."""
    chosen = validation_pairs(pairs) if style is None else with_style(style)
    rows = [picture_row(open_candidate(name), chosen, work=work) for name in networks]
    print(picture_table(rows))
    print(json.dumps(rows))


@app.command()
def clips(
    networks: Networks,
    style: Annotated[list[Path] | None, typer.Option(help="A style picture. Repeatable.")] = None,
    clip: Annotated[list[Path] | None, typer.Option(help="A clip. Repeatable.")] = None,
    baseline: Annotated[str, typer.Option(help="What the others are divided by.")] = MICROAST,
    work: Work = _WORK,
) -> None:
    """The flicker and drift that networks add to clips, frame by frame, beside a baseline."""
    styles = style or [shared(f"data/styles_hd/{name}.jpg") for name in STYLES]
    sources = clip or [shared(f"data/clips/{name}.mp4") for name in CLIPS]
    candidates = [open_candidate(name) for name in dict.fromkeys((baseline, *networks))]
    rows = list(clip_rows(candidates, sources, styles, work=work))
    print(clip_table(rows))
    print(json.dumps(rows))


@app.command()
def shifts(
    networks: Networks,
    style: Annotated[Path | None, typer.Option(help="The style picture.")] = None,
) -> None:
    """How much what is painted changes where the frame is moved by whole pixels: none should.

    Root mean square, levels from 0 to 1, of a frame of each clip. What changes is flicker that no
    motion excuses: nothing is seen anew, nothing is read between pixels.
    """
    style = style or shared(f"data/styles_hd/{STYLES[0]}.jpg")
    chosen = square(style, CLIP_STYLE_SIDE)
    frames = [read_frames(shared(f"data/clips/{name}.mp4"), count=1)[0] for name in CLIPS]
    rows = []
    for candidate in map(open_candidate, networks):
        candidate.set_style(chosen, name=style.stem)
        rows.append([candidate.name, *(f"{shifted(candidate, frames, s):.4f}" for s in SHIFTS)])
    print(markdown_table(["network", *(f"{shift} px" for shift in SHIFTS)], rows))


@app.command("lattice")
def show_lattice(
    networks: Networks,
    style: Annotated[Path | None, typer.Option(help="The style picture.")] = None,
) -> None:
    """How much of what is painted on plain skies and walls is a regular lattice: none should be.

    Levels from 0 to 255, on the photographs for validation at 512 px.
    """
    style = style or shared(f"data/styles_hd/{STYLES[0]}.jpg")
    photographs = [square(path, _LATTICE_SIDE) for path in pictures_in(shared("data/val/content"))]
    rows = []
    for candidate in map(open_candidate, networks):
        candidate.set_style(square(style, SIDE), name=style.stem)
        found = lattice(candidate, photographs)
        rows.append([candidate.name, *(f"{found[period]:.2f}" for period in (0, *PERIODS))])
    headings = ["network", "all detail", *(f"{period} px" for period in PERIODS)]
    print(markdown_table(headings, rows))


@app.command()
def sheet(
    networks: Networks,
    output: Annotated[Path, typer.Option(help="A picture to write.")],
    style: Annotated[list[Path] | None, typer.Option(help="A style picture. Repeatable.")] = None,
    photograph: Annotated[list[Path] | None, typer.Option(help="Repeatable.")] = None,
    side: Annotated[int, typer.Option(help="Of each square, in pixels.")] = SIDE,
) -> None:
    """A sheet of photographs × styles × networks, to be looked at."""
    photographs = photograph or pictures_in(shared("data/val/content"))[3::8]
    styles = style or [shared(f"data/styles_hd/{name}.jpg") for name in STYLES]
    candidates = [open_candidate(name) for name in networks]
    output.parent.mkdir(parents=True, exist_ok=True)
    write_picture(output, contact_sheet(candidates, photographs, styles, side=side))


def shifted(candidate: Candidate, frames: Sequence[RgbPicture], shift: int) -> float:
    """How much paint changes where frames are moved to the right, but for a margin."""

    def change(frame: RgbPicture) -> float:
        moved = candidate.paint(np.roll(frame, shift, axis=1))
        difference = np.roll(moved, -shift, axis=1).astype(float) - candidate.paint(frame)
        inner = difference[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] / 255
        return float(np.sqrt(np.mean(inner**2)))

    return mean(map(change, frames))


def picture_row(candidate: Candidate, pairs: Sequence[Pair], *, work: Path) -> dict[str, Any]:
    """What is known of a network by its pictures."""
    score = picture_score(candidate, pairs, work=work)
    return {"network": candidate.name, **asdict(score), **asdict(candidate.cost())}


def picture_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of `picture_row` as Markdown."""
    headings = ("network", "pairs", "style", "content", "SSIM")
    costs = ("multiply-adds a pixel", "parameters a frame", "parameters")
    keys = ("network", "pairs", "style", "content", "ssim")
    return markdown_table(
        [*headings, *costs],
        [
            [
                *(row[key] for key in keys),
                round(row["multiply_adds"]),
                f"{row['frame_parameters'] / 1e6:.2f} M",
                f"{row['parameters'] / 1e6:.2f} M",
            ]
            for row in rows
        ],
    )


def clip_rows(
    candidates: Sequence[Candidate], sources: Sequence[Path], styles: Sequence[Path], *, work: Path
) -> Iterator[dict[str, Any]]:
    """What is known of networks by clips, each divided by the first network, the baseline."""
    for source in sources:
        for style in styles:
            scores = [clip_score(each, source, style, work=work) for each in candidates]
            of_baseline = asdict(scores[0])
            for candidate, score in zip(candidates, scores, strict=True):
                found = asdict(score)
                ratios = {f"{key}_ratio": _ratio(found[key], of_baseline[key]) for key in RATIOS}
                names = {"clip": source.stem, "painting": style.stem, "network": candidate.name}
                yield {**names, **found, **ratios}


def clip_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of `clip_rows` as Markdown."""
    headings = ("clip", "style picture", "network", "excess_1", "excess_10", "style", "content")
    return markdown_table(
        [*headings, *(f"{key} ÷ baseline" for key in RATIOS)],
        [
            [
                *(row[key] for key in ("clip", "painting", "network")),
                *(f"{row[key]:.4f}" for key in ("excess_1", "excess_10")),
                *(row[key] for key in ("style", "content")),
                *(row[f"{key}_ratio"] for key in RATIOS),
            ]
            for row in rows
        ],
    )


def with_style(style: Path) -> list[Pair]:
    """All photographs for validation, each with this style picture."""
    return [Pair(content, style) for content in pictures_in(shared("data/val/content"))]


def _ratio(value: float, baseline: float) -> float | None:
    """None where the baseline adds nothing."""
    return round(value / baseline, 3) if baseline > 0 else None


def main() -> None:
    """Run a command; what a user can mend is told in one line."""
    try:
        app()
    except VidstyleError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
