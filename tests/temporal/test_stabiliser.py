"""Holding a stylised video steady."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vidstyle.errors import UsageError
from vidstyle.temporal.stabiliser import Stabiliser
from vidstyle.video.colour import BT709_LIMITED
from vidstyle.video.convert import FromRgb

Picture = NDArray[np.uint8]


def _scene(seed: int = 0) -> Picture:
    """Blobs of all sizes, as something that flow can hold on to."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(180, 320, 3)).astype(np.float32)
    blurs = [cv2.GaussianBlur(noise, (0, 0), sigma) * sigma for sigma in (2.0, 5.0, 12.0)]
    picture = np.clip(128 + 90 * np.sum(blurs, axis=0), 0, 255)
    return np.asarray(picture, np.uint8)


def _flickering(picture: Picture, index: int, levels: int = 24) -> Picture:
    """As a network paints that flickers: each frame with a pattern of its own."""
    random = np.random.default_rng(100 + index)
    pattern = random.integers(-levels, levels + 1, picture.shape)
    return np.clip(picture.astype(int) + pattern, 0, 255).astype(np.uint8)


def _change(first: Picture, second: Picture) -> float:
    difference = first.astype(float) - second.astype(float)
    return float(np.sqrt((difference[20:-20, 20:-20] ** 2).mean()))


def _steady(stabiliser: Stabiliser, source: Picture, painted: Picture) -> Picture:
    (steady,) = stabiliser(source, [painted])
    return steady


def test_a_still_picture_stays_still_though_the_paint_flickers() -> None:
    source, stabiliser = _scene(), Stabiliser(1.0)
    shown = [_steady(stabiliser, source, _flickering(source, index)) for index in range(4)]
    flicker = _change(_flickering(source, 2), _flickering(source, 3))
    assert _change(shown[2], shown[3]) < 0.1 * flicker


def test_noise_of_the_camera_does_not_move_the_picture() -> None:
    source, stabiliser = _scene(), Stabiliser(1.0)
    shown = [
        _steady(stabiliser, _flickering(source, 50 + index, levels=2), _flickering(source, index))
        for index in range(4)
    ]
    flicker = _change(_flickering(source, 2), _flickering(source, 3))
    assert _change(shown[2], shown[3]) < 0.1 * flicker


def test_paint_is_carried_along_by_motion() -> None:
    wide, stabiliser = np.hstack([_scene(1), _scene(2)]), Stabiliser()
    frames = [wide[:, 3 * index : 3 * index + 320] for index in range(6)]
    painted = [_flickering(frame, index) for index, frame in enumerate(frames)]
    shown = [_steady(stabiliser, *pair) for pair in zip(frames, painted, strict=True)]
    # In place: the picture has moved by three pixels from each frame to the next.
    assert _change(shown[4][:, 3:], shown[5][:, :-3]) < 0.5 * _change(
        painted[4][:, 3:], painted[5][:, :-3]
    )
    assert _change(shown[5], frames[5]) < 1.2 * _change(painted[5], frames[5])


def test_after_a_cut_nothing_of_before_is_seen() -> None:
    stabiliser = Stabiliser()
    for _ in range(3):
        stabiliser(np.full((180, 320, 3), 40, np.uint8), [np.full((180, 320, 3), 10, np.uint8)])
    source, paint = _scene(), np.full((180, 320, 3), 220, np.uint8)
    after = _steady(stabiliser, np.maximum(source, 90), paint)
    assert (after >= 215).mean() > 0.99


def test_what_moves_fast_leaves_no_ghost() -> None:
    background, stabiliser = _scene(3), Stabiliser()
    for index in range(6):
        source = background.copy()
        source[60:120, 40 * index : 40 * index + 40] = (255, 0, 0)
        shown = _steady(stabiliser, source, source)
    left = shown[60:120, 100:190].astype(int) - background[60:120, 100:190]
    assert np.abs(left).mean() < 12


