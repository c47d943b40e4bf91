"""The networks that can be trained, under one interface: pictures and styles in, pictures out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.errors import VidstyleError
from vidstyle.nets.adain import AdaINDecoder, adaptive_instance_normalization, channel_statistics
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.johnson import TransformerNet
from vidstyle.nets.lite_trunk import LiteShape
from vidstyle.nets.slim_johnson import SlimJohnson
from vidstyle.nets.timm_encoder import MirroredDecoder, TimmAdaIN, TimmEncoder
from vidstyle.nets.vgg import NormalisedVGGEncoder, stride_of
from vidstyle.training.network_sections import (
    AdaINLiteSection,
    AdaINTimmSection,
    AdaINVGG19Section,
    CycleGANSection,
    JohnsonSection,
    LiteSection,
    NetworkSection,
    SlimJohnsonSection,
)
from vidstyle.weights.checkpoint import load_checkpoint
from vidstyle.weights.store import WeightStore


@dataclass(frozen=True)
class Painted:
    """What a model makes of M pictures.

    Attributes:
        pictures: float (M, 3, H, W), about [0, 1].
        features: float (M, C, h, w), the network's own, for the feature-level temporal loss; None
            where the network offers none.
        targets: float (M, C, h, w), the features that AdaIN asked the decoder to paint; None for
            other networks.
    """

    pictures: Tensor
    features: Tensor | None = None
    targets: Tensor | None = None

    def cut(self, margin: int) -> "Painted":
        """The same without `margin` pixels at every side; it covers whole steps of the features."""
        height = self.pictures.shape[2]

        def inner(maps: Tensor | None) -> Tensor | None:
            if maps is None:
                return None
            width = margin * maps.shape[2] // height
            return functional.pad(maps, (-width,) * 4)

        pictures = functional.pad(self.pictures, (-margin,) * 4)
        return Painted(pictures, inner(self.features), inner(self.targets))


class StyleModel(nn.Module, ABC):
    """A network in training, with what is frozen around it.

    Attributes:
        network: what is trained, averaged and stored.
        any_style: whether it takes any style picture, not just one.
        reads_styles: whether `read_styles` computes something, which then is the same in each step.
    """

    any_style = True
    reads_styles = False

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    @abstractmethod
    def forward(self, content: Tensor, styles: Tensor, which: Tensor) -> Painted:
        """Paint.

        Args:
            content: float (M, 3, H, W), RGB in [0, 1].
            styles: float (S, …), what `read_styles` makes of the styles.
            which: long (M,), the style of each picture.
        """

    def read_styles(self, styles: Tensor) -> Tensor:
        """What `forward` takes of style pictures, float (S, 3, h, w), RGB in [0, 1].

        The pictures themselves, unless `reads_styles`: then what a frozen encoder says of them.
        """
        return styles

    @abstractmethod
    def blend(self, content: Tensor, styles: Tensor, strength: float) -> Tensor:
        """Pictures (N, 3, H, W) with the styles (N, 3, h, w), at a strength from 0 to 1."""

    def with_network(self, network: nn.Module) -> Self:
        """The same model around another network, such as the average of the weights."""
        return type(self)(network)

    def stored(self, network: nn.Module) -> nn.Module:
        """What a file holds of the run's result, given the network: all that paints with it."""
        return network

    @property
    def multiple(self) -> int:
        """What heights and widths must be a multiple of."""
        return 1

    @property
    def frozen_encoder(self) -> nn.Module | None:
        """What `targets` are features of, if the model has such."""
        return None


class LiteModel(StyleModel):
    """`AdaINLite`: style encoder and trunk are trained together."""

    network: AdaINLite

    def forward(self, content: Tensor, styles: Tensor, which: Tensor) -> Painted:
        codes = self.network.encode_style(styles)[which]
        return Painted(*self.network.trunk.paint(content, codes))

    def blend(self, content: Tensor, styles: Tensor, strength: float) -> Tensor:
        return torch.lerp(
            content, self.network(content, self.network.encode_style(styles)), strength
        )


class OneStyleModel(StyleModel):
    """A network for one style; strength blends pixels."""

    any_style = False

    def blend(self, content: Tensor, styles: Tensor, strength: float) -> Tensor:
        return torch.lerp(content, self(content, styles, _own(content)).pictures, strength)


