"""What a backend has to do so that engines can be built, stored and loaded with it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from vidstyle.engines.engine import AUTO, Backend, Engine, EngineInfo, Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Arrays, Network
from vidstyle.errors import UsageError

if TYPE_CHECKING:
    from torch import nn

CALIBRATION_PICTURES = 6
"""Frames that int8 is calibrated with; more of them change no figure."""


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """What an engine is compiled from.

    Attributes:
        network: which; with the shapes that the engine is to take.
        module: tensors in, one tensor out; it is not to be changed.
        precision: that the engine is to compute in.
        examples: inputs like those to come; several where int8 is calibrated with them.
        donor: the folder of an engine that differs in its weights alone; None where there is none,
            or the compiler has no use for it.
    """

    network: Network
    module: "nn.Module"
    precision: Precision
    examples: Sequence[Arrays]
    donor: Path | None = None


class Compiler(ABC):
    """Makes and loads the engines of one backend, for one device.

    Attributes:
        backend: which.
        possible: the precisions that its engines can have.
        best: those of them to try where the user leaves the choice, the fastest first.
        device: what the engines run on, as in `EngineInfo`.
        runs_here: whether that device is in this machine.
        takes_any_size: whether an engine may leave the size of its pictures open. Else networks
            that do not run for every frame are left to eager.
        traces: whether `compile` runs the module once, in fp32 on the first example: engines are
            compared with what comes of that.
        refit_seconds: about how long it takes to make an engine from a donor (see `Blueprint`);
            None where that cannot be done.
    """

    backend: Backend
    possible: tuple[Precision, ...]
    best: tuple[Precision, ...]
    device: str
    runs_here: bool = True
    takes_any_size: bool = False
    traces: bool = False
    refit_seconds: float | None = None

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """The part of a key that tells the device and this version of the backend."""

    @abstractmethod
    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        """Write an engine into `folder`.

        Returns:
            The names of its files.

        Raises:
            VidstyleError: it cannot be compiled, and what to do.
            OSError: it cannot be written.
        """

    @abstractmethod
    def load(self, folder: Path, key: EngineKey) -> Engine:
        """The engine in `folder`, whose checksums have been checked.

        For a device that is not in this machine it is an `AbsentEngine`.

        Raises:
            BadEngineError: the backend does not take it.
            VidstyleError: the device has no room for it.
        """

    @abstractmethod
    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        """About how long it takes to build the network's engine here."""

    def precisions(self, name: str) -> tuple[Precision, ...]:
        """The precision of that name, or for "auto" those to try, the fastest first.

        Raises:
            UsageError: there is none of that name, or no engine can have it here.
        """
        if name == AUTO:
            return self.best
        precision = Precision.parse(name)
        if precision not in self.possible:
            raise UsageError(
                f"{self.backend} on {self.device} computes in {' or '.join(self.possible)}, "
                f"not in {precision}"
            )
        return (precision,)

    def info(self, network: Network, *, precision: Precision) -> EngineInfo:
        """What the network's engine will be."""
        return self.key(network, precision=precision).info_on(self.device)

    def key(self, network: Network, *, precision: Precision) -> EngineKey:
        """The key of the network's engine; what does not run for every frame is fp32."""
        return EngineKey(
            network=network.name,
            weights=network.weights,
            inputs=network.inputs,
            precision=precision if network.per_frame else Precision.FP32,
            backend=self.backend,
            structure=network.structure,
            **self.facts(),
        )


def first_line(error: Exception) -> str:
    """What is told of another library's error."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next(filter(None, lines), type(error).__name__)


class AbsentEngine(Engine):
    """Stands for an engine of another machine: it is built here, and cannot be called."""

    def __init__(self, info: EngineInfo) -> None:
        self.info = info

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        raise UsageError(f"{self.info} runs on another machine: there is no such GPU here")
