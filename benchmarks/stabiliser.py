"""What the stabiliser brings to real clips, and what it costs.

    python -m benchmarks.stabiliser [--strength 0.7] [--work out/stabiliser]

Paints clips of the shared data with adain-lite, frame by frame, holds them steady, and prints
Markdown. The figures are those with the stabiliser divided by those without:
- excess: what the warping error between neighbouring frames has beyond the source's own
- style: the style loss
- fast, uncovered: the warping error where the source moves by more than 8 pixels a frame, and where
  it shows what the frame before did not
- still: the change between frames of a still camera whose sensor makes noise
and whether nothing of the scene before is left after cuts; then what a frame of 640×360 costs.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.candidates import Candidate, open_candidate
from benchmarks.quality import CLIPS
from benchmarks.tables import markdown_table
from benchmarks.yardstick import (
    CLIP_STYLE_SIDE,
    ClipScore,
    read_frames,
    score_clip,
    shared,
    square,
    write_frames,
)
from vidstyle.cores import usable_cores
from vidstyle.temporal.flow import DISFlow
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE, Stabiliser
from vidstyle.temporal.warp import visible_by_consistency, warp
from vidstyle.video.frame import RgbPicture

STYLES = ("starry_night", "udnie")

_FAST = 8.0
_NOISE = 2
_STILL_FRAMES = 12
_COST_SIZE = (640, 360)

# Fewer pixels say nothing.
_LEAST_PIXELS = 200

_HEADINGS = (
    *("clip", "style picture", "excess without", "excess with"),
    *("excess", "style", "fast", "uncovered", "still"),
)

Frames = Sequence[RgbPicture]


@dataclass(frozen=True)
class Step:
    """From a frame of a source to the next one.

    Attributes:
        flow: float tensor (1, 2, H, W).
        fast: bool (H, W), what of it is seen in both and moves fast.
        uncovered: bool (H, W), what of it is seen in both, but not in the frame before.
    """

    flow: Tensor
    fast: NDArray[np.bool_]
    uncovered: NDArray[np.bool_]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strength", type=float, default=DEFAULT_STABILISE)
    parser.add_argument("--work", type=Path, default=Path("out/stabiliser"))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    network = open_candidate("adain-lite")
    sources = {name: read_frames(shared(f"data/clips/{name}.mp4")) for name in CLIPS}
    steps = {name: list(steps_of(frames)) for name, frames in sources.items()}
    rows = []
    for style in STYLES:
        network.set_style(square(shared(f"data/styles_hd/{style}.jpg"), CLIP_STYLE_SIDE))
        for name, source in sources.items():
            painted = [network.paint(frame) for frame in source]
            both = (painted, steady(source, painted, args.strength))
            scores = [
                _score(name, style, frames, args.work / f"{name}-{style}-{kind}.mp4")
                for kind, frames in zip(("plain", "steady"), both, strict=True)
            ]
            rows.append(
                [
                    *(name, style, f"{scores[0].excess_1:.4f}", f"{scores[1].excess_1:.4f}"),
                    scores[1].excess_1 / scores[0].excess_1,
                    scores[1].style / scores[0].style,
                    _ratio([(step, step.fast) for step in steps[name]], *both),
                    _ratio([(step, step.uncovered) for step in steps[name]], *both),
                    still(network, source[0], args.strength),
                ]
            )
    print(markdown_table(_HEADINGS, rows))
    print(f"\nAfter cuts nothing is left: {_cuts_begin_anew(sources, args.strength)}\n")
    print(
        markdown_table(("cores", "wall, ms", "CPU, ms"), [_cost(sources[CLIPS[1]], args.strength)])
    )


def steady(source: Frames, painted: Frames, strength: float) -> list[RgbPicture]:
    """The painted frames, held steady."""
    stabilise = Stabiliser(strength)
    return [stabilise(frame, [paint])[0] for frame, paint in zip(source, painted, strict=True)]


def steps_of(source: Frames) -> Iterator[Step]:
    """The motion between neighbouring frames."""
    estimate = DISFlow()
    seen_before: NDArray[np.bool_] | None = None
    for first, second in pairwise(source):
        forward, backward = (
            torch.from_numpy(estimate(*pair)).permute(2, 0, 1)[None]
            for pair in ((first, second), (second, first))
        )
        visible = visible_by_consistency(forward, backward)[0, 0].numpy()
        speed = forward[0].norm(dim=0).numpy()
        uncovered = visible & ~seen_before if seen_before is not None else visible & False
        yield Step(forward, visible & (speed > _FAST), uncovered)
        seen_before = visible_by_consistency(backward, forward)[0, 0].numpy()


def still(network: Candidate, picture: RgbPicture, strength: float) -> float:
    """How much of the change between noisy frames of one picture is left."""
    random = np.random.default_rng(0)
    noise = random.integers(-_NOISE, _NOISE + 1, (_STILL_FRAMES, *picture.shape))
    source = list(np.clip(picture + noise, 0, 255).astype(np.uint8))
    painted = [network.paint(frame) for frame in source]
    steadied = steady(source, painted, strength)
    return _rms(steadied[-1], steadied[-2]) / _rms(painted[-1], painted[-2])


def _score(name: str, style: str, frames: Frames, output: Path) -> ClipScore:
    write_frames(output, frames)
    source = shared(f"data/clips/{name}.mp4")
    return score_clip(source, output, style=shared(f"data/styles_hd/{style}.jpg"))


def _ratio(
    regions: Sequence[tuple[Step, NDArray[np.bool_]]], painted: Frames, steadied: Frames
) -> float | None:
    """The warping error in the regions of all steps, with the stabiliser beside without."""
    squares = np.zeros(2)
    for index, (step, region) in enumerate(regions):
        if region.sum() >= _LEAST_PIXELS:
            squares += [_error(frames, index, step, region) for frames in (painted, steadied)]
    return float(np.sqrt(squares[1] / squares[0])) if squares.all() else None


def _error(frames: Frames, index: int, step: Step, region: NDArray[np.bool_]) -> float:
    """The sum of squares."""
    first, second = (
        torch.from_numpy(frames[number]).permute(2, 0, 1)[None].float()
        for number in (index, index + 1)
    )
    squares = (warp(second, step.flow) - first).square().sum(dim=1)[0].numpy()
    return float(squares[region].sum())


def _cuts_begin_anew(sources: Mapping[str, Frames], strength: float) -> bool:
    """Whether the first frame after a cut passes as it is."""
    return all(
        np.array_equal(steady(clip, clip, strength)[-1], clip[-1])
        for clip in (
            [*first[:5], np.asarray(cv2.resize(second[0], first[0].shape[1::-1]), np.uint8)]
            for first in sources.values()
            for second in sources.values()
            if first is not second
        )
    )


def _cost(source: Frames, strength: float) -> tuple[int, float, float]:
    """Cores, and the medians of wall and CPU time of a frame, in milliseconds."""
    cv2.setNumThreads(1)  # As the command does.
    pictures = [np.asarray(cv2.resize(frame, _COST_SIZE), np.uint8) for frame in source]
    stabilise, wall, cpu = Stabiliser(strength), [], []
    for picture in pictures * 3:
        started, used = perf_counter(), process_time()
        stabilise(picture, [picture])
        wall.append(perf_counter() - started)
        cpu.append(process_time() - used)
    return usable_cores(), 1e3 * median(wall), 1e3 * median(cpu)


def _rms(first: RgbPicture, second: RgbPicture) -> float:
    return float(np.sqrt(np.square(first.astype(float) - second).mean()))


if __name__ == "__main__":
    main()
