"""The committed style pictures are what the scripts draw, and the folder stays small."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from samples import ink
from samples.make_samples import FOLDER, STYLES, main, write_style


@pytest.mark.parametrize("name", STYLES)
def test_each_style_picture_is_there_and_rich(name: str) -> None:
    picture = cv2.imread(str(FOLDER / f"{name}.jpg"))
    assert picture is not None
    assert 800 <= max(picture.shape[:2]) <= 1100
    assert np.asarray(picture, np.float32).std() > 25


def test_a_style_is_drawn_as_committed(tmp_path: Path) -> None:
    write_style("ink", tmp_path / "ink.jpg")
    drawn = cv2.imread(str(tmp_path / "ink.jpg"))
    committed = cv2.imread(str(FOLDER / "ink.jpg"))
    assert drawn is not None
    assert committed is not None
    difference = np.abs(np.asarray(drawn, np.float32) - np.asarray(committed, np.float32))
    assert difference.mean() < 1


def test_a_style_is_drawn_the_same_every_time() -> None:
    np.testing.assert_array_equal(ink.draw(), ink.draw())


def test_unknown_names_are_refused() -> None:
    with pytest.raises(SystemExit, match="'harbor'"):
        main(["harbor"])


def test_the_folder_is_small() -> None:
    sizes = [path.stat().st_size for path in FOLDER.iterdir() if path.is_file()]
    assert sum(sizes) < 6 * 2**20
