"""How far gatys gets: its pictures beside those of adain-vgg19, its clips with and without past.

    python -m benchmarks.gatys_quality pictures [--pairs 5] [--style-weight 1.5 --style-weight 3]
    python -m benchmarks.gatys_quality clip [--frames 16] [--iterations 60,20]

Pictures, clips and the yardstick are those of the shared data. What was painted is kept in the
work folder, to be looked at, and is not painted again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np
import typer

from benchmarks.candidates import open_candidate
from benchmarks.quality import CLIPS
from benchmarks.tables import markdown_table
from benchmarks.yardstick import (
    CLIP_STYLE_SIDE,
    ClipScore,
    Pair,
    PictureScore,
    read_frames,
    score_clip,
    score_pictures,
    shared,
    square,
    validation_pairs,
    write_frames,
)
from vidstyle.errors import VidstyleError
from vidstyle.stylizers import Style
from vidstyle.stylizers.gatys.options import GatysOptions, Start
from vidstyle.stylizers.gatys.stylizer import Gatys
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import read_picture, write_picture
from vidstyle.weights.store import WeightStore

BASELINE = "adain-vgg19"
CLIP_WIDTH = 256
STYLE = "starry_night"

Paint: TypeAlias = Callable[[RgbPicture, RgbPicture], RgbPicture]
"""From a content and a style picture to the painted one."""

Work = Annotated[Path, typer.Option("--work", help="Where what was painted is kept.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback()
def gatys_quality() -> None:
    """Measures gatys by its pictures and clips."""


@app.command()
def pictures(
    pairs: Annotated[int, typer.Option(help="How many of the 200, taken evenly.")] = 5,
    iterations: int = GatysOptions().iterations,
    style_weight: Annotated[
        list[float] | None, typer.Option(help="Repeatable: what lies between is reckoned.")
    ] = None,
    work: Work = Path("out/gatys_quality"),
) -> None:
    """Style and content at 256 px, pair by pair, beside those of adain-vgg19."""
    candidate = open_candidate(BASELINE)

    def paint_baseline(content: RgbPicture, style: RgbPicture) -> RgbPicture:
        candidate.set_style(style)
        return candidate.paint(content)

    rows: list[Sequence[object]] = []
    for number, pair in enumerate(validation_pairs(pairs), start=1):
        theirs = picture_score(pair, paint_baseline, work / BASELINE)
        found = []
        for weight in style_weight or [GatysOptions().weights.style]:
            options = GatysOptions(iterations=iterations, style_weight=weight)

            def paint(
                content: RgbPicture, style: RgbPicture, options: GatysOptions = options
            ) -> RgbPicture:
                return painted([content], style, options)[0]

            ours = picture_score(pair, paint, work / known_by(options))
            found.append((theirs.style / ours.style, ours.content / theirs.content))
            rows.append([number, weight, theirs.style, ours.style, theirs.content, ours.content])
            rows[-1] = [*rows[-1], *found[-1]]
            print(json.dumps([pair.name, *rows[-1]]), flush=True)
        if len(found) > 1:
            rows.append([number, "between", *[None] * 4, at_equal_content(found), 1.0])
    print(
        markdown_table(
            [
                *("pair", "style weight", f"style {BASELINE}", "style gatys"),
                *(f"content {BASELINE}", "content gatys", "style, times lower", "content, ratio"),
            ],
            rows,
        )
    )


@app.command()
def clip(
    source: Annotated[str, typer.Option("--clip", help="Of the shared data.")] = CLIPS[0],
    style: Annotated[str, typer.Option(help="A painting of the shared data.")] = STYLE,
    frames: Annotated[int, typer.Option(min=11, help="How many, from the first.")] = 16,
    iterations: Annotated[str, typer.Option(help="Of the first frame, and of the others.")] = (
        "60,20"
    ),
    work: Work = Path("out/gatys_quality"),
) -> None:
    """What the past of a video takes off the flicker, at a width of 256 px."""
    first, following = (int(count) for count in iterations.split(","))
    together = GatysOptions(iterations=first, following_iterations=following)
    alone = replace(together, start=Start.CONTENT, temporal_weight=0.0)
    path, painting = shared(f"data/clips/{source}.mp4"), shared(f"data/styles_hd/{style}.jpg")
    scores = [clip_score(path, painting, options, frames, work) for options in (alone, together)]
    rows = [
        [name, f"{score.excess_1:.5f}", score.style, score.content]
        for name, score in zip(("frame by frame", "with the past"), scores, strict=True)
    ]
    print(markdown_table(("gatys", "excess_1", "style", "content"), rows))
    print(f"\nexcess ÷ frame by frame: {scores[1].excess_1 / scores[0].excess_1:.3f}")


def at_equal_content(found: Sequence[tuple[float, float]]) -> float:
    """How many times lower the style is where the content is as good as the baseline's.

    A straight line of the logarithms, through the two nearest.

    Args:
        found: at least two of: style, times lower, and ratio of the contents.
    """
    (low, low_content), (high, high_content) = sorted(
        sorted(found, key=lambda pair: abs(log(pair[1])))[:2]
    )
    share = -log(low_content) / (log(high_content) - log(low_content))
    return float(low * (high / low) ** share)


def painted(
    contents: Sequence[RgbPicture], style: RgbPicture, options: GatysOptions
) -> list[RgbPicture]:
    """The frames of one scene, painted one after the other."""
    stylizer = Gatys.load(options, store=WeightStore(), device="cpu")
    stylizer.set_style([Style(name="style", picture=style)])
    return [np.asarray(stylizer.stylize(each[np.newaxis])[0], np.uint8) for each in contents]


def picture_score(pair: Pair, paint: Paint, folder: Path) -> PictureScore:
    """The score of one picture, which is kept in a folder of its own inside `folder`."""
    target = folder / pair.name / f"{pair.name}.png"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        write_picture(target, paint(square(pair.content), square(pair.style)))
    return score_pictures(pair.content.parent, pair.style.parent, target.parent)


def clip_score(
    source: Path, style: Path, options: GatysOptions, count: int, work: Path
) -> ClipScore:
    """The score of a clip, whose painted frames are kept in `work`."""
    folder = work / known_by(options) / f"{source.stem}__{style.stem}"
    contents = read_frames(source, width=CLIP_WIDTH, count=count)
    targets = [folder / f"{number:03d}.png" for number in range(len(contents))]
    if not all(target.exists() for target in targets):
        folder.mkdir(parents=True, exist_ok=True)
        results = painted(contents, square(style, CLIP_STYLE_SIDE), options)
        for target, result in zip(targets, results, strict=True):
            write_picture(target, result)
    output = folder / "painted.mp4"
    write_frames(output, [read_picture(target) for target in targets])
    return score_clip(source, output, style=style, width=CLIP_WIDTH, count=count)


def known_by(options: GatysOptions) -> str:
    """A name for what is painted with these options."""
    # With the weights: those of a preset are not among the options.
    facts = repr((options, options.weights))
    return f"gatys-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"


def main() -> None:
    """Run a command; what a user can mend is told in one line."""
    try:
        app()
    except VidstyleError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
