"""Still pictures on disk."""

import re
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.errors import UsageError, VidstyleError, did_you_mean
from vidstyle.files import written_whole
from vidstyle.video.colour_profile import in_srgb
from vidstyle.video.frame import RgbPicture

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""The kinds of pictures that are read and written."""

TRANSPARENT = (".png", ".webp", ".tif", ".tiff")
"""Those of them that can be transparent."""

NUMBER = re.compile(r"%(?:0[1-9])?d")
"""What stands for a picture's number in a pattern such as `%05d.png`."""

Opacity: TypeAlias = NDArray[np.uint8]
"""How much each pixel of a picture hides what it is laid over, 0 to 255: (H, W)."""

_QUALITY = {
    ".jpg": [cv2.IMWRITE_JPEG_QUALITY, 95],
    ".jpeg": [cv2.IMWRITE_JPEG_QUALITY, 95],
    ".webp": [cv2.IMWRITE_WEBP_QUALITY, 95],
}


def given_path(path: str | Path, what: str) -> Path:
    """A path that a user gives. `UsageError` of an empty one: it would be the present folder."""
    if path == "":
        raise UsageError(f"the name of the {what} is empty: give one")
    return Path(path)


def check_exists(path: Path, what: str) -> None:
    """`UsageError`, with the nearest name in the folder, where there is no `path`."""
    if not path.exists():
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UsageError(f"no such {what}: {path}{did_you_mean(path.name, beside)}")


def check_file(path: Path, what: str) -> None:
    """`UsageError` where there is no `path`, or it is no file: what is read is read repeatedly."""
    check_exists(path, what)
    if not path.is_file():
        raise UsageError(f"{path} is not a file: write its {what} to one first")


def check_suffix(path: Path) -> None:
    """`UsageError` where no picture can be written under that name."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"cannot write '{path.name}': use one of {', '.join(SUFFIXES)}")


def is_numbered(where: Path) -> bool:
    """Whether `where` is a pattern of numbered pictures, such as `frames/%05d.png`."""
    return where.suffix.lower() in SUFFIXES and NUMBER.search(where.name) is not None


def read_picture(path: Path) -> RgbPicture:
    """The picture as uint8 (H, W, 3), sRGB, upright by its EXIF orientation, without alpha."""
    file = _read(path)
    return in_srgb(np.asarray(_decoded(file, path, cv2.IMREAD_COLOR_RGB), np.uint8), file)


def read_with_opacity(path: Path) -> tuple[RgbPicture, Opacity | None]:
    """As `read_picture`, and its alpha; None where nothing is transparent. One with is not turned.

    A picture of floats has no alpha here.
    """
    file = _read(path)
    whole = _decoded(file, path, cv2.IMREAD_UNCHANGED)
    if whole.ndim < 3 or whole.shape[2] < 4 or whole.dtype.kind != "u":
        return read_picture(path), None
    if whole.dtype != np.uint8:
        whole = cv2.convertScaleAbs(whole, alpha=255 / np.iinfo(whole.dtype).max)
    if whole[:, :, 3].min() == 255:
        return read_picture(path), None
    rgb = in_srgb(np.ascontiguousarray(whole[:, :, 2::-1]), file)
    return rgb, np.ascontiguousarray(whole[:, :, 3])


def read_over_black(path: Path) -> RgbPicture:
    """As `read_with_opacity`, with what is transparent black."""
    picture, opacity = read_with_opacity(path)
    return picture if opacity is None else over_black(picture, opacity)


def over_black(picture: RgbPicture, opacity: Opacity) -> RgbPicture:
    """The picture with what is transparent black."""
    return np.asarray((picture * (opacity[:, :, np.newaxis] / 255)).round(), np.uint8)


def write_picture(path: Path, picture: RgbPicture, opacity: Opacity | None = None) -> None:
    """Write uint8 (H, W, 3) RGB in the format that the name asks for; whole or not at all.

    Args:
        path: where to.
        picture: what.
        opacity: its alpha, of any size; for the kinds that are `TRANSPARENT`.
    """
    check_suffix(path)
    suffix = path.suffix.lower()
    height, width = picture.shape[:2]
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    if opacity is not None:
        alpha = cv2.resize(opacity, (width, height), interpolation=cv2.INTER_AREA)
        bgr = np.dstack((bgr, alpha))
    encoded, data = cv2.imencode(suffix, bgr, _QUALITY.get(suffix, []))
    if not encoded:
        raise VidstyleError(
            f"cannot write {path}: {width}x{height} pixels are too many for {suffix}: use .png"
        )
    with written_whole(path, synced=False) as partial:
        partial.write_bytes(data.tobytes())


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, with numbers in their names in the order of counting."""
    found = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file()]
    return sorted(found, key=counting_order)


def counting_order(path: Path) -> list[tuple[int, str]]:
    """A key by which `2.png` comes before `10.png`."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _read(path: Path) -> bytes:
    check_exists(path, "picture")
    try:
        return path.read_bytes()
    except OSError as error:
        raise VidstyleError(f"cannot read {path}: {error.strerror}") from error


def _decoded(file: bytes, path: Path, flags: int) -> NDArray[Any]:
    data = np.frombuffer(file, np.uint8)
    # imdecode, not imread: the latter cannot open every file name on every system.
    try:
        picture = cv2.imdecode(data, flags) if data.size else None
    except cv2.error as error:  # Of what is no picture, or is cut off, it returns None.
        raise UsageError(f"{path} has more pixels than can be read: make it smaller") from error
    if picture is None:
        raise UsageError(f"{path} is not a picture that can be read ({', '.join(SUFFIXES)})")
    return picture
