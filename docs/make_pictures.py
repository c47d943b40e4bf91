"""Draws the pictures of the documentation from the samples.

python docs/make_pictures.py [styles.jpg] [named-styles.jpg] [cyclegan.jpg] [gatys.jpg] [thumbnails]

The thumbnails are those of the web page of live runs.
That of gatys takes some minutes, and is made with VGG-19 (`VIDSTYLE_WEIGHTS`).
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np

from vidstyle import load_stylizer
from vidstyle.runs.loading import known_styles
from vidstyle.serving.pictures import jpeg
from vidstyle.stylizers import Method, Stylizer
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import read_picture, write_picture
from vidstyle.weights.manifest import SHIPPED
from vidstyle.weights.store import WeightStore

DOCS = Path(__file__).resolve().parent
THUMBNAILS = DOCS.parent / "vidstyle" / "serving" / "thumbnails"
SAMPLES = DOCS.parent / "samples"
SECONDS = 3.5
"""The moment of the clip that is shown."""
TILE = (480, 270)
COLUMNS = 3
THUMBNAIL = (128, 72)


def moment_of_clip() -> RgbPicture:
    """One frame of the sample clip, uint8 (H, W, 3), RGB."""
    with av.open(str(SAMPLES / "harbour.mp4")) as container:
        for frame in container.decode(video=0):
            if frame.time >= SECONDS:
                return np.asarray(frame.to_ndarray(format="rgb24", width=960, height=540))
    raise SystemExit(f"the clip ends before {SECONDS} s")


def small_moment() -> RgbPicture:
    """The same frame as small as it is shown: its strokes are not scaled down."""
    return np.asarray(cv2.resize(moment_of_clip(), TILE, interpolation=cv2.INTER_AREA))


def stylizers() -> list[Stylizer]:
    """What is shown, in the order of the sheet."""
    adain = ("great_wave", "the_scream", "woman_with_hat")
    johnson = ("starry_night", "mosaic", "pointillist", "impressionist", "ink")
    return [
        *(load_stylizer("adain", styles=[name]) for name in adain),
        *(load_stylizer("johnson", styles=[name]) for name in johnson),
    ]


def styles_sheet() -> RgbPicture:
    """The moment as it is, and painted live by each of `stylizers`."""
    frame = moment_of_clip()
    return sheet([frame, *(each.stylize(frame[np.newaxis])[0] for each in stylizers())])


def named_styles_sheet() -> RgbPicture:
    """The moment in every style that adain knows by name."""
    frame = moment_of_clip()
    pictures = [
        captioned(load_stylizer("adain", styles=[name]).stylize(frame[np.newaxis])[0], name)
        for name in known_styles()[Method.ADAIN]
    ]
    return sheet(pictures, tile=(272, 168), columns=5)


def write_thumbnails() -> None:
    """A part of the moment in every style that has a name; adain's where johnson has it too."""
    frame = moment_of_clip()
    for method in (Method.JOHNSON, Method.ADAIN):
        for name in known_styles(WeightStore(folders=[SHIPPED]))[method]:
            stylizer = load_stylizer(method, styles=[name])
            part = stylizer.stylize(frame[np.newaxis])[0][200:380, 260:580]
            thumbnail = cv2.resize(part, THUMBNAIL, interpolation=cv2.INTER_AREA)
            (THUMBNAILS / f"{name}.jpg").write_bytes(jpeg(np.asarray(thumbnail)))


def captioned(picture: RgbPicture, caption: str) -> RgbPicture:
    """The picture with its name below."""
    font, scale, thickness = cv2.FONT_HERSHEY_SIMPLEX, 1.2, 2
    (width, _), _ = cv2.getTextSize(caption, font, scale, thickness)
    strip = np.full((54, picture.shape[1], 3), 255, np.uint8)
    place = ((picture.shape[1] - width) // 2, 40)
    cv2.putText(strip, caption, place, font, scale, (40, 40, 40), thickness, cv2.LINE_AA)
    return np.vstack([picture, strip])


def cyclegan_sheet() -> RgbPicture:
    """The moment as it is, after many Impressionist paintings, and after a single one."""
    frame = small_moment()
    methods = ("cyclegan", "johnson")
    painted = (load_stylizer(each, styles=["impressionist"]) for each in methods)
    return sheet([frame, *(each.stylize(frame[np.newaxis])[0] for each in painted)])


def gatys_sheet() -> RgbPicture:
    """A style picture in each row, then what adain and gatys paint after it."""
    frame = small_moment()
    pictures: list[RgbPicture] = []
    for name in ("starry", "woodcut"):
        style = SAMPLES / f"{name}.jpg"
        pictures.append(read_picture(style))
        for method in ("adain", "gatys"):
            stylizer = load_stylizer(method, styles=[style])
            pictures.append(stylizer.stylize(frame[np.newaxis])[0])
    return sheet(pictures)


def sheet(
    pictures: Sequence[RgbPicture], *, tile: tuple[int, int] = TILE, columns: int = COLUMNS
) -> RgbPicture:
    """Pictures side by side, each scaled to the size of a tile."""
    tiles = [cv2.resize(picture, tile, interpolation=cv2.INTER_AREA) for picture in pictures]
    return np.vstack([np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)])


SHEETS = {
    "styles.jpg": styles_sheet,
    "named-styles.jpg": named_styles_sheet,
    "cyclegan.jpg": cyclegan_sheet,
    "gatys.jpg": gatys_sheet,
}


def main() -> None:
    """Write the pictures that are named, or all."""
    for name in sys.argv[1:] or (*SHEETS, "thumbnails"):
        if name == "thumbnails":
            write_thumbnails()
        else:
            write_picture(DOCS / name, SHEETS[name]())


if __name__ == "__main__":
    main()
