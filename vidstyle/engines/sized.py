"""Engines that are opened when they are needed: of each size, or when first called."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.engine import Engine, EngineInfo
from vidstyle.engines.network import Network, OpenEngine


class SizedEngine(Engine):
    """Runs pictures through the engine for their size, as many at a time as that is best given.

    One engine is kept, that of the last size: pictures of a video are all alike. Several threads
    (`workers`) may call it once it got ready for their size.

    Attributes:
        keeps_all: keep the engine of every size instead. Then one size may be got ready while
            pictures of another run, and nothing that these are given with is taken to stay as it
            is.

    Args:
        network: with its size left open.
        open_network: finds or makes the engine of the network at a size.
        info: what the engine is expected to be, until one has been opened.
        conversion: of the planes that a planar network takes; else None.
    """

    def __init__(
        self,
        network: Network,
        open_network: OpenEngine,
        *,
        info: EngineInfo,
        conversion: NDArray[np.float32] | None = None,
    ) -> None:
        self._network = network
        self._open_network = open_network
        self._last: list[NDArray[Any]] = [] if conversion is None else [conversion]
        self._engines: dict[tuple[int, int], Engine] = {}
        self._opening = Lock()
        self.keeps_all = False
        self.info = info

    def planar(self, conversion: NDArray[np.float32]) -> "SizedEngine | None":
        """See `planar`."""
        if self.info.device == "cpu" and not self._network.paints_planes:
            return None
        network = self._network.planar()
        info = replace(self.info, network=network.name)
        return SizedEngine(network, self._open_network, info=info, conversion=conversion)

    def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
        engine = self._engine_for(height, width)
        if others and not self.keeps_all:
            engine.prepare(*others, *self._last, height=height, width=width)

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        pictures, *others = *inputs, *self._last
        rows, width = pictures.shape[1:3]
        engine = self._engine_for(rows * 2 // 3 if self._last else rows, width)
        if len(pictures) <= engine.batch:
            return engine(pictures, *others)
        starts = range(0, len(pictures), engine.batch)
        return np.concatenate([engine(pictures[i : i + engine.batch], *others) for i in starts])

    def _engine_for(self, height: int, width: int) -> Engine:
        size = height, width
        if size not in self._engines:
            with self._opening:
                if size not in self._engines:
                    engine = self._open_network(self._network.at(height=height, width=width))
                    self.info, self.batch, self.workers = engine.info, engine.batch, engine.workers
                    self._engines = {**(self._engines if self.keeps_all else {}), size: engine}
        return self._engines[size]


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


def by_size(network: Network, *, info: EngineInfo, open_network: OpenEngine) -> Engine:
    """The network's engine, opened when it is needed: for every frame, of each size.

    Args:
        network: with its size left open.
        info: what the engine is expected to be.
        open_network: finds or makes the engine of a network of fixed size, and of one that does
            not run for every frame.
    """
    if not network.per_frame:
        return _LateEngine(lambda: open_network(network), info=info)
    return SizedEngine(network, open_network, info=info)


def planar(engine: Engine, conversion: NDArray[np.float32]) -> Engine | None:
    """An engine of the same network for planes of YUV 4:2:0, in and out.

    None where that brings nothing. To a GPU planes are half of what would be sent; to a CPU nothing
    is sent, and only a network that paints them without RGB saves the conversions.

    Args:
        engine: of RGB pictures.
        conversion: between the planes and RGB, float32 (2, 3, 4); see `engines.planar`.
    """
    return engine.planar(conversion) if isinstance(engine, SizedEngine) else None
