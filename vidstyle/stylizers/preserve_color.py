"""The content's own colours under any method."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer


class PreserveColor(Stylizer):
    """Luminance-only transfer (Gatys et al. 2016, arXiv:1606.05897, section 3).

    The luma (BT.601, or the planes' own) is the stylised frame's, the chroma the content's.

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
        return with_luma_of(self._stylizer.stylize(frames), frames)

    def reset(self) -> None:
        self._stylizer.reset()


def with_luma_of(stylised: NDArray[np.uint8], content: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The content with the luma of the stylised frames; all uint8 (N, H, W, 3), RGB, or planes."""
    if content.ndim == 3:
        mixed_planes = content.copy()
        rows_of_luma = content.shape[1] * 2 // 3
        mixed_planes[:, :rows_of_luma] = stylised[:, :rows_of_luma]
        return mixed_planes
    count, height, width, _ = content.shape
    rows = (count * height, width, 3)
    mixed = cv2.cvtColor(content.reshape(rows), cv2.COLOR_RGB2YCrCb)
    luma = cv2.cvtColor(stylised.reshape(rows), cv2.COLOR_RGB2GRAY)
    cv2.insertChannel(luma, mixed, 0)
    result = cv2.cvtColor(mixed, cv2.COLOR_YCrCb2RGB)
    return np.asarray(result, np.uint8).reshape(content.shape)
