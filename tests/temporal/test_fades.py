"""How far a painting is seen where its source has little contrast."""

from collections.abc import Callable, Iterable, Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from samples.scene import Scene
from tests.video.making import blocks, corners
from vidstyle.layers import Pixels, layers_of
from vidstyle.temporal.fades import Fades, faded

Way = Callable[[Pixels], Pixels]


def presence(frame: Pixels) -> float:
    """Of a single frame."""
    return Fades()(layers_of(frame))


def presences(frames: Iterable[Pixels]) -> NDArray[np.float64]:
    fades = Fades()
    return np.array([fades(layers_of(frame)) for frame in frames])


RED_OF_EQUAL_LUMA, GREEN_OF_EQUAL_LUMA = (160, 40, 40), (40, 101, 40)


def planes(rgb: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)


def halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> Pixels:
    picture = np.empty((72, 128, 3), np.uint8)
    picture[:, :64], picture[:, 64:] = left, right
    return picture


@pytest.mark.parametrize("way", [np.asarray, planes])
def test_scenes_are_painted_and_plain_frames_are_not(way: Way) -> None:
    assert presence(way(corners(128, 72))) == 1.0
    for shade in (0, 118, 255):
        assert presence(way(np.full((72, 128, 3), shade, np.uint8))) == 0.0


def test_it_grows_with_contrast() -> None:
    scene = corners(128, 72).astype(np.float32)
    shares = [presence((scene * level).astype(np.uint8)) for level in (0.02, 0.03, 0.04, 0.05)]
    assert shares == sorted(set(shares))
    assert 0 < shares[0] < shares[-1] < 1


def test_a_line_of_text_on_black_is_no_scene() -> None:
    title = np.zeros((720, 1280, 3), np.uint8)
    cv2.putText(title, "The end?", (500, 650), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (255, 255, 255), 3)
    assert title.max() > 200
    assert presence(title) < 0.06


def test_it_changes_as_little_as_the_picture() -> None:
    """Where a lamp crosses the night, and comes in at its border."""
    shares = []
    for place in range(-40, 520, 4):
        night = np.full((270, 480, 3), 10, np.uint8)
        cv2.circle(night, (place, 120), 26, (250, 240, 200), -1)
        shares.append(presence(night))
    assert max(shares) > 0.2
    assert np.abs(np.diff(shares)).max() < 0.08


def test_noise_is_no_contrast() -> None:
    noise = np.random.default_rng(1).integers(10, 26, (720, 1280, 3)).astype(np.uint8)
    assert presence(noise) < 0.1


@pytest.mark.parametrize("way", [np.asarray, planes])
def test_colour_alone_is_contrast(way: Way) -> None:
    picture = halves(RED_OF_EQUAL_LUMA, GREEN_OF_EQUAL_LUMA)
    assert np.ptp(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)) <= 1
    assert presence(way(picture)) == 1.0


def mixed(scene: Pixels, shade: int, shares: NDArray[np.float64]) -> Iterator[Pixels]:
    """The scene, of which so much is seen on a plain frame."""
    for share in shares:
        yield (scene * share + shade * (1 - share)).round().astype(np.uint8)


def harbour(count: int) -> list[Pixels]:
    scene = Scene(160, 90)
    return [scene.render(index) for index in range(count)]


@pytest.mark.parametrize("way", [np.asarray, planes])
@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("count", [15, 100])
def test_it_fades_along_from_the_beginning(way: Way, shade: int, count: int) -> None:
    shares = np.concatenate([np.ones(8), np.linspace(1, 0, count), np.zeros(8)])
    scene = harbour(1)[0]
    seen = presences(way(each) for each in mixed(scene, shade, shares))
    assert np.abs(seen - shares).max() < 0.3
    assert (np.diff(seen) < 0.02).all()
    assert (seen[:8] == 1).all()
    assert not seen[-4:].any()


def test_it_fades_in_as_well() -> None:
    shares = np.concatenate([np.zeros(8), np.linspace(0, 1, 40), np.ones(40)])
    seen = presences(mixed(harbour(1)[0], 0, shares))
    assert (np.diff(seen) > -0.02).all()
    assert 0.2 < seen[16] < 0.9
    assert seen[-1] == pytest.approx(1, abs=0.02)


def test_a_scene_that_moves_while_it_fades() -> None:
    shares = np.concatenate([np.ones(8), np.linspace(1, 0, 20)])
    frames = harbour(28)
    seen = presences(
        (frame * share).astype(np.uint8) for frame, share in zip(frames, shares, strict=True)
    )
    assert np.abs(seen - shares).max() < 0.3


def test_light_that_has_changed_for_good_is_no_fade() -> None:
    shares = np.concatenate([np.ones(8), np.linspace(1, 0.5, 6), np.full(60, 0.5)])
    seen = presences(mixed(harbour(1)[0], 0, shares))
    assert seen.min() < 0.8
    assert seen[-1] > 0.95


def test_a_dim_scene_that_stands_after_black_is_soon_painted() -> None:
    black, scene = np.zeros((90, 160, 3), np.uint8), corners(160, 90) // 8
    alone = presence(scene)
    seen = presences([*[black] * 12, *[scene] * 30])
    assert alone > 0.9
    assert seen[12] < 0.5 * alone
    assert (np.diff(seen[12:]) > -1e-6).all()
    assert seen[12 + 15] > 0.9 * alone


def test_what_moves_is_no_fade() -> None:
    assert presences(harbour(60)).min() == 1.0


def test_a_cut_is_no_fade() -> None:
    dark = (corners(160, 90) * 0.3).astype(np.uint8)
    assert presences([*harbour(8), *[dark] * 8]).min() == 1.0


def test_a_painting_goes_over_to_its_source() -> None:
    source, painting = blocks(16, 8, seed=1), blocks(16, 8, seed=2)
    assert np.array_equal(faded(painting, source, 0.0), source)
    assert faded(painting, source, 1.0) is painting
    between = faded(painting, source, 0.25).astype(float)
    assert np.abs(between - (0.25 * painting + 0.75 * source)).max() <= 0.5
