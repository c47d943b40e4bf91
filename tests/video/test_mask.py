"""Masks: where in a picture the style goes."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.video.making import Video, make_clip
from vidstyle.errors import VidstyleError
from vidstyle.video.frame import RgbPicture
from vidstyle.video.mask import Mask
from vidstyle.video.pictures import write_picture

INSIDE, OUTSIDE = np.full((48, 64, 3), 200, np.uint8), np.full((48, 64, 3), 40, np.uint8)
TENTH = Fraction(1, 10)


def grey(level: int, *, height: int = 48, width: int = 64) -> RgbPicture:
    return np.full((height, width, 3), level, np.uint8)


def halves(*, height: int = 48, width: int = 64) -> RgbPicture:
    """Black above, white below."""
    picture = grey(0, height=height, width=width)
    picture[height // 2 :] = 255
    return picture


def still(tmp_path: Path, picture: RgbPicture, *, inverted: bool = False) -> Mask:
    write_picture(tmp_path / "mask.png", picture)
    return Mask.open(tmp_path / "mask.png", inverted=inverted)


def moving(
    path: Path,
    levels: Sequence[int],
    *,
    rate: int = 10,
    start: Fraction = Fraction(0),
    beginning: Fraction = Fraction(0),
) -> Mask:
    """A video whose every frame has one level."""
    video = Video(
        frames=len(levels),
        rate=Fraction(rate),
        start=start,
        pictures=[
            av.VideoFrame.from_ndarray(grey(level), "rgb24").reformat(format="yuv420p")
            for level in levels
        ],
        options={"preset": "ultrafast", "qp": "1", "g": "4"},
    )
    return Mask.open(make_clip(path, video), beginning=beginning)


def share(mask: Mask, time: Fraction) -> float:
    """Of what is inside, at that time."""
    mask.go_to(time)
    mixed = mask.mix(INSIDE, OUTSIDE).astype(float)
    return float((mixed.mean() - 40) / 160)


def test_white_is_inside_and_black_is_not(tmp_path: Path) -> None:
    mixed = still(tmp_path, halves()).mix(INSIDE, OUTSIDE)
    assert mixed.shape == INSIDE.shape
    assert (mixed[:24] == 40).all()
    assert (mixed[24:] == 200).all()


def test_inverted_it_is_the_other_way_round(tmp_path: Path) -> None:
    mixed = still(tmp_path, halves(), inverted=True).mix(INSIDE, OUTSIDE)
    assert (mixed[:24] == 200).all()
    assert (mixed[24:] == 40).all()


def test_what_is_outside_stays_exactly_as_it_is(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    for level, expected in ((0, picture), (255, INSIDE)):
        np.testing.assert_array_equal(still(tmp_path, grey(level)).mix(INSIDE, picture), expected)


def test_grey_is_in_part(tmp_path: Path) -> None:
    assert share(still(tmp_path, grey(128)), Fraction(0)) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("white", [np.uint8(255), np.uint16(65535)])
@pytest.mark.parametrize("sequence", [False, True])
def test_what_is_transparent_is_black(
    tmp_path: Path, white: np.uint8 | np.uint16, sequence: bool
) -> None:
    whole = np.full((48, 64, 4), white)
    whole[:24, :, 3] = 0
    (tmp_path / "mask.png").write_bytes(cv2.imencode(".png", whole)[1].tobytes())

    mixed = Mask.open(tmp_path if sequence else tmp_path / "mask.png").mix(INSIDE, OUTSIDE)

    assert (mixed[:24] == 40).all()
    assert (mixed[24:] == 200).all()


def test_what_is_transparent_in_a_video_is_black(tmp_path: Path) -> None:
    rgba = np.full((48, 64, 4), 255, np.uint8)
    rgba[24:, :, 3] = 0
    video = Video(codec="png", pixel_format="rgba", options={}, pictures=[rgba], rotation=180)
    mask = Mask.open(make_clip(tmp_path / "mask.mov", video))
    mixed = mask.mix(INSIDE, OUTSIDE)
    assert (mixed[:24] == 40).all()
    assert (mixed[24:] == 200).all()
    mask.go_to(Fraction(1))
    assert mask.notes == []


def test_transparency_that_is_not_decoded_is_told(tmp_path: Path) -> None:
    video = Video(codec="libvpx-vp9", options={}, metadata={"alpha_mode": "1"})
    mask = Mask.open(make_clip(tmp_path / "mask.webm", video))
    mask.go_to(Fraction(1))
    assert mask.notes == [
        "the mask: transparency is not decoded in VP8 and VP9: only white and black count"
    ]


@pytest.mark.parametrize(("height", "width"), [(7, 13), (101, 33), (480, 640)])
def test_it_is_stretched_to_the_pictures(tmp_path: Path, height: int, width: int) -> None:
    mask = still(tmp_path, halves(height=height, width=width))
    mixed = mask.mix(INSIDE, OUTSIDE)
    assert (mixed[:16] == 40).all()
    assert (mixed[-16:] == 200).all()
    small = mask.mix(INSIDE[:9, :5], OUTSIDE[:9, :5])
    assert small.shape == (9, 5, 3)


def test_a_soft_edge_stays_soft(tmp_path: Path) -> None:
    slope = np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[None, :, None], 48, 0).repeat(3, 2)
    row = still(tmp_path, slope).mix(INSIDE, OUTSIDE)[20, :, 0].astype(int)
    assert row[0] == 40
    assert row[-1] == 200
    assert np.diff(row).min() >= 0
    assert np.diff(row).max() <= 4


def test_a_video_goes_along_by_time(tmp_path: Path) -> None:
    mask = moving(tmp_path / "mask.mp4", [0, 100, 200, 255])
    moments = [Fraction(0), TENTH * 9 / 10, TENTH, 2 * TENTH + TENTH / 2, 3 * TENTH]
    expected = [0, 0, 100 / 255, 200 / 255, 1]
    assert [share(mask, time) for time in moments] == pytest.approx(expected, abs=0.03)


def test_after_its_end_the_last_frame_stays(tmp_path: Path) -> None:
    mask = moving(tmp_path / "mask.mp4", [0, 255])
    assert share(mask, Fraction(50)) == pytest.approx(1, abs=0.02)
    assert share(mask, Fraction(60)) == pytest.approx(1, abs=0.02)


def test_a_file_that_does_not_begin_at_zero_begins_with_the_source(tmp_path: Path) -> None:
    mask = moving(tmp_path / "mask.mp4", [0, 255], start=Fraction(3))
    assert share(mask, Fraction(0)) == pytest.approx(0, abs=0.02)
    assert share(mask, TENTH) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("seconds", [Fraction(1, 2), Fraction(3, 2), Fraction(3)])
def test_for_a_part_of_the_source_it_begins_in_its_middle(
    tmp_path: Path, seconds: Fraction
) -> None:
    """Time 0 of the frames is so far behind the beginning of the source."""
    levels = [8 * number for number in range(30)]
    mask = moving(tmp_path / "mask.mp4", levels, beginning=-seconds)
    for time in (Fraction(0), TENTH):
        number = min(29, int((seconds + time) * 10))
        assert share(mask, time) == pytest.approx(levels[number] / 255, abs=0.02)


@pytest.mark.parametrize("seconds", [4, 7, 12, 100])
def test_a_part_of_the_source_finds_a_frame_of_the_mask_that_is_seen_for_long(
    tmp_path: Path, seconds: int
) -> None:
    path = tmp_path / "mask.mp4"
    pictures = [
        av.VideoFrame.from_ndarray(grey(level), "rgb24").reformat(format="yuv420p")
        for level in (0, 100, 200)
    ]
    make_clip(path, Video(pts=[0, 5, 10], time_base=Fraction(1), pictures=pictures))
    mask = Mask.open(path, beginning=-Fraction(seconds))
    for time in (0, 2):
        level = (0, 100, 200)[min(2, (seconds + time) // 5)]
        assert share(mask, Fraction(time)) == pytest.approx(level / 255, abs=0.03)


def test_pictures_in_a_folder_or_a_pattern_are_a_video(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    for number, level in enumerate((0, 255)):
        write_picture(tmp_path / "masks" / f"{number}.png", grey(level))
    for where in (tmp_path / "masks", tmp_path / "masks" / "%d.png"):
        mask = Mask.open(where)
        assert [share(mask, Fraction(k, 25)) for k in (0, 1)] == [0, 1]


def test_pictures_in_a_folder_follow_the_source_frame_by_frame(tmp_path: Path) -> None:
    for number in range(6):
        write_picture(tmp_path / f"{number}.png", grey(40 * number))
    rate = Fraction(60000, 1001)
    mask = Mask.open(tmp_path, rate=rate)
    levels = [255 * share(mask, k / rate) for k in range(6)]
    assert levels == pytest.approx([40 * number for number in range(6)], abs=1)


def test_closing_it_lets_go_of_its_file(tmp_path: Path) -> None:
    mask = moving(tmp_path / "mask.mp4", [0, 255, 0])
    mask.close()
    mask.close()
    assert share(mask, Fraction(1)) == pytest.approx(1, abs=0.02)  # What was read before.


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("mask.png", b"no picture", "is not a picture that can be read"),
        ("mask.mp4", b"no video" * 100, "cannot be read as a video"),
        ("mask.txt", b"white", "cannot be read as a video"),
        ("mask.mp4", b"", "is empty"),
    ],
)
def test_what_is_no_mask_is_one_line(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VidstyleError, match=told) as error:
        Mask.open(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_mask_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"mask\.mp4: no such file"):
        Mask.open(tmp_path / "mask.mp4")
