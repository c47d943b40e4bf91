"""Draws the pictures of the README from the samples.

python docs/make_pictures.py
"""

from pathlib import Path

import av
import cv2
import numpy as np

from vidstyle import load_stylizer
from vidstyle.stylizers import Stylizer
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import write_picture

DOCS = Path(__file__).resolve().parent
SAMPLES = DOCS.parent / "samples"
SECONDS = 3.5
"""The moment of the clip that is shown."""
TILE = (480, 270)
COLUMNS = 3


def moment_of_clip() -> RgbPicture:
    """One frame of the sample clip, uint8 (H, W, 3), RGB."""
    with av.open(str(SAMPLES / "harbour.mp4")) as container:
        for frame in container.decode(video=0):
            if frame.time >= SECONDS:
                return np.asarray(frame.to_ndarray(format="rgb24", width=960, height=540))
    raise SystemExit(f"the clip ends before {SECONDS} s")


def stylizers() -> list[Stylizer]:
    """What is shown, in the order of the sheet."""
    adain = ("great_wave", "the_scream", "woman_with_hat")
    johnson = ("starry_night", "mosaic", "pointillist", "impressionist", "ink")
    return [
        *(load_stylizer("adain", styles=[name]) for name in adain),
        *(load_stylizer("johnson", styles=[name]) for name in johnson),
    ]


def main() -> None:
    """Write `docs/styles.jpg`."""
    frame = moment_of_clip()
    pictures = [frame, *(each.stylize(frame[np.newaxis])[0] for each in stylizers())]
    tiles = [cv2.resize(picture, TILE, interpolation=cv2.INTER_AREA) for picture in pictures]
    rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
    write_picture(DOCS / "styles.jpg", np.vstack(rows))


if __name__ == "__main__":
    main()
