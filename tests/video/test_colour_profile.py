"""Pictures with colour profiles."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from vidstyle.video.pictures import read_picture, read_with_opacity

SIDE = 24


def profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()  # type: ignore[arg-type]


def wider() -> bytes:
    """A profile of RGB whose red lies further out: sRGB's, with red and green exchanged."""
    data = bytearray(profile("sRGB"))
    red, green = data.index(b"rXYZ"), data.index(b"gXYZ")
    data[red + 4 : red + 12], data[green + 4 : green + 12] = (
        data[green + 4 : green + 12],
        data[red + 4 : red + 12],
    )
    return bytes(data).replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))


def red(mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (SIDE, SIDE), (200, 20, 20, 100)[: len(mode)])


@pytest.mark.parametrize(
    ("suffix", "options"),
    [(".png", {}), (".jpg", {"quality": 98}), (".webp", {"lossless": True}), (".tif", {})],
)
def test_colours_are_those_that_the_profile_means(
    tmp_path: Path, suffix: str, options: dict[str, Any]
) -> None:
    path = tmp_path / f"picture{suffix}"
    red().save(path, icc_profile=wider(), **options)
    picture = read_picture(path)
    assert np.abs(picture.astype(int) - (20, 200, 20)).max() < 8


def test_beside_transparency_too(tmp_path: Path) -> None:
    red("RGBA").save(tmp_path / "picture.png", icc_profile=wider())
    picture, opacity = read_with_opacity(tmp_path / "picture.png")
    assert opacity is not None
    assert opacity.min() == opacity.max() == 100
    assert np.abs(picture.astype(int) - (20, 200, 20)).max() < 8


@pytest.mark.parametrize("found", [profile("sRGB"), profile("LAB"), b"acsp no profile"])
def test_others_change_nothing(tmp_path: Path, found: bytes) -> None:
    red().save(tmp_path / "picture.png", icc_profile=found)
    assert (read_picture(tmp_path / "picture.png") == (200, 20, 20)).all()


def test_what_looks_like_a_profile_and_is_none_changes_nothing(tmp_path: Path) -> None:
    file = BytesIO()
    red().save(file, "png")
    (tmp_path / "picture.png").write_bytes(file.getvalue() + b"acsp")
    assert (read_picture(tmp_path / "picture.png") == (200, 20, 20)).all()
