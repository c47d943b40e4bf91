"""One small network for each style (Johnson et al. 2016, arXiv:1603.08155)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Engine, Input, Network, OpenEngine, open_eager
from vidstyle.engines.network import weights_digest
from vidstyle.errors import UsageError
from vidstyle.stylizers.padded_stylizer import PaddedStylizer
from vidstyle.stylizers.style import Style, only
from vidstyle.weights.notes import read_notes

if TYPE_CHECKING:
    from torch import nn

_PUBLISHED, _SLIM = "johnson", "slim-johnson"

_SIZES = (
    "width",
    "half",
    "quarter",
    "eighth",
    "quarter_blocks",
    "eighth_blocks",
    "mixing_rank",
)
"""Notes that tell a network's sizes, of either kind."""

# For each pixel.
_MULTIPLY_ADDS = {_PUBLISHED: 154e3, _SLIM: 6e3}


class Johnson(PaddedStylizer):
    """A network trained for one style.

    Args:
        load_engine: from a style to the engine of its network, from frames and strength to frames
            (`nets.graphs.PictureTransfer` or `SlimTransfer`).
        strength: share of the stylised pixels in the result, 0 to 1.
    """

    _name = "johnson"
    _multiple = 4

    def __init__(self, load_engine: Callable[[Style], Engine], *, strength: float = 1.0) -> None:
        super().__init__(strength=strength)
        self._load_engine = load_engine
        self._engine = None

    @classmethod
    def load(cls, *, open_engine: OpenEngine = open_eager, strength: float = 1.0) -> Self:
        """The published network or the slim one, as the checkpoint of each style says.

        Raises:
            UsageError: `strength` cannot work.
        """
        return cls(lambda style: open_engine(johnson_network(style)), strength=strength)

    def set_style(self, styles: Sequence[Style]) -> None:
        self._engine = self._load_engine(only(styles, method="johnson"))

    @property
    def _steering(self) -> tuple[NDArray[np.float32], ...]:
        return (self._strength,)


def johnson_network(style: Style) -> Network:
    """The network of a style, recognised by the notes in its checkpoint.

    Raises:
        UsageError: the style has no checkpoint, or one of another method.
        VidstyleError: the checkpoint cannot be read.
    """
    if style.checkpoint is None:
        raise UsageError(f"johnson needs a weights file for style {style.name}, not a picture")
    checkpoint = style.checkpoint
    # Published checkpoints have no notes.
    notes = read_notes(checkpoint)
    kind = notes.get("kind", _PUBLISHED)
    if kind not in _MULTIPLY_ADDS:
        raise UsageError(f"{checkpoint} is a network of {kind}, not of johnson")

    def make() -> "nn.Module":
        return _slim_graph(checkpoint) if kind == _SLIM else _published_graph(checkpoint)

    return Network(
        name=f"johnson-{style.name}",
        weights=weights_digest([checkpoint]),
        inputs=(
            Input(dtype="uint8", shape=(None, None, None, 3)),
            Input(dtype="float32", shape=(1,)),
        ),
        make=make,
        examples=lambda module, frame, style: (frame, np.ones(1, np.float32)),
        multiply_adds=_MULTIPLY_ADDS[kind],
        paints_planes=kind == _SLIM,
        structure=" ".join([kind, *(f"{name} {notes[name]}" for name in _SIZES if name in notes)]),
    )


def _slim_graph(checkpoint: Path) -> "nn.Module":
    from vidstyle.nets.graphs import SlimTransfer
    from vidstyle.nets.slim_johnson import SlimJohnson
    from vidstyle.stylizers.lite_notes import read_lite_shape
    from vidstyle.weights.checkpoint import load_checkpoint

    network = SlimJohnson(read_lite_shape(checkpoint))
    load_checkpoint(network, checkpoint)
    return SlimTransfer(network)


def _published_graph(checkpoint: Path) -> "nn.Module":
    from vidstyle.nets.graphs import PictureTransfer
    from vidstyle.nets.johnson import TransformerNet
    from vidstyle.weights.checkpoint import load_checkpoint

    width = read_notes(checkpoint).get("width")
    network = TransformerNet() if width is None else TransformerNet(width=int(width))
    load_checkpoint(network, checkpoint)
    return PictureTransfer(network)
