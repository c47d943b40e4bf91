"""A network that engines can be made of: known by name and weights, loaded only when built."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.engine import Engine
from vidstyle.errors import VidstyleError

if TYPE_CHECKING:
    from torch import nn

    from vidstyle.engines.planar import PlanarTransfer

Arrays: TypeAlias = tuple[NDArray[Any], ...]
"""The inputs of one call."""

Examples: TypeAlias = "Callable[[nn.Module, NDArray[np.uint8], NDArray[np.uint8]], Arrays]"
"""From the module, a content picture and a style picture (each uint8 (1, H, W, 3)) to inputs."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """What a network takes in one place.

    Attributes:
        dtype: "uint8" or "float32".
        shape: None where any length will do.
    """

    dtype: str
    shape: tuple[int | None, ...]

    @property
    def fixed_shape(self) -> tuple[int, ...]:
        """The shape; `ValueError` where a length is left open."""
        lengths = tuple(length for length in self.shape if length is not None)
        if len(lengths) < len(self.shape):
            raise ValueError(f"{self} has no fixed shape")
        return lengths

    @property
    def is_planar(self) -> bool:
        """Whether it is planes of pictures, (N, H · 3/2, W), and not pictures (N, H, W, 3)."""
        return len(self.shape) == 3

    @property
    def picture_size(self) -> tuple[int | None, int | None]:
        """Height and width of the pictures, which of planes have two thirds as many rows."""
        rows, width = self.shape[1:3]
        return (rows * 2 // 3 if rows and self.is_planar else rows), width

    def __str__(self) -> str:
        lengths = "×".join("?" if length is None else str(length) for length in self.shape)
        return f"{self.dtype} {lengths}"


@dataclass(frozen=True, kw_only=True)
class Network:
    """A network, as far as it has to be known to find or make its engine.

    Attributes:
        name: what it is called, for example "johnson-candy".
        weights: sha256, in hex, of the weights; see `weights_digest`.
        inputs: what it takes, pictures (N, H, W, 3) or planes of them first; one array of their
            shape comes out, or numbers.
        make: loads the module. It is called only where an engine has to be built.
        examples: makes inputs to try the module with.
        per_frame: whether it runs for every frame. Then it is worth an engine for each size, and
            a lower precision; else one engine in fp32 serves every size.
        multiply_adds: for each pixel of the pictures; tells how long a build will take.
        paints_planes: whether it paints planes of YUV 4:2:0 without RGB (`on_planes`, see
            `engines.planar`), as quickly as RGB.
        structure: the same for networks that differ in their weights alone, so that some backends
            make the engine of one from that of another; empty where that is of no use.
    """

    name: str
    weights: str
    inputs: tuple[Input, ...]
    make: "Callable[[], nn.Module]" = field(compare=False, repr=False)
    examples: Examples = field(compare=False, repr=False)
    per_frame: bool = True
    multiply_adds: float = 0.0
    paints_planes: bool = False
    structure: str = ""

    def at(self, *, height: int, width: int) -> "Network":
        """The network for one picture of that size at a time."""
        pictures = self.inputs[0]
        lengths = (height * 3 // 2, width) if pictures.is_planar else (height, width, 3)
        return self._taking((1, *lengths))

    def together(self, count: int) -> "Network":
        """The network, whose size is fixed, for so many pictures at a time."""
        return self._taking((count, *self.inputs[0].fixed_shape[1:]))

    def planar(self) -> "Network":
        """The network for planes of YUV 4:2:0 in place of RGB, in and out; see `engines.planar`.

        It has one more input, the last: the conversion between the two.
        """
        count, height, width, _ = self.inputs[0].shape
        conversion = Input(dtype="float32", shape=(2, 3, 4))
        network = replace(
            self,
            name=f"{self.name} yuv420p",
            inputs=(*self.inputs, conversion),
            make=lambda: _planar(self.make()),
            examples=lambda module, frame, style: _planar_example(
                self.examples(cast("PlanarTransfer", module).network, frame, style)
            ),
        )
        return network._taking((count, height and height * 3 // 2, width))

    @property
    def size(self) -> str:
        """The size of its pictures: "640x360", for four at a time "640x360 ×4", or "any size"."""
        return size_label(self.inputs)

    def _taking(self, shape: tuple[int | None, ...]) -> "Network":
        pictures = replace(self.inputs[0], shape=shape)
        return replace(self, inputs=(pictures, *self.inputs[1:]))


def size_label(inputs: Sequence[Input]) -> str:
    """The size of the pictures that are the first input; see `Network.size`."""
    (count, *_), (height, width) = inputs[0].shape, inputs[0].picture_size
    if height is None or width is None:
        return "any size"
    return f"{width}x{height}" + (f" ×{count}" if count and count > 1 else "")


_ANY_SIZE_TRIED_AT = (256, 384)
"""Height and width at which engines for any size are compared with eager fp32."""


def tried_size(network: Network) -> tuple[int, int]:
    """Height and width of the pictures that the network's engine is tried with."""
    height, width = network.inputs[0].picture_size
    return height or _ANY_SIZE_TRIED_AT[0], width or _ANY_SIZE_TRIED_AT[1]


def _planar(graph: "nn.Module") -> "nn.Module":
    from vidstyle.engines.planar import PlanarTransfer

    return PlanarTransfer(graph)


def _planar_example(inputs: Arrays) -> Arrays:
    import torch

    from vidstyle.engines.planar import JFIF, to_planes

    frames, *others = inputs
    planes = to_planes(torch.from_numpy(frames), JFIF).to(torch.uint8)
    return planes.numpy(), *others, JFIF.numpy()


OpenEngine: TypeAlias = Callable[[Network], Engine]
"""Finds or makes the engine of a network."""


def open_eager(network: Network, *, device: str = "auto") -> Engine:
    """An engine that runs the network in PyTorch as it is, on pictures of any size.

    Args:
        network: which.
        device: "auto", "cpu", "cuda", "cuda:1" or "mps"; see `resolve_device`.

    Raises:
        UsageError: there is no such device.
        VidstyleError: the weights cannot be loaded.
    """
    from vidstyle.engines.device import resolve_device
    from vidstyle.engines.eager import EagerEngine

    return EagerEngine(network.make(), network=network.name, device=resolve_device(device))


def weights_digest(files: Sequence[Path]) -> str:
    """One sha256, in hex, for the contents of all files in their order.

    Raises:
        VidstyleError: one of them cannot be read.
    """
    digest = sha256()
    for path in files:
        try:
            with path.open("rb") as file:
                digest.update(file_digest(file, "sha256").digest())
        except OSError as error:
            raise VidstyleError(f"{path} cannot be read ({error.strerror})") from error
    return digest.hexdigest()
