from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from samples.scene import Scene
from vidstyle.evaluation.warping import (
    EstimatedMotion,
    Motion,
    warping_error,
    warping_figures,
)
from vidstyle.video.frame import RgbPicture

SIZE = (320, 180)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(*SIZE)


@pytest.fixture(scope="module")
def source(scene: Scene) -> list[RgbPicture]:
    return [scene.render(index) for index in range(14)]


def flickering(source: list[RgbPicture], amount: int) -> list[RgbPicture]:
    """Every other frame is brighter."""
    return [
        np.clip(frame.astype(np.int16) + amount * (index % 2), 0, 255).astype(np.uint8)
        for index, frame in enumerate(source)
    ]


def known(scene: Scene) -> Motion:
    def motion(i: int, j: int) -> tuple[Tensor, Tensor]:
        flow, visible = torch.from_numpy(scene.flow(i, j)), torch.from_numpy(scene.visible(i, j))
        return flow.permute(2, 0, 1)[None], visible[None, None]

    return motion


def test_by_hand() -> None:
    first = torch.zeros(2, 3, 2, 2)
    second = torch.stack([torch.full((3, 2, 2), 0.4), torch.full((3, 2, 2), 0.2)])
    second[0, :, 0, 0] = 9.0
    visible = torch.ones(2, 1, 2, 2)
    visible[0, :, 0, 0] = 0

    error = warping_error(first, second, torch.zeros(2, 2, 2, 2), visible)

    torch.testing.assert_close(error, torch.tensor([0.4, 0.2]))


@pytest.mark.parametrize("distance", [1, 10])
def test_the_source_itself_adds_nothing(source: list[RgbPicture], distance: int) -> None:
    figures = warping_figures(source, source, distance=distance)

    assert figures is not None
    assert figures.excess == 0
    assert 0 < figures.error < 0.1
    assert 0.2 < figures.visible < 1


def test_pairs_are_spread_over_the_clip(source: list[RgbPicture]) -> None:
    near, far = (warping_figures(source, source, distance=distance) for distance in (1, 10))

    assert near is not None
    assert far is not None
    assert (near.pairs, far.pairs) == (13, 1)


def test_flicker_shows_over_known_motion(scene: Scene, source: list[RgbPicture]) -> None:
    short = source[:4]

    figures = warping_figures(short, flickering(short, 25), known(scene))

    assert figures is not None
    assert figures.error == pytest.approx(25 / 255, rel=0.15)
    assert figures.excess > 0.05


def test_estimated_motion_is_near_to_known_motion(scene: Scene, source: list[RgbPicture]) -> None:
    short, clip = source[:4], flickering(source[:4], 25)

    over_known = warping_figures(short, clip, known(scene))
    over_estimated = warping_figures(short, clip, EstimatedMotion(short))

    assert over_known is not None
    assert over_estimated is not None
    assert over_estimated.error == pytest.approx(over_known.error, rel=0.15)


def test_what_moves_otherwise_than_its_source_is_unstable(source: list[RgbPicture]) -> None:
    """A pattern that stays on the screen while the picture moves: the shower-door effect."""
    short = source[:4]
    noise = np.random.default_rng(0).integers(0, 60, (*short[0].shape[:2], 1))
    clip = [np.clip(frame * 0.7 + noise, 0, 255).astype(np.uint8) for frame in short]

    figures = warping_figures(short, clip)

    assert figures is not None
    assert figures.excess > 0


def test_pairs_that_share_too_little_are_left_out(source: list[RgbPicture]) -> None:
    def nothing_seen(i: int, j: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(1, 2, 180, 320), torch.zeros(1, 1, 180, 320, dtype=torch.bool)

    assert warping_figures(source[:3], source[:3], nothing_seen) is None


def test_one_frame_has_no_figures(source: list[RgbPicture]) -> None:
    assert warping_figures(source[:1], source[:1]) is None


def test_clips_of_other_sizes_are_refused(source: list[RgbPicture]) -> None:
    with pytest.raises(ValueError, match="differ in number or size"):
        warping_figures(source[:2], [frame[::2] for frame in source[:2]])
    with pytest.raises(ValueError, match="differ in number or size"):
        warping_figures(source[:3], source[:2])


@pytest.mark.parametrize("distance", [1, 10])
def test_figures_are_the_yardsticks_on_a_drawn_clip(
    yardstick: Any, source: list[RgbPicture], distance: int
) -> None:
    compare(yardstick, source, distance)


def test_figures_are_the_yardsticks_on_a_real_clip(yardstick: Any, shared_clips: Path) -> None:
    frames = yardstick.read_frames(shared_clips / "street_dog_720p_audio.mp4", 256, 12)

    for distance in (1, 10):
        compare(yardstick, frames, distance)


def compare(yardstick: Any, source: list[RgbPicture], distance: int) -> None:
    clip = [255 - frame // 2 for frame in flickering(source, 20)]

    figures = warping_figures(source, clip, distance=distance)

    assert figures is not None
    error, visible = yardstick.warping_error(source, clip, distance)
    floor, _ = yardstick.warping_error(source, source, distance)
    # OpenCV rounds positions to 1/32 of a pixel when it warps.
    assert figures.error == pytest.approx(error, rel=0.01)
    assert figures.input_error == pytest.approx(floor, rel=0.01)
    assert figures.visible == pytest.approx(visible, abs=0.002)
