"""The networks of a CycleGAN generator, as engines run them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Input, Network
from vidstyle.engines.network import weights_digest
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

    def generator() -> "ResnetGenerator":
        from vidstyle.nets.cyclegan import ResnetGenerator
        from vidstyle.weights.checkpoint import load_checkpoint

        made = ResnetGenerator(shape)
        load_checkpoint(made, checkpoint)
        return made

    def whole() -> "nn.Module":
        from vidstyle.nets.graphs import PictureTransfer

        return PictureTransfer(generator())

    def statistics() -> "nn.Module":
        from vidstyle.nets.cyclegan_tiles import PictureStatistics

        return PictureStatistics(generator())

    def tile() -> "nn.Module":
        from vidstyle.nets.cyclegan_tiles import TileTransfer

        return TileTransfer(generator())

    def found_in(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
        import torch

        with torch.no_grad():
            found: NDArray[np.float32] = statistics()(torch.from_numpy(frame)).numpy()
        return found

    found = Input(dtype="float32", shape=(2, 1, sum(shape.normalised_channels), 1, 1))
    full = np.ones(1, np.float32)
    return CycleGANNetworks(
        shape=shape,
        whole=Network(
            name=name,
            weights=weights,
            inputs=(_FRAMES, _STRENGTH),
            make=whole,
            examples=lambda module, frame, style: (frame, full),
            multiply_adds=shape.multiply_adds,
            structure=f"{KIND} {shape}",
        ),
        statistics=Network(
            name=f"{name}-statistics",
            weights=weights,
            inputs=(_FRAMES,),
            make=statistics,
            examples=lambda module, frame, style: (frame,),
            per_frame=False,
            multiply_adds=shape.multiply_adds,
        ),
        tile=Network(
            name=f"{name}-tile",
            weights=weights,
            inputs=(_FRAMES, _STRENGTH, found),
            make=tile,
            examples=lambda module, frame, style: (frame, full, found_in(frame)),
            per_frame=False,
            multiply_adds=shape.multiply_adds,
        ),
    )


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
