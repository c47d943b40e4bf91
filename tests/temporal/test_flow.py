import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from samples.scene import Scene
from vidstyle.layers import luma_of
from vidstyle.temporal.flow import SMALLEST_SIDE, DISFlow


def texture(height: int, width: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 3), np.uint8) * 3


def test_a_shift_is_found() -> None:
    picture = texture(96, 128)

    flow = DISFlow()(picture, np.roll(picture, (2, 5), axis=(0, 1)))

    assert flow.shape == (96, 128, 2)
    assert flow.dtype == np.float32
    np.testing.assert_allclose(np.median(flow[20:-20, 20:-20], axis=(0, 1)), [5, 2], atol=0.2)


def test_the_flow_of_a_drawn_scene_is_found() -> None:
    scene = Scene(320, 180)

    flow = DISFlow()(scene.render(60), scene.render(61))

    error = np.linalg.norm(flow - scene.flow(60, 61), axis=2)[scene.visible(60, 61)]
    assert np.median(error) < 0.5


def test_grey_pictures_do_too() -> None:
    picture = texture(48, 64)
    estimate = DISFlow()

    np.testing.assert_array_equal(
        estimate(luma_of(picture), luma_of(picture)), estimate(picture, picture)
    )


def test_one_instance_serves_several_sizes() -> None:
    small, large = texture(32, 48), texture(64, 40)
    estimate = DISFlow()
    moved = np.roll(small, 2, axis=1)
    expected = estimate(small, moved)

    estimate(large, large)

    np.testing.assert_allclose(estimate(small, moved), expected, atol=1e-4)


def test_the_smallest_size_works() -> None:
    for size in ((SMALLEST_SIDE, SMALLEST_SIDE), (SMALLEST_SIDE, 300), (300, SMALLEST_SIDE)):
        assert DISFlow()(texture(*size), texture(*size)).shape == (*size, 2)


@pytest.mark.parametrize("shape", [(8, 64, 3), (32, 33, 3)])
def test_unfit_pictures_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=f"{SMALLEST_SIDE} pixels or more a side, not"):
        DISFlow()(np.zeros(shape, np.uint8), np.zeros((32, 32, 3), np.uint8))


def test_small_pictures_are_refused() -> None:
    tiny = np.zeros((8, 8, 3), np.uint8)

    with pytest.raises(ValueError, match=r"not \(8, 8, 3\)"):
        DISFlow()(tiny, tiny)
