"""Rotation is never lost and never applied twice."""

from pathlib import Path

import numpy as np
import pytest

from tests.video.making import (
    Video,
    corners,
    decoded,
    looks_like_corners,
    make_clip,
    rgb_of,
    transcode,
)
from vidstyle.video.convert import Size
from vidstyle.video.file_source import FileSource
from vidstyle.video.orientation import Orientation


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_the_picture_comes_out_upright(
    tmp_path: Path, degrees: int, mirrored: bool, suffix: str
) -> None:
    clip = make_clip(tmp_path / f"in{suffix}", Video(rotation=degrees, mirrored=mirrored))
    transcode(clip, tmp_path / "out.mp4")
    expected = np.rot90(corners(64, 48), degrees // 90)
    if mirrored:
        expected = expected[:, ::-1]
    assert looks_like_corners(rgb_of(tmp_path / "out.mp4"), expected)
    assert all(Orientation.of(frame) == Orientation() for frame in decoded(tmp_path / "out.mp4"))
    transcode(tmp_path / "out.mp4", tmp_path / "again.mp4")
    assert looks_like_corners(rgb_of(tmp_path / "again.mp4"), expected)


def test_a_rotated_picture_is_scaled_upright(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(rotation=90))
    transcode(clip, tmp_path / "out.mp4", size=Size(96, 128))
    expected = np.rot90(corners(128, 96))
    assert looks_like_corners(rgb_of(tmp_path / "out.mp4"), expected)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("phone_keyboard_rot90_3frames.mov", Size(320, 568)),
        ("phone_keyboard_rot180_3frames.mov", Size(568, 320)),
        ("phone_keyboard_rot270_3frames.mov", Size(320, 568)),
    ],
)
def test_clips_of_a_phone(shared_clips: Path, name: str, size: Size) -> None:
    source = FileSource(shared_clips / name)
    assert source.info.size == size
    assert len(list(source)) == 3
