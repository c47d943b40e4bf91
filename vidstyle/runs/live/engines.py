"""Engines of several sizes side by side, so that another is made ready while one is at work."""

from threading import Lock

from vidstyle.engines import Engine, Network, OpenEngine
from vidstyle.engines.sized import SizedEngine


class LiveEngines:
    """Opens the engines of a live run; those of the same network are one.

    Args:
        open_engine: finds or makes engines.
    """

    def __init__(self, open_engine: OpenEngine) -> None:
        self._open_engine = open_engine
        self._engines: dict[Network, Engine] = {}
        self._lock = Lock()

    def __call__(self, network: Network) -> Engine:
        with self._lock:
            if network not in self._engines:
                engine = self._open_engine(network)
                if isinstance(engine, SizedEngine):
                    engine.keeps_all = True
                self._engines[network] = engine
            return self._engines[network]
