"""A network as its caller sees it: arrays in, an array out, on whatever runs it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from numpy.typing import NDArray

from vidstyle.choice import Choice

AUTO = "auto"
"""The name that leaves a choice to vidstyle."""


class Backend(Choice):
    """What runs a network."""

    EAGER = "eager"
    """PyTorch as it is: the reference."""
    OPENVINO = "openvino"
    """Compiled for this CPU, stored, and run without PyTorch."""
    INDUCTOR = "inductor"
    """Compiled by PyTorch's own compiler, for NVIDIA GPUs above all."""
    TENSORRT = "tensorrt"
    """Compiled by NVIDIA's TensorRT, in either of its flavours."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The backends, and "auto", which chooses one of them."""
        return (AUTO, *cls)


class Precision(Choice):
    """The number format that a network computes in."""

    FP32 = "fp32"
    FP16 = "fp16"
    BF16 = "bf16"
    INT8 = "int8"

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The precisions, and "auto", which chooses one of them."""
        return (AUTO, *cls)


class Goal(Enum):
    """What an engine is to be good at, where it cannot be both."""

    LATENCY = auto()
    """One picture is ready as soon as may be: it is given all cores."""
    THROUGHPUT = auto()
    """Many pictures are ready as soon as may be: several are computed side by side."""


@dataclass(frozen=True, kw_only=True)
class EngineInfo:
    """What an engine is; its text is one line, as "adain-vgg19 · eager · fp32 · cpu"."""

    network: str
    backend: Backend
    precision: Precision
    device: str

    def __str__(self) -> str:
        return f"{self.network} · {self.backend} · {self.precision} · {self.device}"


class Engine(ABC):
    """A network ready to run.

    Attributes:
        info: which network, and what runs it where.
        batch: how many pictures a call is best given where there are many. More than one pays off
            where the device is wide, or copies pictures while it computes.
        workers: how many threads at a time are best to call it, each with its share of `batch`.
            Where it is 1, there may be no more.
    """

    info: EngineInfo
    batch: int = 1
    workers: int = 1

    @abstractmethod
    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        """Run the network once.

        Args:
            inputs: the network's inputs, uint8 or float32 arrays. They are not written to.

        Returns:
            The network's output, an array of its own.

        Raises:
            VidstyleError: the device ran out of memory.
        """

    def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
        """Get ready for pictures of that size, so that the first of them does not wait.

        Args:
            others: the inputs that pictures will be given with, where they are known: some engines
                are faster as long as they stay as they are.
            height, width: of the pictures.

        Raises:
            VidstyleError: no engine can be had for that size.
        """
        return
