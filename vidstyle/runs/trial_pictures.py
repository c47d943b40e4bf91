"""Real pictures to try and calibrate engines with: the project's samples."""

from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Precision
from vidstyle.engines.compiler import CALIBRATION_PICTURES
from vidstyle.engines.workshop import Trials
from vidstyle.errors import VidstyleError
from vidstyle.runs.stages import preprocess
from vidstyle.video.file_source import FileSource
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import read_picture

_CLIP = "harbour.mp4"
_STYLES = ("starry.jpg", "mosaic.jpg", "ink.jpg")
_STYLE_SIDE = 256
_FRAMES_APART = 30

_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "samples", _PACKAGE.parent / "samples")
"""In an installed wheel, and in a checkout."""


def sample(name: str = _CLIP) -> Path:
    """A file of the samples, by default the clip.

    Raises:
        VidstyleError: it is missing.
    """
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise VidstyleError(f"vidstyle's sample {name} is missing: install vidstyle again")


def trial_pictures(precision: Precision, *, places: Sequence[Path] = _PLACES) -> Trials:
    """Frames of the sample clip and the sample styles; drawn ones for fp32 where there are none.

    Args:
        precision: int8 takes several frames and styles, the others one of each.
        places: folders where the samples may be.

    Raises:
        VidstyleError: int8 has to be calibrated and the samples are missing.
    """
    folder = next((place for place in places if (place / _CLIP).is_file()), None)
    calibrates = precision is Precision.INT8
    if folder is None:
        if calibrates:
            raise VidstyleError(
                f"int8 is calibrated with vidstyle's samples, and there is no {_CLIP} in "
                f"{' or '.join(map(str, places))}: install vidstyle again, or use --precision fp32"
            )
        return Trials(
            frames=lambda height, width: [_drawn(height, width)], styles=[_drawn(256, 256)]
        )
    names = _STYLES if calibrates else _STYLES[:1]
    count = CALIBRATION_PICTURES if calibrates else 1
    return Trials(
        frames=partial(_frames, folder / _CLIP, count),
        styles=[_resized(read_picture(folder / name), _STYLE_SIDE, _STYLE_SIDE) for name in names],
    )


def _frames(clip: Path, count: int, height: int, width: int) -> list[NDArray[np.uint8]]:
    source = FileSource(clip)
    prepare = preprocess(source.info.size)
    try:
        chosen = islice(source, 0, count * _FRAMES_APART, _FRAMES_APART)
        pictures = [prepare(frame).rgb for frame in chosen]
    finally:
        source.close()
    return [_resized(picture, height, width) for picture in pictures]


def _resized(picture: RgbPicture, height: int, width: int) -> NDArray[np.uint8]:
    resized = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)[np.newaxis]


def _drawn(height: int, width: int) -> NDArray[np.uint8]:
    """A picture with smooth parts, edges and grain."""
    rows, columns = np.mgrid[0:height, 0:width] / max(height, width)
    discs = (np.sin(40 * rows) * np.sin(30 * columns) > 0.3).astype(float)
    planes = [255 * rows, 255 * columns, 120 * discs + 100 * rows]
    grain = np.random.default_rng(0).normal(0, 6, (height, width, 3))
    return np.clip(np.stack(planes, axis=-1) + grain, 0, 255).astype(np.uint8)[np.newaxis]
