"""Between a codec's pictures and arrays."""

from pathlib import Path

import av
import numpy as np
import pytest

from tests.video.making import Video, blocks, make_clip
from vidstyle.video.colour import BT709_LIMITED, Colour, Matrix, Range
from vidstyle.video.convert import FromPlanes, FromRgb, Size, ToPlanes, ToRgb
from vidstyle.video.filters import Filters

BT601_FULL = Colour(matrix=Matrix.SMPTE170M, range=Range.FULL)


def decoded(folder: Path, *, width: int = 64, height: int = 48) -> av.VideoFrame:
    """A picture with sharp edges between colours, as sources give it."""
    rgb = np.roll(blocks(width, height), 2, axis=1)
    video = Video(
        width=width,
        height=height,
        frames=1,
        pictures=[FromRgb("yuv420p", BT709_LIMITED)(rgb)],
        options={"preset": "ultrafast", "qp": "0"},
        colour=(1, 1, 1, 1),
    )
    with av.open(str(make_clip(folder / "in.mp4", video))) as container:
        return filtered(next(container.decode(video=0)))


def filtered(picture: av.VideoFrame) -> av.VideoFrame:
    return next(Filters()([picture]))


def chroma(picture: av.VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return picture.to_ndarray()[picture.height :].astype(np.int16)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le", "nv12"])
def test_chroma_stays_in_its_square(tmp_path: Path, pixel_format: str) -> None:
    """Decoders note that it lies at the left of its square, which swscale would move it for."""
    picture = decoded(tmp_path)
    given = picture if pixel_format == "yuv420p" else picture.reformat(format=pixel_format)
    rgb = ToRgb()(filtered(given))

    again = FromRgb("yuv420p", BT709_LIMITED)(rgb)

    assert np.ptp(chroma(picture)) > 100
    assert np.abs(chroma(again) - chroma(picture)).max() <= 1


def test_planes_are_those_of_the_decoder(tmp_path: Path) -> None:
    picture = decoded(tmp_path)
    planes = ToPlanes(Size(64, 48), BT709_LIMITED)(picture)
    wrapped = FromPlanes(BT601_FULL)(planes)

    assert planes.shape == (72, 64)
    for before, after in zip(picture.planes, wrapped.planes, strict=True):
        rows = [
            np.frombuffer(bytes(each), np.uint8).reshape(each.height, each.line_size)[
                :, : each.width
            ]
            for each in (before, after)
        ]
        assert np.array_equal(rows[0], rows[1])
    assert (wrapped.colorspace, wrapped.color_range) == (Matrix.SMPTE170M, Range.FULL)


@pytest.mark.parametrize("size", [Size(10, 6), Size(64, 46)])
def test_rows_of_chroma_need_not_fill_rows(size: Size) -> None:
    planes = np.arange(size.width * size.height * 3 // 2, dtype=np.uint8).reshape(-1, size.width)
    wrapped = FromPlanes(BT709_LIMITED)(planes)

    assert (wrapped.width, wrapped.height) == (size.width, size.height)
    assert np.array_equal(ToPlanes(size, BT709_LIMITED)(wrapped), planes)


@pytest.mark.parametrize("pixel_format", ["nv12", "yuv444p", "yuv420p10le", "rgb24", "gray"])
def test_other_pictures_become_planes_of_the_wanted_colour(pixel_format: str) -> None:
    rgb = np.full((48, 64, 3), (200, 60, 30), np.uint8)
    if pixel_format == "gray":
        rgb[:] = 90
    own = BT601_FULL if pixel_format != "rgb24" else Colour(matrix=Matrix.RGB, range=Range.FULL)
    source = av.VideoFrame.from_ndarray(rgb, "rgb24")
    if pixel_format != "rgb24":
        source = FromRgb(pixel_format, own)(rgb)

    planes = ToPlanes(Size(32, 24), BT709_LIMITED)(source)

    expected = FromRgb("yuv420p", BT709_LIMITED)(rgb[:24, :32]).to_ndarray()
    assert planes.shape == expected.shape
    assert np.abs(planes.astype(int) - expected).max() <= 2


@pytest.mark.parametrize("range_", [Range.LIMITED, Range.FULL])
def test_grey_keeps_its_levels(range_: Range) -> None:
    levels = np.arange(20, 220, dtype=np.uint8).reshape(10, 20)
    source = av.VideoFrame.from_ndarray(levels, "gray")
    source.color_range = range_

    planes = ToPlanes(Size(20, 10), Colour(matrix=Matrix.BT709, range=range_))(source)

    assert np.array_equal(planes[:10], levels)
    assert np.unique(planes[10:]).tolist() == [128]
