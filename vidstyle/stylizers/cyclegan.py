"""Unpaired translation of pictures (CycleGAN, Zhu et al. 2017, arXiv:1703.10593)."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Engine, OpenEngine, open_eager
from vidstyle.errors import UsageError
from vidstyle.nets.generator_shape import MULTIPLE
from vidstyle.stylizers.cyclegan_networks import CycleGANNetworks, cyclegan_networks
from vidstyle.stylizers.free_memory import free_bytes
from vidstyle.stylizers.padding import padded_size, with_padding
from vidstyle.stylizers.style import Style, only
from vidstyle.stylizers.stylizer import AdjustableStylizer
from vidstyle.stylizers.tiles import in_tiles

Frames = NDArray[np.uint8]

_TILE = 1024
"""Pixels of a tile's side, and about those of the copy that statistics are taken of."""

_MAPS = 6
"""How many maps of a generator's first width there are at once, at the picture's size."""


class Translator:
    """A generator, ready to run.

    Args:
        networks: of the generator.
        open_engine: finds or makes their engines.
    """

    def __init__(self, networks: CycleGANNetworks, open_engine: OpenEngine) -> None:
        self.whole = open_engine(networks.whole)
        self._networks = networks
        self._open_engine = open_engine

    def needed_bytes(self, height: int, width: int) -> int:
        """About what a frame of that size takes."""
        return 4 * _MAPS * self._networks.shape.widths[0] * height * width

    def free_bytes(self) -> int | None:
        """What there is; None where it is not known."""
        return free_bytes(self.whole.info.device)

    def at_once(self, frames: Frames, strength: NDArray[np.float32]) -> Frames:
        """Painted frames (N, H, W, 3), as many at a time as there is memory for."""
        free, needed = self.free_bytes(), self.needed_bytes(*frames.shape[1:3])
        count = len(frames) if free is None else max(1, free // needed)
        parts = [frames[i : i + count] for i in range(0, len(frames), count)]
        painted = [self.whole(part, strength) for part in parts]
        return painted[0] if len(painted) == 1 else np.concatenate(painted)

    def in_tiles(self, frame: Frames, strength: NDArray[np.float32]) -> Frames:
        """A painted frame (H, W, 3), part by part."""
        found = self._statistics(_small_copy(frame)[np.newaxis])
        return in_tiles(
            lambda tile: self._tile(tile, strength, found),
            frame,
            tile=_TILE,
            margin=self._networks.shape.reach,
        )

    # Only a large picture needs these.
    @cached_property
    def _statistics(self) -> Engine:
        return self._open_engine(self._networks.statistics)

    @cached_property
    def _tile(self) -> Engine:
        return self._open_engine(self._networks.tile)


class CycleGAN(AdjustableStylizer):
    """A generator that was trained on two folders of pictures.

    Pictures too large for the memory are painted in tiles, with the statistics of a smaller copy.

    Args:
        load: from a style to the engines of its generator.
        strength: share of the painted pixels in the result, 0 to 1.
    """

    def __init__(self, load: Callable[[Style], Translator], *, strength: float = 1.0) -> None:
        super().__init__(strength=strength)
        self._load = load
        self._translator: Translator | None = None
        # Kept for a size: all frames of a video are painted in one way.
        self._tiled: dict[tuple[int, int], bool] = {}

    @classmethod
    def load(cls, *, open_engine: OpenEngine = open_eager, strength: float = 1.0) -> Self:
        """Generators of any size, as the checkpoint of each style says.

        Raises:
            UsageError: `strength` cannot work.
        """
        return cls(
            lambda style: Translator(cyclegan_networks(style), open_engine),
            strength=strength,
        )

    @property
    def info(self) -> str:
        if self._translator is None:
            return "cyclegan"
        tiled = f" · tiles of {_TILE}" if any(self._tiled.values()) else ""
        return f"{self._translator.whole.info}{tiled}"

    @property
    def batch(self) -> int:
        return 1 if self._translator is None else self._translator.whole.batch

    def set_style(self, styles: Sequence[Style]) -> None:
        self._translator = self._load(only(styles, method="cyclegan"))
        self._tiled.clear()

    def prepare(self, *, height: int, width: int) -> None:
        if self._translator is None:
            return
        height, width = padded_size(height, width, multiple=MULTIPLE)
        if not self._takes_tiles(self._translator, height, width):
            self._translator.whole.prepare(self._strength, height=height, width=width)

    def stylize(self, frames: Frames) -> Frames:
        if self._translator is None:
            raise UsageError("cyclegan needs a style: none was set")
        translator = self._translator

        def run(padded: Frames) -> Frames:
            if self._takes_tiles(translator, *padded.shape[1:3]):
                return np.stack([translator.in_tiles(frame, self._strength) for frame in padded])
            return translator.at_once(padded, self._strength)

        return with_padding(run, frames, multiple=MULTIPLE)

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""

    def _takes_tiles(self, translator: Translator, height: int, width: int) -> bool:
        if (height, width) not in self._tiled:
            free = translator.free_bytes()
            needed = translator.needed_bytes(height, width)
            # What would be no more than a tile is painted as it is.
            larger = height * width > _TILE**2
            self._tiled[height, width] = larger and free is not None and needed > free
        return self._tiled[height, width]


def _small_copy(picture: Frames) -> Frames:
    """The picture with at most about as many pixels as a tile, its sides multiples."""
    height, width = picture.shape[:2]
    scale = min(1.0, _TILE / (height * width) ** 0.5)
    rows, columns = (
        max(MULTIPLE, round(side * scale / MULTIPLE)) * MULTIPLE for side in (height, width)
    )
    return np.asarray(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
