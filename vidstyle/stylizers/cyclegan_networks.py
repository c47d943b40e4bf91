"""The networks of a CycleGAN generator, as engines run them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Input, Network
from vidstyle.engines.network import Arrays, weights_digest
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.generator_shape import GeneratorShape, Shapes
from vidstyle.stylizers.style import Style
from vidstyle.weights.notes import open_tensors, read_notes

if TYPE_CHECKING:
    from torch import nn

    from vidstyle.nets.cyclegan import ResnetGenerator

KIND = "cyclegan"

_FRAMES = Input(dtype="uint8", shape=(None, None, None, 3))
_STRENGTH = Input(dtype="float32", shape=(1,))
_FULL = np.ones(1, np.float32)


@dataclass(frozen=True)
class CycleGANNetworks:
    """What a generator is run as.

    Attributes:
        shape: its sizes.
        whole: from frames and strength to frames (`nets.graphs.PictureTransfer`).
        statistics: from a frame to statistics (`nets.cyclegan_tiles.PictureStatistics`).
        tile: from tiles, strength and statistics to tiles (`nets.cyclegan_tiles.TileTransfer`).
    """

    shape: GeneratorShape
    whole: Network
    statistics: Network
    tile: Network


def cyclegan_networks(style: Style) -> CycleGANNetworks:
    """The networks of a style's generator, whose sizes are seen from its weights.

    Raises:
        UsageError: the style has no checkpoint, or one of another method.
        VidstyleError: the checkpoint cannot be read, or is not of a generator.
    """
    if style.checkpoint is None:
        raise UsageError(f"cyclegan needs a weights file for style {style.name}, not a picture")
    checkpoint = style.checkpoint
    shape = read_shape(checkpoint)
    name, weights = f"cyclegan-{style.name}", weights_digest([checkpoint])

    loading = _Loading(checkpoint, shape)
    found = Input(dtype="float32", shape=(2, 1, sum(shape.normalised_channels), 1, 1))
    return CycleGANNetworks(
        shape=shape,
        whole=Network(
            name=name,
            weights=weights,
            inputs=(_FRAMES, _STRENGTH),
            make=loading.whole,
            examples=lambda module, frame, style: (frame, _FULL),
            multiply_adds=shape.multiply_adds,
            structure=f"{KIND} {shape}",
        ),
        statistics=Network(
            name=f"{name}-statistics",
            weights=weights,
            inputs=(_FRAMES,),
            make=loading.statistics,
            examples=lambda module, frame, style: (frame,),
            per_frame=False,
            multiply_adds=shape.multiply_adds,
        ),
        tile=Network(
            name=f"{name}-tile",
            weights=weights,
            inputs=(_FRAMES, _STRENGTH, found),
            make=loading.tile,
            examples=loading.tile_examples,
            per_frame=False,
            multiply_adds=shape.multiply_adds,
        ),
    )


class _Loading:
    """Makes the modules; all are forms of one generator."""

    def __init__(self, checkpoint: Path, shape: GeneratorShape) -> None:
        self._checkpoint = checkpoint
        self._shape = shape

    @cached_property
    def _generator(self) -> "ResnetGenerator":
        from vidstyle.nets.cyclegan import ResnetGenerator
        from vidstyle.weights.checkpoint import load_checkpoint

        generator = ResnetGenerator(self._shape)
        load_checkpoint(generator, self._checkpoint)
        return generator

    def whole(self) -> "nn.Module":
        from vidstyle.nets.graphs import PictureTransfer

        return PictureTransfer(self._generator)

    def statistics(self) -> "nn.Module":
        from vidstyle.nets.cyclegan_tiles import PictureStatistics

        return PictureStatistics(self._generator)

    def tile(self) -> "nn.Module":
        from vidstyle.nets.cyclegan_tiles import TileTransfer

        return TileTransfer(self._generator)

    def tile_examples(
        self, module: "nn.Module", frame: NDArray[np.uint8], style: NDArray[np.uint8]
    ) -> Arrays:
        import torch

        with torch.no_grad():
            statistics = self.statistics()(torch.from_numpy(frame)).numpy()
        return frame, _FULL, statistics


def read_shape(checkpoint: Path) -> GeneratorShape:
    """The sizes of the generator whose weights are in a file.

    Raises:
        UsageError: the file tells that it is of another method.
        VidstyleError: it cannot be read, or is not of a generator.
    """
    kind = read_notes(checkpoint).get("kind", KIND)
    if kind != KIND:
        raise UsageError(f"{checkpoint} is a network of {kind}, not of cyclegan")
    shape = GeneratorShape.of_weights(_shapes(checkpoint))
    if shape is None:
        raise VidstyleError(
            f"{checkpoint} is not a generator of CycleGAN: its weights are not named as those of "
            "a ResNet generator are (model.1.weight, model.10.conv_block.1.weight, …)"
        )
    return shape


def _shapes(checkpoint: Path) -> Shapes:
    if checkpoint.suffix == ".safetensors":
        with open_tensors(checkpoint) as tensors:
            return {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
    from vidstyle.weights.checkpoint import read_state_dict

    return {name: tuple(tensor.shape) for name, tensor in read_state_dict(checkpoint).items()}
