from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.training.conftest import write_pictures
from vidstyle.errors import UsageError
from vidstyle.training.picture_set import PictureSet


def test_broken_pictures_are_left_out_and_told_once(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path, 3)
    (folder / "empty.jpg").touch()
    (folder / "text.png").write_text("no picture")
    (folder / "cut.png").write_bytes((folder / "0.png").read_bytes()[:40])
    (folder / "notes.txt").write_text("not looked at")

    pictures = PictureSet.load([folder], size=32)

    assert len(pictures) == 3
    assert sorted(path.name for path in pictures.skipped) == ["cut.png", "empty.jpg", "text.png"]


def test_pictures_are_one_tensor_of_squares(tmp_path: Path) -> None:
    pixels = PictureSet.load([write_pictures(tmp_path, 3)], size=32).pixels

    assert pixels.shape == (3, 3, 32, 32)
    assert pixels.dtype == torch.uint8


def test_colours_are_rgb(tmp_path: Path) -> None:
    red = np.zeros((40, 40, 3), np.uint8)
    red[..., 2] = 255  # OpenCV writes BGR.
    cv2.imwrite(str(tmp_path / "red.png"), red)

    assert PictureSet.load([tmp_path], size=32).pixels[0, :, 0, 0].tolist() == [255, 0, 0]


def test_single_files_are_taken_too(tmp_path: Path) -> None:
    write_pictures(tmp_path, 3)

    assert len(PictureSet.load([tmp_path / "1.png"], size=32)) == 1


def test_a_limit_is_spread_over_all(tmp_path: Path) -> None:
    pictures = PictureSet.load([write_pictures(tmp_path, 9)], size=32, limit=3)

    assert [path.name for path in pictures.paths] == ["0.png", "3.png", "6.png"]


def test_no_pictures_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^no pictures in .* \(\.png, "):
        PictureSet.load([tmp_path], size=32)
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(UsageError, match="1 broken"):
        PictureSet.load([tmp_path], size=32)
    with pytest.raises(UsageError, match=r"no such folder: .*nowhere"):
        PictureSet.load([tmp_path / "nowhere"], size=32)


def test_crops_are_cut_where_asked(tmp_path: Path) -> None:
    pictures = PictureSet.load([write_pictures(tmp_path, 2)], size=40)
    corners = torch.tensor([[3, 5], [8, 0]])

    crops = pictures.crops(torch.tensor([1, 0]), corners, torch.tensor([False, True]), size=16)

    plain = pictures.pixels[1, :, 3:19, 5:21].float() / 255
    mirrored = pictures.pixels[0, :, 8:24, 0:16].flip(2).float() / 255
    torch.testing.assert_close(crops, torch.stack([plain, mirrored]))
