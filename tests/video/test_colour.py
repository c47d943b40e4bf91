"""Colour is kept, by the formulas of ITU-T H.273 that `making` works out apart."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.video.making import (
    Video,
    blocks,
    decoded,
    from_planes,
    make_clip,
    planes_of,
    to_frame,
    to_planes,
    transcode,
    waves,
)
from vidstyle.video.colour import BT709_LIMITED, Colour, Matrix, Range
from vidstyle.video.convert import FromRgb, ToRgb

LOSSLESS = {"preset": "ultrafast", "qp": "0"}
UNTOLD = 2


def picture(
    width: int = 64, height: int = 48, *, pixel_format: str, matrix: int, full: bool, bits: int = 8
) -> av.VideoFrame:
    planes = to_planes(blocks(width, height), matrix=matrix, full=full, bits=bits)
    frame = to_frame(planes, pixel_format)
    frame.colorspace, frame.color_range = matrix, 2 if full else 1
    return frame


@pytest.mark.parametrize("matrix", [1, 4, 5, 6, 7, 9])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p"])
def test_rgb_follows_the_standard(matrix: int, full: bool, pixel_format: str) -> None:
    frame = picture(pixel_format=pixel_format, matrix=matrix, full=full)
    rgb = ToRgb()(frame)
    expected = from_planes(planes_of(frame), matrix=matrix, full=full)
    assert np.abs(rgb - expected).mean() < 1
    assert np.abs(rgb - expected).max() < 3


@pytest.mark.parametrize("pixel_format", ["yuv420p10le", "yuv422p10le", "yuv444p10le"])
@pytest.mark.parametrize("full", [False, True])
def test_ten_bits_come_in(pixel_format: str, full: bool) -> None:
    frame = picture(pixel_format=pixel_format, matrix=1, full=full, bits=10)
    rgb = ToRgb()(frame)
    expected = from_planes(planes_of(frame), matrix=1, full=full, bits=10)
    assert np.abs(rgb - expected).mean() < 1


@pytest.mark.parametrize("matrix", [Matrix.BT709, Matrix.SMPTE170M, Matrix.SMPTE240M])
@pytest.mark.parametrize("range_", [Range.LIMITED, Range.FULL])
def test_planes_follow_the_standard(matrix: Matrix, range_: Range) -> None:
    rgb = blocks(64, 48)
    frame = FromRgb("yuv420p", Colour(matrix=matrix, range=range_))(rgb)
    restored = from_planes(planes_of(frame), matrix=matrix, full=range_ is Range.FULL)
    # Halving chroma mixes the colours where two squares meet.
    inside = np.s_[2::8, 2::8]
    assert np.abs(restored[inside] - rgb[inside].astype(float)).mean() < 2
    assert (frame.colorspace, frame.color_range) == (matrix, range_)


@pytest.mark.parametrize("matrix", [1, 5, 6, UNTOLD])
@pytest.mark.parametrize("range_", [0, 1, 2])
@pytest.mark.parametrize(("height", "untold"), [(48, 6), (720, 1)])
def test_a_run_keeps_the_picture_and_the_tags(
    tmp_path: Path, matrix: int, range_: int, height: int, untold: int
) -> None:
    full, really = range_ == 2, untold if matrix == UNTOLD else matrix
    rgb = waves(32, height)
    planes = to_planes(rgb, matrix=really, full=full)
    told = matrix != UNTOLD
    clip = make_clip(
        tmp_path / "in.mp4",
        Video(
            width=32,
            height=height,
            options=LOSSLESS,
            colour=(matrix, *((1, 1) if told else (2, 2)), range_),
            pictures=[to_frame(planes, "yuv420p")] * 2,
        ),
    )
    transcode(clip, tmp_path / "out.mp4", quality=90)
    frame = decoded(tmp_path / "out.mp4")[0]
    expected = from_planes(planes_of(decoded(clip)[0]), matrix=really, full=full)
    result = from_planes(planes_of(frame), matrix=really, full=full)
    assert np.abs(result - expected).mean() < 2
    assert (frame.colorspace, frame.color_range) == (really, 2 if full else 1)
    assert (frame.color_primaries, frame.color_trc) == ((1, 1) if told else (2, 2))


@pytest.mark.parametrize(
    ("pixel_format", "codec"),
    [
        ("yuvj420p", "mjpeg"),
        ("yuv422p", "libx264"),
        ("yuv444p", "libx264"),
        ("gray", "ffv1"),
        ("yuv420p10le", "libx264"),
        ("yuv422p10le", "prores_ks"),
    ],
)
def test_a_run_keeps_the_picture_of_any_sampling(
    tmp_path: Path, pixel_format: str, codec: str
) -> None:
    bits = 10 if "10" in pixel_format else 8
    full = pixel_format in ("yuvj420p", "gray")
    planes = to_planes(waves(64, 48), matrix=6, full=full, bits=bits)
    options = {"libx264": LOSSLESS, "mjpeg": {"qmin": "1", "qmax": "1"}}.get(codec, {})
    clip = make_clip(
        tmp_path / "in.mov" if codec == "prores_ks" else tmp_path / "in.mkv",
        Video(
            codec=codec,
            options=options,
            pixel_format=pixel_format,
            pictures=[to_frame(planes, pixel_format)] * 2,
        ),
    )
    source = decoded(clip)[0]
    expected = from_planes(planes_of(source), matrix=6, full=full, bits=bits)
    transcode(clip, tmp_path / "out.mkv", quality=90)
    frame = decoded(tmp_path / "out.mkv")[0]
    assert frame.format.name == ("yuvj420p" if full else "yuv420p")
    result = from_planes(planes_of(frame), matrix=6, full=full)
    assert np.abs(result - expected).mean() < 2


@pytest.mark.parametrize("pixel_format", ["rgb24", "rgba", "pal8"])
def test_rgb_video_becomes_bt709(tmp_path: Path, pixel_format: str) -> None:
    rgb = waves(64, 48)
    codec = "png"
    pictures: list[NDArray[np.uint8]] = [rgb] * 2
    if pixel_format == "rgba":
        pictures = [np.dstack([rgb, np.full(rgb.shape[:2], 128, np.uint8)])] * 2
    if pixel_format == "pal8":
        codec, pixel_format = "gif", "rgb8"
        red, green, blue = np.moveaxis(rgb >> np.uint8(5), -1, 0)
        pictures = [(red << 5 | green << 2 | blue >> 1).astype(np.uint8)] * 2
    video = Video(codec=codec, options={}, pixel_format=pixel_format, pictures=pictures)
    clip = make_clip(tmp_path / ("in.gif" if codec == "gif" else "in.mov"), video)
    expected = ToRgb()(decoded(clip)[0]).astype(float)
    if codec == "png":
        assert np.array_equal(expected, rgb)
    transcode(clip, tmp_path / "out.mp4", quality=90)
    frame = decoded(tmp_path / "out.mp4")[0]
    assert (frame.colorspace, frame.color_range) == (1, 1)
    result = from_planes(planes_of(frame), matrix=1, full=False)
    # Where chroma is halved, a mean over squares of two pixels is what can be kept.
    assert np.abs(halved(result) - halved(expected)).mean() < 2


def halved(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = rgb.reshape(rgb.shape[0] // 2, 2, rgb.shape[1] // 2, 2, 3)
    return np.asarray(squares.mean((1, 3)))


def test_two_videos_do_not_mix_their_tags(tmp_path: Path) -> None:
    for name, colour in (("a", (1, 1, 1, 1)), ("b", (6, 6, 6, 2))):
        video = Video(width=32, height=32, frames=2, colour=colour)
        make_clip(tmp_path / f"{name}.mp4", video)
    for name, matrix in (("a", 1), ("b", 6), ("a", 1)):
        transcode(tmp_path / f"{name}.mp4", tmp_path / "out.mp4")
        assert decoded(tmp_path / "out.mp4")[0].colorspace == matrix


def test_a_wrong_matrix_tag_does_not_turn_luma_into_rgb() -> None:
    frame = picture(pixel_format="yuv420p", matrix=6, full=False)
    frame.colorspace = Matrix.RGB
    assert Colour.of(frame).matrix is Matrix.SMPTE170M


def test_output_of_wide_colour_is_bt709() -> None:
    wide = Colour(matrix=Matrix.BT2020, range=Range.LIMITED, primaries=9, transfer=16)
    assert wide.is_wide
    assert wide.hdr_name == "PQ"
    assert wide.for_output() == BT709_LIMITED


@pytest.mark.parametrize(("range_", "full"), [(0, True), (1, False), (2, True)])
def test_grey_has_the_range_that_it_tells(range_: int, full: bool) -> None:
    planes = to_planes(waves(64, 48), matrix=6, full=full)
    frame = to_frame(planes, "gray")
    frame.color_range = range_
    rgb = ToRgb()(frame)
    expected = from_planes(planes_of(frame), matrix=6, full=full)
    assert np.abs(rgb - expected).max() < 2


def test_a_real_clip_keeps_its_picture(shared_clips: Path, tmp_path: Path) -> None:
    source = shared_clips / "phone_keyboard_rot180_3frames.mov"
    transcode(source, tmp_path / "out.mp4", quality=90)
    for before, after in zip(decoded(source), decoded(tmp_path / "out.mp4"), strict=True):
        expected = from_planes(planes_of(before)[:, ::-1, ::-1], matrix=1, full=False)
        result = from_planes(planes_of(after), matrix=1, full=False)
        assert np.abs(result - expected).mean() < 2
