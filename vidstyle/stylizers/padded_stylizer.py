"""What the methods have in common whose frames are painted by one engine, each by itself."""

from abc import abstractmethod
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Engine
from vidstyle.engines.sized import planar
from vidstyle.errors import UsageError
from vidstyle.stylizers.padding import padded_size, with_padding
from vidstyle.stylizers.stylizer import AdjustableStylizer


class PaddedStylizer(AdjustableStylizer):
    """Keeps nothing from frame to frame; frames are padded to what the engine takes.

    Attributes:
        _name: of the method.
        _engine: from padded frames, and others, to frames; None before there is a style.
        _multiple: of which the sides of padded frames are.
        _is_planar: whether frames are planes.
    """

    _name: str
    _engine: Engine | None
    _multiple: int
    _is_planar = False

    @property
    def info(self) -> str:
        return self._name if self._engine is None else str(self._engine.info)

    @property
    def batch(self) -> int:
        return 1 if self._engine is None else self._engine.batch

    @property
    def workers(self) -> int:
        return 1 if self._engine is None else self._engine.workers

    @property
    @abstractmethod
    def _steering(self) -> tuple[NDArray[np.float32], ...]:
        """What the engine is given with frames; nothing before there is a style."""

    def prepare(self, *, height: int, width: int) -> None:
        if self._engine is not None:
            height, width = padded_size(height, width, multiple=self._multiple)
            self._engine.prepare(*self._steering, height=height, width=width)

    def planar(self, conversion: NDArray[np.float32], *, height: int, width: int) -> Self | None:
        is_even = not (height % 2 or width % 2)
        fits = padded_size(height, width, multiple=self._multiple) == (height, width)
        if self._engine is None or not (is_even and fits):
            return None
        engine = planar(self._engine, conversion)
        if engine is None:
            return None
        twin = copy(self)
        twin._engine = engine
        twin._is_planar = True
        return twin

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        engine, steering = self._engine, self._steering
        if engine is None or not steering:
            raise UsageError(f"{self._name} needs a style: none was set")
        return with_padding(
            lambda padded: engine(padded, *steering),
            frames,
            multiple=self._multiple,
            planar=self._is_planar,
        )

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""
