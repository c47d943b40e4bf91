"""Methods as a live run uses them: styles encoded ahead of their use, and mixed for each frame."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any
from weakref import WeakSet

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.runs.live.cross_fade import Mixture
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import AdjustableStylizer, Stylizer

Picture = NDArray[np.uint8]


class Painter(ABC):
    """A method whose styles change while it paints.

    `paint` is called by one thread, `encode` and `prepare` by others at the same time.

    Attributes:
        most_parts: how many parts of a mixture that is left behind are worth their cost.
    """

    most_parts: int

    @property
    @abstractmethod
    def info(self) -> str:
        """One line: network, backend, precision and device."""

    @abstractmethod
    def encode(self, style: Style) -> Any:
        """What is kept of a style, for a `Mixture`. May take long.

        Raises:
            UsageError: the style is not what the method takes.
            VidstyleError: the style's weights cannot be had.
        """

    @abstractmethod
    def prepare(self, *, height: int, width: int) -> None:
        """Get ready for frames of that size, so that the first of them does not wait.

        Raises:
            VidstyleError: no engine can be had for that size.
        """

    @abstractmethod
    def paint(self, picture: Picture, mixture: Mixture, *, strength: float) -> Picture:
        """The picture, repainted.

        Args:
            picture: uint8 (H, W, 3), RGB.
            mixture: of what `encode` gave.
            strength: 0 (content) to 1 (full style).

        Returns:
            uint8 (H, W, 3), RGB.
        """


class CodePainter(Painter):
    """For the method whose styles are codes: a mixture costs no more than one style."""

    most_parts = 4

    def __init__(self, stylizer: AdaINLite) -> None:
        self._stylizer = stylizer
        self._mixture: Mixture | None = None

    @property
    def info(self) -> str:
        return self._stylizer.info

    def encode(self, style: Style) -> NDArray[np.float32]:
        return self._stylizer.code_of(style)

    def prepare(self, *, height: int, width: int) -> None:
        self._stylizer.prepare(height=height, width=width)

    def paint(self, picture: Picture, mixture: Mixture, *, strength: float) -> Picture:
        if self._mixture is not mixture:
            self._stylizer.set_style(
                [Style(name="", code=code, share=share) for code, share in mixture.parts if share]
            )
            self._mixture = mixture
        self._stylizer.strength = strength
        return np.asarray(self._stylizer.stylize(picture[np.newaxis])[0])


class StylizerPainter(Painter):
    """For every method: each style has a stylizer, and a mixture blends the pixels of several.

    Args:
        make: a stylizer without a style. Those of one method should share what engines they can.
    """

    most_parts = 1

    def __init__(self, make: Callable[[], Stylizer]) -> None:
        self._make = make
        self._stylizers: WeakSet[Stylizer] = WeakSet()
        self._lock = Lock()  # Of the set.
        self._info = make().info
        self._size: tuple[int, int] | None = None

    @property
    def info(self) -> str:
        return self._info

    def encode(self, style: Style) -> Stylizer:
        stylizer = self._make()
        stylizer.set_style([style])
        with self._lock:
            self._stylizers.add(stylizer)
        if self._size is not None:
            height, width = self._size
            stylizer.prepare(height=height, width=width)
        return stylizer

    def prepare(self, *, height: int, width: int) -> None:
        self._size = (height, width)
        with self._lock:
            stylizers = list(self._stylizers)
        for stylizer in stylizers:
            stylizer.prepare(height=height, width=width)
            self._info = stylizer.info

    def paint(self, picture: Picture, mixture: Mixture, *, strength: float) -> Picture:
        pictures = [
            _painted(stylizer, picture, strength) for stylizer, share in mixture.parts if share
        ]
        return _blended(pictures, [share for _, share in mixture.parts if share])


def _painted(stylizer: Stylizer, picture: Picture, strength: float) -> Picture:
    if isinstance(stylizer, AdjustableStylizer):
        stylizer.strength = strength
    return np.asarray(stylizer.stylize(picture[np.newaxis])[0])


def _blended(pictures: Sequence[Picture], shares: Sequence[float]) -> Picture:
    """The weighted mean of the pictures; the shares add up to 1."""
    blended, sum_so_far = pictures[0], shares[0]
    for picture, share in zip(pictures[1:], shares[1:], strict=True):
        sum_so_far += share
        part = share / sum_so_far
        mean = cv2.addWeighted(blended, 1 - part, picture, part, 0.0)
        blended = np.asarray(mean, np.uint8)
    return blended
