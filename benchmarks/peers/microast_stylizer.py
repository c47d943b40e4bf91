"""MicroAST as a stylizer, so that it is measured by the same code as vidstyle's own networks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers.microast import CODE_SIZE, MicroAST, MicroStyle, MicroTransfer
from vidstyle.engines import Engine, Input, Network
from vidstyle.engines.network import weights_digest
from vidstyle.errors import UsageError
from vidstyle.nets.graphs import StyleCode
from vidstyle.nets.pictures import to_float, to_levels
from vidstyle.stylizers import Style, Stylizer
from vidstyle.stylizers.style import shrunk
from vidstyle.weights.checkpoint import load_checkpoint


@dataclass(frozen=True, kw_only=True)
class MicroASTNetworks:
    """The networks of the published weights.

    Attributes:
        encoder: from a picture to its code, float32 (1, 512).
        transfer: from frames and a code to frames.
    """

    encoder: Network
    transfer: Network


class _FrameTransfer(nn.Module):
    """The network on 8-bit frames (N, H, W, 3)."""

    def __init__(self, network: MicroTransfer) -> None:
        super().__init__()
        self.network = network

    def forward(self, frames: Tensor, code: Tensor) -> Tensor:
        return to_levels(self.network(to_float(frames), code))


def microast_networks(weights: Path) -> MicroASTNetworks:
    """The networks of the published weights; `VidstyleError` where they cannot be read."""

    @cache
    def network() -> MicroAST:
        loaded = MicroAST()
        load_checkpoint(loaded, weights)
        return loaded

    def encoder() -> nn.Module:
        return StyleCode(MicroStyle(network()))

    def transfer() -> nn.Module:
        return _FrameTransfer(MicroTransfer(network()))

    digest = weights_digest([weights])
    picture = Input(dtype="uint8", shape=(1, None, None, 3))
    code = Input(dtype="float32", shape=(1, CODE_SIZE))
    return MicroASTNetworks(
        encoder=Network(
            name="microast style",
            weights=digest,
            inputs=(picture,),
            make=encoder,
            examples=lambda module, frame, style: (style,),
            per_frame=False,
        ),
        transfer=Network(
            name="microast",
            weights=digest,
            inputs=(picture, code),
            make=transfer,
            examples=lambda module, frame, style: (
                frame,
                np.zeros((1, CODE_SIZE), np.float32),
            ),
        ),
    )


class MicroASTStylizer(Stylizer):
    """One style picture at full strength; frames' sides are multiples of 4.

    Args:
        encoder: engine of `MicroASTNetworks.encoder`.
        transfer: engine of `MicroASTNetworks.transfer`.
    """

    def __init__(self, *, encoder: Engine, transfer: Engine) -> None:
        self._encoder = encoder
        self._transfer = transfer
        self._code: NDArray[np.float32] | None = None

    @property
    def info(self) -> str:
        return str(self._transfer.info)

    def set_style(self, styles: Sequence[Style]) -> None:
        (style,) = styles
        if style.picture is None:
            raise UsageError(f"microast needs a picture for style {style.name}")
        self._code = self._encoder(shrunk(style.picture)[np.newaxis])

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._code is None:
            raise UsageError("microast needs a style picture: none was set")
        stylised: NDArray[np.uint8] = self._transfer(frames, self._code)
        return stylised

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""
