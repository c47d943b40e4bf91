"""The two networks of AdaIN, from weights files: statistics once a style, transfer every frame."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Input, Network
from vidstyle.engines.network import Arrays, weights_digest
from vidstyle.weights.store import WeightStore

if TYPE_CHECKING:
    from torch import nn

_ENCODER = "vgg-normalised-relu4_1"

DECODER = "adain-decoder-relu4_1"
"""The paper's decoder, as the weights store calls it."""


@dataclass(frozen=True, kw_only=True)
class _Variant:
    """One decoder and the encoder's depth that it is for; known here without loading either."""

    layer: str
    decoder: str
    channels: int
    multiple: int
    encoder_multiply_adds: float
    multiply_adds: float


_DEEP = _Variant(
    layer="relu4_1",
    decoder=DECODER,
    channels=512,
    multiple=8,
    encoder_multiply_adds=241e3,
    multiply_adds=483e3,
)
_SHALLOW = _Variant(
    layer="relu3_1",
    decoder="adain-decoder-relu3_1",
    channels=256,
    multiple=4,
    encoder_multiply_adds=112e3,
    multiply_adds=225e3,
)


@dataclass(frozen=True, kw_only=True)
class AdaINNetworks:
    """The networks of one decoder.

    Attributes:
        method: that they are of, as the user names it.
        statistics: from a style picture to float32 (2, 1, C, 1, 1), its means and deviations.
        transfer: from frames, means, deviations and alpha to frames.
        multiple: what both need heights and widths to be a multiple of.
    """

    method: str
    statistics: Network
    transfer: Network
    multiple: int

    @classmethod
    def between(
        cls,
        make_encoder: "Callable[[], nn.Module]",
        make_decoder: "Callable[[], nn.Module]",
        *,
        method: str,
        name: str,
        encoder_weights: str,
        weights: str,
        channels: int,
        multiple: int,
        encoder_multiply_adds: float,
        multiply_adds: float,
    ) -> Self:
        """The networks of AdaIN around an encoder and a decoder, each loaded on first use.

        Args:
            make_encoder: from float pictures to features.
            make_decoder: from features to float pictures.
            method: see above.
            name: of the networks.
            encoder_weights: sha256 of the encoder's weights.
            weights: sha256 of the weights of both.
            channels: of the features.
            multiple: see above.
            encoder_multiply_adds: of the encoder, for each pixel.
            multiply_adds: of both.
        """
        modules = _Modules(make_encoder, make_decoder)
        per_channel = Input(dtype="float32", shape=(1, channels, 1, 1))
        return cls(
            method=method,
            statistics=Network(
                name=f"{name} style",
                weights=encoder_weights,
                inputs=(Input(dtype="uint8", shape=(1, None, None, 3)),),
                make=modules.statistics,
                examples=lambda module, frame, style: (style,),
                per_frame=False,
                multiply_adds=encoder_multiply_adds,
            ),
            transfer=Network(
                name=name,
                weights=weights,
                inputs=(
                    Input(dtype="uint8", shape=(None, None, None, 3)),
                    per_channel,
                    per_channel,
                    Input(dtype="float32", shape=(1,)),
                ),
                make=modules.transfer,
                examples=_transfer_examples,
                multiply_adds=multiply_adds,
            ),
            multiple=multiple,
        )


def adain_networks(store: WeightStore) -> AdaINNetworks:
    """The published networks: the paper's decoder where its weights are, else the relu3_1 one.

    Raises:
        VidstyleError: the weights cannot be had.
    """
    deep = store.find(_DEEP.decoder)
    variant = _SHALLOW if deep is None else _DEEP
    decoder = deep or store.fetch(_SHALLOW.decoder)
    encoder = store.fetch(_ENCODER)
    return AdaINNetworks.between(
        lambda: _encoder(variant, encoder),
        lambda: _decoder(variant, decoder),
        method="adain-vgg19",
        name=f"adain-vgg19 {variant.layer}",
        encoder_weights=weights_digest([encoder]),
        weights=weights_digest([encoder, decoder]),
        channels=variant.channels,
        multiple=variant.multiple,
        encoder_multiply_adds=variant.encoder_multiply_adds,
        multiply_adds=variant.multiply_adds,
    )


def _encoder(variant: _Variant, path: Path) -> "nn.Module":
    from vidstyle.nets.vgg import NormalisedVGGEncoder
    from vidstyle.weights.checkpoint import load_checkpoint

    encoder = NormalisedVGGEncoder(variant.layer)
    load_checkpoint(encoder, path)
    return encoder


def _decoder(variant: _Variant, path: Path) -> "nn.Module":
    from vidstyle.nets.adain import AdaINDecoder, ShallowDecoder
    from vidstyle.weights.checkpoint import load_checkpoint

    decoder = AdaINDecoder() if variant is _DEEP else ShallowDecoder()
    load_checkpoint(decoder, path)
    return decoder


class _Modules:
    """Makes the modules; both share the encoder."""

    def __init__(
        self, make_encoder: "Callable[[], nn.Module]", make_decoder: "Callable[[], nn.Module]"
    ) -> None:
        self._encoder = cache(make_encoder)
        self._make_decoder = make_decoder

    def statistics(self) -> "nn.Module":
        from vidstyle.nets.graphs import StyleStatistics

        return StyleStatistics(self._encoder())

    def transfer(self) -> "nn.Module":
        from vidstyle.nets.graphs import AdaINTransfer

        return AdaINTransfer(self._encoder(), self._make_decoder())


def _transfer_examples(module: Any, frame: NDArray[np.uint8], style: NDArray[np.uint8]) -> Arrays:
    import torch

    from vidstyle.nets.graphs import StyleStatistics

    with torch.no_grad():
        mean, std = StyleStatistics(module.encoder)(torch.from_numpy(style)).numpy()
    return frame, mean, std, np.ones(1, np.float32)
