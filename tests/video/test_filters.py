"""Interlaced pictures are woven apart, and wide colour becomes BT.709, with a note each."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.video.making import (
    Video,
    corners,
    decoded,
    looks_like_corners,
    make_clip,
    rgb_of,
    times_of,
    to_frame,
    to_planes,
    transcode,
)
from vidstyle.video.convert import ToRgb
from vidstyle.video.file_source import FileSource
from vidstyle.video.filters import Filters

PQ, HLG, SDR_2020 = 16, 18, 14


def interlaced_clip(path: Path, **changes: object) -> Path:
    options = {"flags": "+ildct+ilme", "x264-params": "interlaced=1", "qp": "4"}
    video = Video(frames=8, height=64, options=options, **changes)  # type: ignore[arg-type]
    return make_clip(path, video)


def test_interlaced_video_keeps_its_frames_and_times(tmp_path: Path) -> None:
    clip = interlaced_clip(tmp_path / "in.mp4", rate=Fraction(30000, 1001), b_frames=2)
    assert decoded(clip)[0].interlaced_frame
    outcome = transcode(clip, tmp_path / "out.mp4")
    assert times_of(tmp_path / "out.mp4") == times_of(clip)
    assert not any(frame.interlaced_frame for frame in decoded(tmp_path / "out.mp4"))
    assert [note for note in outcome.notes if "deinterlaced" in note] == outcome.notes


def test_filters_keep_the_clock(tmp_path: Path) -> None:
    pictures = decoded(interlaced_clip(tmp_path / "in.mkv"))
    through = list(Filters()(pictures))
    assert [(p.pts, p.time_base) for p in through] == [(p.pts, p.time_base) for p in pictures]
    assert not through[-2].interlaced_frame


def combed(index: int) -> av.VideoFrame:
    """A bar that moves to the right, in even lines half a frame earlier than in odd ones."""
    picture = np.full((64, 64, 3), 60, np.uint8)
    picture[::2, 6 * index : 6 * index + 8] = 200
    picture[1::2, 6 * index + 3 : 6 * index + 11] = 200
    return av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")


def test_lines_of_two_moments_are_separated(tmp_path: Path) -> None:
    clip = interlaced_clip(tmp_path / "in.mkv", pictures=[combed(index) for index in range(8)])
    pictures = [frame.picture for frame in FileSource(clip)]
    woven = [picture.to_ndarray(format="gray") for picture in pictures]  # type: ignore[union-attr]
    before = np.abs(np.diff(decoded(clip)[4].to_ndarray(format="gray").astype(int), axis=0)).mean()
    after = np.abs(np.diff(woven[4].astype(int), axis=0)).mean()
    assert len(woven) == 8
    assert after < before / 2


def test_interlaced_and_rotated(tmp_path: Path) -> None:
    clip = interlaced_clip(tmp_path / "in.mp4", rotation=90)
    transcode(clip, tmp_path / "out.mp4")
    expected = np.rot90(corners(64, 64))
    assert looks_like_corners(rgb_of(tmp_path / "out.mp4", 3), expected)


def test_progressive_sdr_passes_untouched(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video())
    source = FileSource(clip)
    pictures = [frame.picture for frame in source]
    assert source.notes == []
    for picture, before in zip(pictures, decoded(clip), strict=True):
        assert isinstance(picture, av.VideoFrame)
        assert np.array_equal(picture.to_ndarray(), before.to_ndarray())


def ramp(transfer: int, *, rotation: int | None = None) -> Video:
    """Greys from black to the brightest code value, 10 bits, BT.2020."""
    grey = np.repeat(np.linspace(0, 255, 128)[None, :, None], 64, 0).repeat(3, 2)
    planes = to_planes(grey, matrix=9, full=False, bits=10)
    frame = to_frame(planes, "yuv420p10le")
    return Video(
        width=128,
        height=64,
        codec="libx265",
        options={"x265-params": "log-level=none:lossless=1"},
        pixel_format="yuv420p10le",
        colour=(9, 9, transfer, 1),
        pictures=[frame] * 3,
        rotation=rotation,
    )


def shown(clip: Path) -> tuple[NDArray[np.float64], list[str]]:
    """The middle row of the first picture as RGB floats, and the notes."""
    source = FileSource(clip)
    pictures = [frame.picture for frame in source]
    first = pictures[0]
    assert isinstance(first, av.VideoFrame)
    rgb = ToRgb()(first)
    assert len(pictures) == 3
    return rgb[rgb.shape[0] // 2].astype(np.float64), source.notes


@pytest.mark.parametrize(
    ("transfer", "name", "white"),
    # Of the ramp's 128 columns: where diffuse white stands (BT.2408: 203 cd/m², 58 % PQ, 75 % HLG).
    [(PQ, "PQ", 74), (HLG, "HLG", 95), (SDR_2020, "BT.2020", 127)],
)
def test_wide_colour_is_tone_mapped(tmp_path: Path, transfer: int, name: str, white: int) -> None:
    row, notes = shown(make_clip(tmp_path / "in.mkv", ramp(transfer)))
    assert notes == [f"{name} colour is tone-mapped to BT.709 SDR"]
    assert np.ptp(row, axis=1).max() <= 3, "grey has become coloured"
    grey = row[:, 1]
    assert (np.diff(grey) >= -1).all(), "brighter input became darker"
    assert grey[0] < 6
    assert grey[-1] > 240
    assert 140 < grey[white] <= 255, "diffuse white is not bright"
    if transfer != SDR_2020:
        highlights = grey[white : white + 20]
        assert highlights[-1] - highlights[0] > 5, "highlights are clipped"
    middle = grey[white // 2 if transfer == SDR_2020 else round(white * 0.72)]
    assert 60 < middle < 170, "the middle is washed out or crushed"


def test_tone_mapped_output_is_tagged_bt709(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mkv", ramp(PQ))
    transcode(clip, tmp_path / "out.mp4")
    frame = decoded(tmp_path / "out.mp4")[0]
    tags = (frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range)
    assert tags == (1, 1, 1, 1)
    assert times_of(tmp_path / "out.mp4") == times_of(clip)


def test_saturated_bt2020_is_not_washed_out(tmp_path: Path) -> None:
    red = np.zeros((64, 64, 3))
    red[..., 0] = 150
    planes = to_planes(red, matrix=9, full=False, bits=10)
    video = ramp(PQ)
    frame = to_frame(planes, "yuv420p10le")
    clip = make_clip(
        tmp_path / "in.mkv",
        Video(
            width=64,
            height=64,
            codec=video.codec,
            options=video.options,
            pixel_format=video.pixel_format,
            colour=video.colour,
            pictures=[frame] * 3,
        ),
    )
    row, _ = shown(clip)
    assert row[20, 0] > row[20, 1] + 120


def test_hdr_and_rotated(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", ramp(HLG, rotation=90))
    transcode(clip, tmp_path / "out.mp4")
    rgb = rgb_of(tmp_path / "out.mp4")
    assert rgb.shape == (128, 64, 3)
    assert rgb[2].mean() > rgb[-3].mean() + 150


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("height", [64, 720])
def test_ycgco_keeps_its_colours(tmp_path: Path, height: int, full: bool) -> None:
    red, green, blue = 200, 60, 30
    levels = (
        red / 4 + green / 2 + blue / 4,
        -red / 4 + green / 2 - blue / 4,
        red / 2 - blue / 2,
    )
    black, white, span = (0, 255, 255) if full else (16, 219, 224)
    values = (black + white * levels[0] / 255, *(128 + span * each / 255 for each in levels[1:]))
    planes = np.stack([np.full((height, 64), round(value), np.uint8) for value in values])
    video = Video(
        width=64,
        height=height,
        pixel_format="yuv444p",
        options={"qp": "1"},
        colour=(8, 1, 1, 2 if full else 1),
        pictures=[to_frame(planes, "yuv444p")] * 3,
    )
    row, notes = shown(make_clip(tmp_path / "in.mkv", video))
    np.testing.assert_allclose(row, np.broadcast_to([red, green, blue], row.shape), atol=4)
    assert notes == ["YCgCo colour is converted to that of plain video"]


@pytest.mark.parametrize("size", [(48, 64), (32, 24)])
def test_frames_of_another_shape_are_letterboxed(tmp_path: Path, size: tuple[int, int]) -> None:
    """As where a phone is turned while it films."""
    first = make_clip(tmp_path / "a.ts", Video(frames=3))
    width, height = size
    second = Video(frames=3, width=width, height=height, start=Fraction(3, 25))
    clip = tmp_path / "in.ts"
    clip.write_bytes(first.read_bytes() + make_clip(tmp_path / "b.ts", second).read_bytes())

    outcome = transcode(clip, tmp_path / "out.mp4")

    last = rgb_of(tmp_path / "out.mp4", -1)
    assert last.shape == (48, 64, 3)
    if size == (32, 24):
        assert looks_like_corners(last, corners(64, 48))
        assert not any("letterboxed" in note for note in outcome.notes)
    else:
        assert looks_like_corners(last[:, 14:50], corners(36, 48))
        assert last[:, :13].max() < 10
        assert outcome.notes.count("frames of another shape than the first are letterboxed in it")
