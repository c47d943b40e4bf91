"""The content's own colours under any method."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vidstyle.stylizers.luminance import with_luma_of
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer


class PreserveColor(Stylizer):
    """Luminance-only transfer (Gatys et al. 2016, arXiv:1606.05897).

    The luma (BT.601, or the planes' own) is the stylised frame's, as light and as rich in contrast
    as the content's; the chroma is the content's.

    Args:
        stylizer: the method whose strokes are wanted without its colours.
    """

    def __init__(self, stylizer: Stylizer) -> None:
        self._stylizer = stylizer

    @property
    def info(self) -> str:
        return self._stylizer.info

    @property
    def batch(self) -> int:
        return self._stylizer.batch

    @property
    def workers(self) -> int:
        return self._stylizer.workers

    def set_style(self, styles: Sequence[Style]) -> None:
        self._stylizer.set_style(styles)

    def prepare(self, *, height: int, width: int) -> None:
        self._stylizer.prepare(height=height, width=width)

    def planar(
        self, conversion: NDArray[np.float32], *, height: int, width: int
    ) -> "PreserveColor | None":
        stylizer = self._stylizer.planar(conversion, height=height, width=width)
        return None if stylizer is None else PreserveColor(stylizer)

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        result = self._stylizer.stylize(frames).copy()
        for stylised, content in zip(result, frames, strict=True):
            stylised[...] = with_luma_of(stylised, content, fitted=True)
        return result

    def reset(self) -> None:
        self._stylizer.reset()
