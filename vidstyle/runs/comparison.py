"""Comparing repainted videos and pictures with what they were made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.evaluation.clip_figures import LEAST_SIDE, ClipFigures, ClipJudge
from vidstyle.losses.features import LossNetwork
from vidstyle.runs.file import open_source
from vidstyle.runs.sizes import LARGEST
from vidstyle.runs.stages import preprocess, resized, size_of
from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture
from vidstyle.video.picture_source import is_sequence
from vidstyle.video.pictures import SUFFIXES, check_exists, given_path, read_picture
from vidstyle.video.source import Span
from vidstyle.weights.checkpoint import stored_state_dict
from vidstyle.weights.store import WeightStore

# Sides may be rounded to even numbers of pixels.
_SAME_SHAPE = 0.03
_MOST_FRAMES = 100_000


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What was measured.

    Attributes:
        source: what all were made of.
        style: the style picture, if any.
        size: of the frames as they were compared.
        figures: of each result, in the order that they were given in.
        notes: what the user should know, one line each.
    """

    source: Path
    style: Path | None
    size: Size
    figures: dict[Path, ClipFigures] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "source": str(self.source),
            "style": None if self.style is None else str(self.style),
            "size": str(self.size),
            "results": [
                {"result": str(path), **found.as_dict()} for path, found in self.figures.items()
            ],
            "notes": self.notes,
        }


def compare(
    source: str | Path,
    results: str | Path | Iterable[str | Path],
    *,
    style: str | Path | None = None,
    width: int = 512,
    frames: int = 60,
    store: WeightStore | None = None,
) -> Comparison:
    """Measure how results stand to their source and, with `style`, to their style picture.

    Frames are matched by their number: the results have to begin where the source does.

    Args:
        source: a video, a picture, or a folder or pattern of pictures.
        results: what was made of it; one, or several.
        style: the style picture. Style and content are compared by VGG-19, which does not come with
            vidstyle.
        width: pixels that all are scaled to; figures depend on it.
        frames: how many are measured, from the first; all of them are held in memory.
        store: where the weights of VGG-19 come from.

    Raises:
        UsageError: something is not there, or the width or number of frames is out of range.
        VidstyleError: something cannot be read, or there are no weights of VGG-19.
    """
    if not isinstance(frames, int) or not 1 <= frames <= _MOST_FRAMES:
        raise UsageError(f"--frames is {frames}: it must be a number from 1 to {_MOST_FRAMES}")
    several = [results] if isinstance(results, str | Path) else results
    source = given_path(source, "source")
    paths = [given_path(result, "result") for result in several]
    for path in (source, *paths):
        if not is_sequence(path):
            check_exists(path, "picture or video")
    picture = network = None
    if style is not None:
        picture = read_picture(Path(style))
        network = LossNetwork.vgg19(stored_state_dict("vgg19", store or WeightStore()))
    own, original = _read(source, width=width, count=frames)
    comparison = Comparison(
        source=source, style=None if style is None else Path(style), size=size_of(original[0])
    )
    judge = ClipJudge(original, style=picture, network=network)
    for path in paths:
        size, clip = _read(path, width=width, count=len(original), size=comparison.size)
        if abs(size.width * own.height / (size.height * own.width) - 1) > _SAME_SHAPE:
            comparison.notes.append(f"{path} is {size} and was stretched: the source is {own}")
        if len(clip) < len(original):
            comparison.notes.append(f"{path} has {len(clip)} frames: these alone were measured")
        comparison.figures[path] = judge(clip)
    return comparison


def _read(
    where: Path, *, width: int, count: int, size: Size | None = None
) -> tuple[Size, Sequence[RgbPicture]]:
    """The size of what is there, and its first frames, scaled to `size` or else to `width`."""
    if where.suffix.lower() in SUFFIXES and not is_sequence(where):
        picture = read_picture(where)
        own = size_of(picture)
        return own, [resized(picture, size or _scaled(own, width))]
    source = open_source(where, Span())
    try:
        own = source.info.size
        prepare = preprocess(size or _scaled(own, width), source.info.orientation)
        pictures = [prepare(frame).rgb for frame in islice(source, count)]
    finally:
        source.close()
    if not pictures:
        raise VidstyleError(f"{where} has no frames")
    return own, pictures


def _scaled(size: Size, width: int) -> Size:
    height = round(size.height * width / size.width / 2) * 2
    if max(width, height) > LARGEST:
        raise UsageError(
            f"frames of {width}x{height} are too large to measure: choose a smaller --width"
        )
    if min(width, height) < LEAST_SIDE:
        raise UsageError(
            f"frames of {width}x{height} are too small to measure: choose a --width by which both "
            f"sides have {LEAST_SIDE} pixels or more"
        )
    return Size(width, height)
