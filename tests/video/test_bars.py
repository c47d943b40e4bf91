"""Black bars are found, and stay as they are."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from tests.video.making import blocks, corners
from vidstyle.layers import Pixels
from vidstyle.video.bars import Bars

HEIGHT, WIDTH = 90, 160
WAYS: list[Callable[[Pixels], Pixels]] = [
    np.asarray,
    lambda rgb: np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8),
]


def film(*, rows: int = 0, columns: int = 0, below: int | None = None) -> Pixels:
    frame = np.maximum(corners(WIDTH, HEIGHT), 40)
    below = rows if below is None else below
    frame[:rows] = frame[HEIGHT - below :] = 0
    frame[:, :columns] = frame[:, WIDTH - columns :] = 0
    return frame


def kept(bars: Bars, source: Pixels) -> Pixels:
    """Where the picture has the bars of its source."""
    bars.see(source)
    painting = np.full_like(source, 200)
    return np.asarray(bars.put_back(source, painting) != 200)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("rows", "columns"), [(12, 0), (0, 20), (12, 20), (11, 0)])
def test_bars_stay_black(way: Callable[[Pixels], Pixels], rows: int, columns: int) -> None:
    bars, source = Bars(), way(film(rows=rows, columns=columns))
    shown = kept(bars, source)[:HEIGHT]
    light = shown if shown.ndim == 2 else shown.any(axis=2)
    expected = np.ones((HEIGHT, WIDTH), bool)
    expected[rows : HEIGHT - rows, columns : WIDTH - columns] = False
    np.testing.assert_array_equal(light, expected)


@pytest.mark.parametrize(
    "source",
    [
        film(),
        film(rows=30),
        film(columns=70),
        film(rows=12, below=20),
        np.zeros((90, 160, 3), "u1"),
    ],
    ids=["none", "high", "wide", "askew", "black"],
)
def test_what_are_no_bars_is_painted(source: Pixels) -> None:
    assert not kept(Bars(), source).any()


def test_noise_of_codecs_is_black() -> None:
    source = film(rows=12)
    source[:12] += np.random.default_rng(0).integers(0, 6, (12, WIDTH, 3), np.uint8)
    bars = Bars()
    assert kept(bars, source)[:12].any(axis=2).all()


def test_a_dark_scene_does_not_bring_bars_back() -> None:
    bars, dark = Bars(), film()
    dark[:12] = dark[78:] = dark[:, :150] = 0  # A window at night.
    assert not kept(bars, film()).any()
    assert not kept(bars, dark).any()
    assert not kept(bars, film(rows=12)).any()


def test_the_dark_corners_of_a_lens_are_no_bars() -> None:
    away = np.abs(np.linspace(-1, 1, WIDTH))
    fading = np.clip((0.85 - away) / 0.85, 0, 1)[:, np.newaxis]
    bars, dark = Bars(), (film() * fading).astype(np.uint8)
    assert (dark[:, :10] == 0).all()
    assert not kept(bars, dark).any()


def test_bars_are_seen_once_the_picture_is_bright_enough() -> None:
    bars = Bars()
    assert not kept(bars, film(rows=12) // 10).any()
    assert kept(bars, film(rows=12))[:12].all()
    assert kept(bars, film(rows=12) // 10)[:12].all()


def test_what_moves_in_from_the_border_is_no_bar() -> None:
    bars = Bars()
    for rows in range(0, 13, 2):
        assert not kept(bars, film(rows=rows)).any()


def test_a_scene_of_another_shape_has_its_bars() -> None:
    """As in films that were made with several cameras."""
    bars = Bars()
    for rows, columns in [(0, 0), (12, 0), (12, 0), (0, 0), (0, 20), (4, 0)]:
        shown = kept(bars, film(rows=rows, columns=columns))
        assert shown[:rows].all()
        assert shown[:, :columns].all()
        assert not shown[rows : HEIGHT - rows, columns : WIDTH - columns].any()


def test_a_film_that_fades_in_has_its_bars() -> None:
    bars = Bars()
    for level in (0.0, 0.1, 0.5, 1.0):
        source = (film(rows=12) * level).astype(np.uint8)
        shown = kept(bars, source)
    assert shown[:12].all()
    assert not shown[12:78].any()


def test_frames_of_another_size_are_looked_at_anew() -> None:
    bars = Bars()
    kept(bars, film())
    assert kept(bars, np.ascontiguousarray(film(rows=12)[:, ::2]))[:12].all()


def test_what_is_inside_is_the_picture_alone() -> None:
    bars, source = Bars(), film(rows=12)
    bars.see(source)
    (inside,) = bars.inside(source)
    np.testing.assert_array_equal(inside, source[12:78])
    (well_inside,) = bars.inside(source, soft=True)
    np.testing.assert_array_equal(well_inside, source[14:76])


def test_a_picture_without_bars_is_taken_as_it_is() -> None:
    bars, picture = Bars(), blocks(WIDTH, HEIGHT, seed=3)
    bars.see(film())
    assert bars.put_back(film(), picture) is picture
