"""What every method is to its user."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vidstyle.errors import check_range
from vidstyle.stylizers.style import Style


class Stylizer(ABC):
    """A method: `set_style` once, `stylize` often, `reset` at a cut."""

    @property
    @abstractmethod
    def info(self) -> str:
        """One line: network, backend, precision and device."""

    @property
    def batch(self) -> int:
        """How many frames a call is best given where there are many, as those of a file."""
        return 1

    @property
    def workers(self) -> int:
        """How many threads at a time are best to call `stylize`, each with its share of `batch`.

        They may do so after `prepare`, while nothing is changed. Where it is 1, there may be no
        more.
        """
        return 1

    @abstractmethod
    def set_style(self, styles: Sequence[Style]) -> None:
        """Take up a style, or a mix of styles; may be called again at any time.

        Raises:
            UsageError: the styles are not what this method takes.
            VidstyleError: the style's weights cannot be had.
        """

    def prepare(self, *, height: int, width: int) -> None:
        """Get ready for frames of that size, so that the first of them does not wait.

        Best after `set_style`; `info` tells from then on what frames of that size are run by.

        Raises:
            VidstyleError: no engine can be had for that size.
        """
        return

    def planar(
        self, conversion: NDArray[np.float32], *, height: int, width: int
    ) -> "Stylizer | None":
        """The same, with the style that it has, for planes of YUV 4:2:0 in place of RGB.

        None where frames are best given as RGB: where nothing is gained by planes, or the method
        does not take them in that size.

        Args:
            conversion: between the planes and RGB, float32 (2, 3, 4); see `engines.planar`.
            height, width: of the frames to come.
        """
        return None

    @abstractmethod
    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Stylised frames.

        Args:
            frames: uint8 (N, H, W, 3), RGB, of any height and width from 1; in order of time. One
                that is `planar` takes planes, uint8 (N, H · 3/2, W).

        Returns:
            uint8 of the shape of `frames`.

        Raises:
            UsageError: the frames are not of that kind, or the method needs a style and has none.
            VidstyleError: the device ran out of memory.
        """

    @abstractmethod
    def reset(self) -> None:
        """Forget earlier frames: what follows is another scene."""


class AdjustableStylizer(Stylizer):
    """A method whose strength is an input of its network.

    Args:
        strength: share of the stylised pixels in the result, 0 to 1.
    """

    def __init__(self, *, strength: float) -> None:
        self.strength = strength

    @property
    def strength(self) -> float:
        """As it was given; may be set at any time."""
        return float(self._strength[0])

    @strength.setter
    def strength(self, strength: float) -> None:
        self._strength = np.array([check_range("strength", strength)], np.float32)
