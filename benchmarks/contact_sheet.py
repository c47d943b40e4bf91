"""Sheets of photographs × styles × networks, to be looked at."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.candidates import Candidate
from benchmarks.yardstick import square
from vidstyle.video.frame import RgbPicture

_GAP = 4


def contact_sheet(
    candidates: Sequence[Candidate],
    photographs: Sequence[Path],
    styles: Sequence[Path],
    *,
    side: int,
) -> RgbPicture:
    """A row for each photograph, painted by one network after one style in each column.

    The head of a column is its style picture. Beside each other stand the networks that take any
    picture, style after style; last come those that have one style of their own.

    Args:
        candidates: the networks.
        photographs: pictures to paint.
        styles: style pictures.
        side: of the squares, in pixels.
    """
    contents = [square(path, side) for path in photographs]
    blank = np.full((side, side, 3), 255, np.uint8)
    columns = [[blank, *contents]]
    for style in styles:
        head = square(style, side)
        for candidate in candidates:
            if candidate.own_style is None:
                candidate.set_style(head, name=style.stem)
                columns.append(_column(candidate, head, contents))
    for candidate in candidates:
        if candidate.own_style is not None:
            candidate.set_style(blank)
            columns.append(_column(candidate, blank, contents))
    return _joined([_joined(column, axis=0) for column in columns], axis=1)


def _column(
    candidate: Candidate, head: RgbPicture, contents: Sequence[RgbPicture]
) -> list[RgbPicture]:
    return [_labelled(head, candidate.name), *(candidate.paint(content) for content in contents)]


def _labelled(picture: RgbPicture, text: str) -> RgbPicture:
    """The picture with the text in black on a white band at its foot."""
    labelled = picture.copy()
    labelled[-22:] = 255
    size = min(0.45, 0.45 * (picture.shape[1] - 8) / max(1, 8 * len(text)))
    cv2.putText(
        labelled,
        text,
        (4, picture.shape[0] - 7),
        cv2.FONT_HERSHEY_SIMPLEX,
        size,
        (0, 0, 0),
        1,
        cv2.LINE_AA,
    )
    return labelled


def _joined(pictures: Sequence[RgbPicture], *, axis: int) -> RgbPicture:
    """The pictures one after the other, with a white gap after each."""
    margin = [(0, _GAP) if direction == axis else (0, 0) for direction in (0, 1, 2)]
    spaced = [np.pad(picture, margin, constant_values=255) for picture in pictures]
    return np.concatenate(spaced, axis=axis)