class SlimJohnsonModel(OneStyleModel):
    """`SlimJohnson`."""

    network: SlimJohnson

    def forward(self, content: Tensor, styles: Tensor, which: Tensor) -> Painted:
        return Painted(*self.network.trunk.paint(content, self.network.code))


class JohnsonModel(OneStyleModel):
    """Johnson's network."""

    network: TransformerNet

    @property
    def multiple(self) -> int:
        return 4

    def forward(self, content: Tensor, styles: Tensor, which: Tensor) -> Painted:
        return Painted(*self.network.paint(content))


class DecoderModel(StyleModel):
    """AdaIN between a frozen encoder and the decoder in training (Huang & Belongie 2017)."""

    reads_styles = True

    def __init__(self, decoder: nn.Module, encoder: nn.Module) -> None:
        super().__init__(decoder)
        self.encoder = encoder.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        """Train the decoder; the encoder stays as it is."""
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, content: Tensor, styles: Tensor, which: Tensor) -> Painted:
        mean, deviation = styles[which].unbind(1)
        targets = adaptive_instance_normalization(self.encoder(content), mean, deviation)
        return Painted(self.network(targets), targets=targets)

    @torch.no_grad()
    def read_styles(self, styles: Tensor) -> Tensor:
        """Means and deviations of the encoded pictures: float32 (S, 2, C, 1, 1)."""
        return torch.stack(channel_statistics(self.encoder(styles)), dim=1)

    def blend(self, content: Tensor, styles: Tensor, strength: float) -> Tensor:
        features = self.encoder(content)
        wanted = adaptive_instance_normalization(features, *self.read_styles(styles).unbind(1))
        pictures: Tensor = self.network(torch.lerp(features, wanted, strength))
        return pictures

    def with_network(self, network: nn.Module) -> Self:
        return type(self)(network, self.encoder)

    def stored(self, network: nn.Module) -> nn.Module:
        if isinstance(self.encoder, TimmEncoder):
            return TimmAdaIN(self.encoder, network)
        return network  # The published encoder has a file of its own.

    @property
    def multiple(self) -> int:
        encoder = self.encoder
        return encoder.stride if isinstance(encoder, TimmEncoder) else stride_of("relu4_1")

    @property
    def frozen_encoder(self) -> nn.Module:
        return self.encoder


def make_model(section: NetworkSection, *, store: WeightStore | None = None) -> StyleModel:
    """The model that a configuration asks for, with random weights where it is trained.

    Raises:
        UsageError: the encoder is not known.
        VidstyleError: the weights of a frozen encoder cannot be had.
    """
    match section:
        case AdaINLiteSection():
            widths = {"style_width": section.style_width, "style_hidden": section.style_hidden}
            return LiteModel(AdaINLite(_shape(section), **widths))
        case SlimJohnsonSection():
            return SlimJohnsonModel(SlimJohnson(_shape(section)))
        case JohnsonSection():
            return JohnsonModel(TransformerNet(width=section.width))
        case AdaINVGG19Section():
            encoder = NormalisedVGGEncoder(AdaINDecoder.layer)
            found = (store or WeightStore()).fetch("vgg-normalised-relu4_1")
            load_checkpoint(encoder, found)
            return DecoderModel(AdaINDecoder(), encoder)
        case AdaINTimmSection():
            timm_encoder = _timm_encoder(section)
            decoder = MirroredDecoder(timm_encoder.channels, stride=timm_encoder.stride)
            return DecoderModel(decoder, timm_encoder)
        case CycleGANSection():
            raise ValueError("cyclegan has a trainer of its own: see training.cyclegan")


def _shape(section: LiteSection) -> LiteShape:
    return LiteShape(**section.model_dump(include=set(LiteSection.model_fields)))


def _timm_encoder(section: AdaINTimmSection) -> TimmEncoder:
    download = section.pretrained and section.weights is None
    try:
        encoder = TimmEncoder(section.encoder, stride=section.stride, pretrained=download)
    # What the network's libraries raise without a connection has many roots.
    except (OSError, RuntimeError) as error:
        raise VidstyleError(
            f"the weights of {section.encoder} cannot be downloaded ({type(error).__name__}): give "
            "a file as network.weights, or set network.pretrained = false for a random encoder"
        ) from error
    if section.weights is not None:
        load_checkpoint(encoder.network, section.weights, has_more=True)
    return encoder


def _own(content: Tensor) -> Tensor:
    return torch.zeros(len(content), dtype=torch.long, device=content.device)
