"""Engines of several sizes side by side, so that another is made ready while one is at work."""

from threading import Lock
from typing import Any

from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, Network, OpenEngine


class LiveEngines:
    """Opens the engines of a live run; those of the same network are one.

    Args:
        open_engine: finds or makes engines. It is called by one thread at a time.
    """

    def __init__(self, open_engine: OpenEngine) -> None:
        self._open_engine = open_engine
        self._engines: dict[Network, Engine] = {}
        self._lock = Lock()

    def __call__(self, network: Network) -> Engine:
        with self._lock:
            if network not in self._engines:
                self._engines[network] = self._open(network)
            return self._engines[network]

    def _open(self, network: Network) -> Engine:
        engine = self._open_engine(network)
        takes_any_size = not network.per_frame or engine.info.backend is Backend.EAGER
        if takes_any_size:
            return engine
        return _EngineOfSizes(network, self._open_engine, first=engine, lock=self._lock)


class _EngineOfSizes(Engine):
    """Keeps the engine of every size that it was prepared for.

    Args:
        network: which.
        open_engine: opens an engine that can be prepared for one size.
        first: one that is open already.
        lock: held while an engine is opened or prepared, never while one runs.
    """

    def __init__(
        self, network: Network, open_engine: OpenEngine, *, first: Engine, lock: Lock
    ) -> None:
        self.info = first.info
        self._network = network
        self._open_engine = open_engine
        self._spare: Engine | None = first
        self._engines: dict[tuple[int, int], Engine] = {}
        self._lock = lock

    def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
        # Of a live run, nothing that pictures are given with stays as it is.
        with self._lock:
            if (height, width) in self._engines:
                return
            engine = self._spare or self._open_engine(self._network)
            self._spare = None
            engine.prepare(height=height, width=width)
            self._engines[height, width] = engine
            self.info = engine.info

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        height, width = inputs[0].shape[1:3]
        if (height, width) not in self._engines:
            self.prepare(height=height, width=width)
        return self._engines[height, width](*inputs)
