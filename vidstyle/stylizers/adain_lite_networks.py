"""The two networks of adain-lite, from one weights file: the style encoder and the trunk."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Input, Network
from vidstyle.engines.network import Arrays, weights_digest
from vidstyle.errors import VidstyleError
from vidstyle.weights.notes import open_tensors

if TYPE_CHECKING:
    from torch import nn

    from vidstyle.nets.adain_lite import AdaINLite

_LAST_BIAS = "style_encoder.perceptron.4.bias"
"""Its length is that of a code."""


@dataclass(frozen=True, kw_only=True)
class AdaINLiteNetworks:
    """The networks of one weights file.

    Attributes:
        encoder: from a picture to its code, float32 (1, code_size).
        transfer: from frames, a code and strength to frames.
    """

    encoder: Network
    transfer: Network


def adain_lite_networks(weights: Path) -> AdaINLiteNetworks:
    """The networks in a file of `vidstyle train`.

    Raises:
        VidstyleError: the file cannot be read, or is of another network.
    """
    loading = _Loading(weights)
    digest = weights_digest([weights])
    return AdaINLiteNetworks(
        encoder=Network(
            name="adain-lite style",
            weights=digest,
            inputs=(Input(dtype="uint8", shape=(1, None, None, 3)),),
            make=loading.encoder,
            examples=lambda module, frame, style: (style,),
            per_frame=False,
            multiply_adds=3.2e3,
        ),
        transfer=Network(
            name="adain-lite",
            weights=digest,
            inputs=(
                Input(dtype="uint8", shape=(None, None, None, 3)),
                Input(dtype="float32", shape=(1, _code_size(weights))),
                Input(dtype="float32", shape=(1,)),
            ),
            make=loading.transfer,
            examples=loading.transfer_examples,
            multiply_adds=6e3,
            paints_planes=True,
        ),
    )


class _Loading:
    """Makes the modules; both are parts of one network."""

    def __init__(self, weights: Path) -> None:
        self._weights = weights

    @cached_property
    def _network(self) -> "AdaINLite":
        from vidstyle.stylizers.lite_notes import load_adain_lite

        return load_adain_lite(self._weights)

    def encoder(self) -> "nn.Module":
        from vidstyle.nets.graphs import StyleCode

        return StyleCode(self._network.style_encoder)

    def transfer(self) -> "nn.Module":
        from vidstyle.nets.graphs import LiteTransfer

        return LiteTransfer(self._network.trunk)

    def transfer_examples(
        self, module: "nn.Module", frame: NDArray[np.uint8], style: NDArray[np.uint8]
    ) -> Arrays:
        import torch

        with torch.no_grad():
            code = self.encoder()(torch.from_numpy(style)).numpy()
        return frame, code, np.ones(1, np.float32)


def _code_size(weights: Path) -> int:
    with open_tensors(weights) as tensors:
        if _LAST_BIAS not in list(tensors.keys()):
            raise VidstyleError(f"{weights} is no network of adain-lite: it lacks {_LAST_BIAS}")
        return int(tensors.get_slice(_LAST_BIAS).get_shape()[0])
