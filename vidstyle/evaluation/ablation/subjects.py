"""The pictures of a pair, as they are optimised and compared."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.evaluation.ablation.sweep import Pair, SweepSection
from vidstyle.stylizers import Method, Style, make_stylizer
from vidstyle.video.convert import ToRgb
from vidstyle.video.file_source import FileSource
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import SUFFIXES, check_exists, read_picture, write_picture
from vidstyle.weights.store import WeightStore

REFERENCES = "references"
"""The folder, in that of the sweep, of references that the sweep has made."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A pair, read.

    Attributes:
        name: of the pair.
        content: uint8 (H, W, 3), RGB, at the sweep's size.
        style: uint8 (h, w, 3), RGB.
        reference: uint8 (H, W, 3), RGB: what results are compared with.
    """

    name: str
    content: RgbPicture
    style: RgbPicture
    reference: RgbPicture

    @property
    def digest(self) -> str:
        """Of all pictures: results of others do not count for these."""
        known = hashlib.sha256()
        for picture in (self.content, self.style, self.reference):
            known.update(repr(picture.shape).encode() + picture.tobytes())
        return known.hexdigest()


def read_subject(pair: Pair, sweep: SweepSection, *, store: WeightStore) -> Subject:
    """The pictures of a pair; a reference that is not given is made.

    Raises:
        UsageError: a picture is not there, or none.
        VidstyleError: it cannot be read, or the reference not be made.
    """
    content = sized(_read_content(pair), sweep.size)
    style = read_picture(pair.style)
    if pair.reference is None:
        reference = _made(content, style, pair, sweep.reference, store)
    else:
        height, width = content.shape[:2]
        given = read_picture(pair.reference)
        reference = np.asarray(cv2.resize(given, (width, height), interpolation=cv2.INTER_AREA))
    return Subject(
        name=pair.name, content=content, style=style, reference=reference.astype(np.uint8)
    )


def keep_reference(folder: Path, subject: Subject) -> None:
    """Write a reference that was made into the sweep's folder; `VidstyleError` where that fails."""
    make_folder(folder / REFERENCES)
    write_picture(folder / REFERENCES / f"{subject.name}.png", subject.reference)


def _made(
    content: RgbPicture, style: RgbPicture, pair: Pair, method: str, store: WeightStore
) -> RgbPicture:
    stylizer = make_stylizer(Method(method), store=store)
    stylizer.set_style([Style(name=pair.style.stem, picture=style)])
    return np.asarray(stylizer.stylize(content[np.newaxis])[0], np.uint8)


def make_folder(folder: Path) -> None:
    """Make a folder that is not there yet; `VidstyleError` where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VidstyleError(f"cannot make the folder {folder}: {error.strerror}") from error


def _read_content(pair: Pair) -> RgbPicture:
    if pair.content.suffix.lower() in SUFFIXES:
        if pair.frame:
            raise UsageError(f"{pair.content} is a picture: leave its frame, {pair.frame}, out")
        return read_picture(pair.content)
    return _read_frame(pair.content, pair.frame)


def _read_frame(path: Path, number: int) -> RgbPicture:
    check_exists(path, "picture or clip")
    source = FileSource(path)
    try:
        for index, frame in enumerate(source):
            if index == number:
                assert isinstance(frame.picture, av.VideoFrame)
                return ToRgb(orientation=source.info.orientation)(frame.picture)
    finally:
        source.close()
    raise UsageError(f"{path} has no frame {number}: choose an earlier one")


def sized(picture: RgbPicture, shorter: int) -> RgbPicture:
    """The picture, uint8 (H, W, 3), with that shorter side; never enlarged."""
    height, width = picture.shape[:2]
    scale = min(1.0, shorter / min(height, width))
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