def test_no_strength_changes_nothing() -> None:
    stabiliser = Stabiliser(0.0)
    source = _scene()
    for index in range(3):
        painted = _flickering(source, index)
        assert np.array_equal(_steady(stabiliser, source, painted), painted)


def test_it_forgets_at_a_reset_and_at_another_size() -> None:
    stabiliser, source = Stabiliser(), _scene()
    stabiliser(source, [source])
    stabiliser.reset()
    painted = _flickering(source, 1)
    assert np.array_equal(_steady(stabiliser, source, painted), painted)
    smaller = np.ascontiguousarray(painted[:90, :160])
    assert np.array_equal(_steady(stabiliser, smaller, smaller), smaller)


def test_several_styles_of_one_source_are_each_held_like_one_alone() -> None:
    wide = np.hstack([_scene(1), _scene(2)])
    alone, together = (Stabiliser(), Stabiliser()), Stabiliser()
    for index in range(4):
        source = wide[:, 2 * index : 2 * index + 320]
        paintings = [_flickering(source, seed + index) for seed in (0, 10)]
        expected = [
            _steady(each, source, paint) for each, paint in zip(alone, paintings, strict=True)
        ]
        assert all(map(np.array_equal, together(source, paintings), expected))


def _planes(picture: Picture) -> Picture:
    frame = FromRgb("yuv420p", BT709_LIMITED)(np.ascontiguousarray(picture))
    return np.asarray(frame.to_ndarray(), np.uint8)


def test_planes_are_held_as_rgb_is() -> None:
    wide = np.hstack([_scene(1), _scene(2)])
    stabiliser, planar = Stabiliser(), Stabiliser(to_rgb=BT709_LIMITED.conversion[0])
    for index in range(5):
        source = wide[:, 4 * index : 4 * index + 320]
        flicker = np.random.default_rng(index).integers(-24, 25, (180, 320, 1))
        painted = np.clip(source + flicker, 0, 255).astype(np.uint8)
        expected = _planes(_steady(stabiliser, source, painted))
        shown = _steady(planar, _planes(source), _planes(painted))

    assert shown.shape == (270, 320)
    error = np.abs(shown.astype(float) - expected).mean()
    held = np.abs(_planes(painted).astype(float) - expected).mean()
    assert error < 0.2 * held


def test_planes_pass_at_a_cut_and_at_another_size() -> None:
    stabiliser = Stabiliser(to_rgb=BT709_LIMITED.conversion[0])
    for picture in (_scene(), 255 - _scene(), _scene()[:90, :160], _scene()[:2, :2]):
        planes = _planes(picture)
        assert np.array_equal(_steady(stabiliser, planes, planes), planes)


def test_tiny_pictures_pass() -> None:
    stabiliser = Stabiliser()
    for side in (1, 2, 7):
        picture = np.full((side, side, 3), 9, np.uint8)
        for _ in range(2):
            assert np.array_equal(_steady(stabiliser, picture, picture), picture)


@pytest.mark.parametrize("shape", [(16384, 16, 3), (24576, 16), (16, 16384, 3)])
def test_the_longest_pictures_pass(shape: tuple[int, ...]) -> None:
    stabiliser, picture = Stabiliser(), np.full(shape, 9, np.uint8)
    for _ in range(2):
        assert np.array_equal(_steady(stabiliser, picture, picture), picture)


@pytest.mark.parametrize("shape", [(32767, 8, 3), (8, 32767, 3), (12, 32768)])
def test_longer_ones_are_refused(shape: tuple[int, ...]) -> None:
    picture = np.full(shape, 9, np.uint8)
    with pytest.raises(UsageError, match="cannot be held steady, only 32766 or less a side"):
        _steady(Stabiliser(), picture, picture)


def test_a_strength_out_of_range_is_told() -> None:
    with pytest.raises(UsageError, match=r"stabilise 1\.5 must be from 0"):
        Stabiliser(1.5)
