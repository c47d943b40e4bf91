"""A style as a stylizer takes it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vidstyle.errors import UsageError
from vidstyle.stylizers.resampling import resampled

LARGEST_SHORTER_SIDE = 512
"""Pixels. Larger style pictures are shrunk: strokes beyond this size are taken for content."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """One style, alone or as a part of a mix.

    Attributes:
        name: what the user calls it.
        picture: uint8 (H, W, 3) RGB, for methods that take any picture.
        code: float32 (1, code_size), in place of a picture for the method whose code it is.
        checkpoint: a weights file, for methods with one network for each style.
        share: relative share in a mix, above 0.
    """

    name: str
    picture: NDArray[np.uint8] | None = None
    code: NDArray[np.float32] | None = None
    checkpoint: Path | None = None
    share: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.share) and self.share > 0):
            raise UsageError(f"share {self.share:g} of style {self.name} must be above 0")
        if self.picture is not None:
            _check_picture(self.name, self.picture)


def only(styles: Sequence[Style], *, method: str) -> Style:
    """The one style of a method that mixes none; `UsageError` where there are several, or none."""
    if len(styles) != 1:
        names = ", ".join(style.name for style in styles) or "none"
        raise UsageError(f"{method} takes exactly one style, not {len(styles)} ({names})")
    return styles[0]


def mixed(
    styles: Sequence[Style], encode: Callable[[Style], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """The weighted sum of what `encode` gives for each style; their shares add up to 1."""
    total = sum(style.share for style in styles)
    weighted = [style.share / total * encode(style) for style in styles]
    return np.asarray(np.sum(weighted, axis=0), np.float32)


def shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with its shorter side at most `LARGEST_SHORTER_SIDE`, in its own proportions."""
    height, width = picture.shape[:2]
    scale = LARGEST_SHORTER_SIDE / min(height, width)
    if scale >= 1:
        return picture
    return resampled(picture, (round(width * scale), round(height * scale)))


def _check_picture(name: str, picture: NDArray[np.uint8]) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(
            f"style {name}: picture must be uint8 (H, W, 3), not {picture.dtype} {picture.shape}"
        )
    if picture.size == 0:
        raise ValueError(f"style {name}: picture is empty")
