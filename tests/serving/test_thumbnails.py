"""Small pictures of styles."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vidstyle.runs.loading import StyleWish, known_styles
from vidstyle.serving.thumbnails import thumbnail_of
from vidstyle.stylizers import Style
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import write_picture
from vidstyle.weights.manifest import SHIPPED
from vidstyle.weights.store import WeightStore

RED = np.full((100, 300, 3), (200, 0, 0), np.uint8)


def decoded(jpeg: bytes | None) -> RgbPicture:
    assert jpeg is not None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    return np.asarray(picture, np.uint8)


def test_every_style_that_has_a_name_has_one() -> None:
    styles = known_styles(WeightStore(folders=[SHIPPED]))
    for name in {name for names in styles.values() for name in names}:
        assert decoded(thumbnail_of(StyleWish(name))).shape == (72, 128, 3)


@pytest.mark.parametrize(
    ("shape", "seen"), [((100, 300), (100, 300)), ((1, 1), (1, 1)), ((600, 1200), (512, 1024))]
)
def test_that_of_a_picture_is_the_picture_not_too_large(
    tmp_path: Path, shape: tuple[int, int], seen: tuple[int, int]
) -> None:
    write_picture(tmp_path / "mine.png", np.full((*shape, 3), (200, 0, 0), np.uint8))
    thumbnail = decoded(thumbnail_of(StyleWish(str(tmp_path / "mine.png"))))
    assert thumbnail.shape == (*seen, 3)
    assert np.abs(thumbnail.astype(int) - (200, 0, 0)).max() < 4


def test_that_of_an_array_is_its_own_whatever_it_is_called() -> None:
    wish = StyleWish.parse(Style(name="ink", picture=RED))
    assert np.abs(decoded(thumbnail_of(wish)).astype(int) - (200, 0, 0)).max() < 4


@pytest.mark.parametrize("text", ["nowhere", "nowhere.jpg", "network.pth"])
def test_what_nothing_is_known_of_has_none(text: str) -> None:
    assert thumbnail_of(StyleWish(text)) is None
