"""Engines that are opened when they are needed: of each size, or when first called."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.engine import Engine, EngineInfo
from vidstyle.engines.network import Network


class SizedEngine(Engine):
    """Runs pictures through the engine for their size, as many at a time as that is best given.

    One engine is kept, that of the last size: pictures of a video are all alike.

    Args:
        open_at: finds or makes the engine for one picture of a height and width.
        info: what the engine is expected to be, until one has been opened.
    """

    def __init__(self, open_at: Callable[[int, int], Engine], *, info: EngineInfo) -> None:
        self._open_at = open_at
        self._size: tuple[int, int] | None = None
        self._engine: Engine | None = None
        self.info = info

    def prepare(self, *, height: int, width: int) -> None:
        self._engine_for(height, width)

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        pictures, *others = inputs
        engine = self._engine_for(*pictures.shape[1:3])
        if len(pictures) <= engine.batch:
            return engine(*inputs)
        starts = range(0, len(pictures), engine.batch)
        return np.concatenate([engine(pictures[i : i + engine.batch], *others) for i in starts])

    def _engine_for(self, height: int, width: int) -> Engine:
        if self._engine is None or self._size != (height, width):
            self._engine = self._open_at(height, width)
            self._size, self.info = (height, width), self._engine.info
            self.batch = self._engine.batch
        return self._engine


class _LateEngine(Engine):
    """Is opened by its first call: runs that never call it need not wait for it, or build it.

    Args:
        open_engine: finds or makes the engine.
        info: what it is expected to be, until it has been opened.
    """

    def __init__(self, open_engine: Callable[[], Engine], *, info: EngineInfo) -> None:
        self._open = open_engine
        self._engine: Engine | None = None
        self.info = info

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        if self._engine is None:
            self._engine = self._open()
            self.info = self._engine.info
        return self._engine(*inputs)


def by_size(
    network: Network, *, info: EngineInfo, open_network: Callable[[Network], Engine]
) -> Engine:
    """The network's engine, opened when it is needed: for every frame, of each size.

    Args:
        network: with its size left open.
        info: what the engine is expected to be.
        open_network: finds or makes the engine of a network of fixed size, and of one that does
            not run for every frame.
    """
    if not network.per_frame:
        return _LateEngine(lambda: open_network(network), info=info)
    return SizedEngine(
        lambda height, width: open_network(network.at(height=height, width=width)),
        info=info,
    )
