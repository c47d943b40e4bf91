"""Tiny engines in place of networks."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, EngineInfo, Precision


class FakeEngine(Engine):
    """Computes with a function, and keeps what it was given."""

    def __init__(self, function: Callable[..., NDArray[Any]], network: str = "fake") -> None:
        self.calls: list[tuple[NDArray[Any], ...]] = []
        self._function = function
        self.info = EngineInfo(
            network=network, backend=Backend.EAGER, precision=Precision.FP32, device="cpu"
        )

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        self.calls.append(inputs)
        return self._function(*inputs)
