"""Engines of several sizes side by side."""

from threading import Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, EngineInfo, Input, Network, Precision
from vidstyle.engines.sized import by_size
from vidstyle.runs.live.engines import LiveEngines


def network(name: str = "net", *, per_frame: bool = True) -> Network:
    return Network(
        name=name,
        weights="0",
        inputs=(Input(dtype="uint8", shape=(None, None, None, 3)),),
        make=lambda: None,  # type: ignore[arg-type, return-value]
        examples=lambda module, frame, style: (frame,),
        per_frame=per_frame,
    )


class Brighter(Engine):
    """Adds its number, so that it can be told which engine has run."""

    def __init__(self, number: int, backend: Backend) -> None:
        self.number = number
        self.info = EngineInfo(
            network="net", backend=backend, precision=Precision.FP32, device="cpu"
        )

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(inputs[0] + self.number)


class Opener:
    """Opens an engine for each size, or one for all, and keeps count."""

    def __init__(self, backend: Backend = Backend.OPENVINO) -> None:
        self.sizes: list[str] = []
        self.backend = backend
        self.may_open = Event()
        self.may_open.set()

    def __call__(self, network: Network) -> Engine:
        if self.backend is Backend.EAGER:
            return self._open(network)
        info = EngineInfo(
            network=network.name, backend=self.backend, precision=Precision.FP32, device="cpu"
        )
        return by_size(network, info=info, open_network=self._open)

    def _open(self, network: Network) -> Engine:
        assert self.may_open.wait(10)
        self.sizes.append(network.size)
        return Brighter(len(self.sizes), self.backend)


def frame(height: int, width: int) -> NDArray[np.uint8]:
    return np.zeros((1, height, width, 3), np.uint8)


def test_each_size_is_opened_once_and_kept() -> None:
    opener = Opener()
    engine = LiveEngines(opener)(network())
    engine.prepare(height=36, width=64)
    engine.prepare(height=18, width=32)
    for _ in range(2):
        assert engine(frame(36, 64)).max() == 1
        assert engine(frame(18, 32)).max() == 2
    assert opener.sizes == ["64x36", "32x18"]


def test_a_size_that_was_not_prepared_is_opened_when_it_comes() -> None:
    engine = LiveEngines(Opener())(network())
    assert engine(frame(36, 64)).shape == (1, 36, 64, 3)


def test_the_same_network_is_opened_once() -> None:
    engines = LiveEngines(Opener())
    assert engines(network()) is engines(network())
    assert engines(network()) is not engines(network("other"))


def test_an_engine_for_any_size_is_taken_as_it_is() -> None:
    opener = Opener(Backend.EAGER)
    engine = LiveEngines(opener)(network())
    engine.prepare(height=36, width=64)
    engine(frame(18, 32))
    assert opener.sizes == ["any size"]


def test_one_size_paints_while_another_is_made_ready() -> None:
    opener = Opener()
    engine = LiveEngines(opener)(network())
    engine.prepare(height=36, width=64)
    opener.may_open.clear()
    preparing = Thread(target=lambda: engine.prepare(height=18, width=32))
    preparing.start()
    assert engine(frame(36, 64)).max() == 1
    assert preparing.is_alive()
    opener.may_open.set()
    preparing.join(10)
    assert engine(frame(18, 32)).max() == 2
