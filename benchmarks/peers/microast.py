"""MicroAST, a published light network for any style (Wang et al. 2023, arXiv:2211.15313).

After the paper, with the names, shapes and bilinear upsampling of the published network. Its parts
are made as those of vidstyle's own: what runs once for a style, and what runs for every frame.
"""

from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.adain import adaptive_instance_normalization, channel_statistics

CHANNELS = 64
"""Of the features that are modulated, at a quarter of the picture's height and width."""

CODE_SIZE = 2 * 4 * CHANNELS
"""Length of a style code: at two depths means, deviations, weights and biases."""

Modulation: TypeAlias = tuple[Tensor, Tensor]
"""Weights and biases of filters, float tensors (N, 64, 1, 1)."""


class Convolution(nn.Module):
    """A convolution on features continued by their mirror image."""

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int = 1, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__()
        self.margin = (kernel // 2,) * 4
        self.conv_layer = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        convolved: Tensor = self.conv_layer(functional.pad(features, self.margin, mode="reflect"))
        return convolved


class Residual(nn.Module):
    """Two convolutions whose result is added to what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = Convolution(CHANNELS, CHANNELS, kernel=3)
        self.conv2 = Convolution(CHANNELS, CHANNELS, kernel=3)

    def forward(self, features: Tensor) -> Tensor:
        """(N, 64, H, W) to the same shape."""
        inner: Tensor = self.conv2(functional.relu(self.conv1(features)))
        return features + inner

    def modulated(self, features: Tensor, modulation: Modulation) -> Tensor:
        """As `forward`, with filters that the style has modulated."""
        inner = functional.relu(_modulated(self.conv1, features, modulation))
        return features + _modulated(self.conv2, inner, modulation)


class MicroEncoder(nn.Module):
    """Features at two depths."""

    def __init__(self) -> None:
        super().__init__()
        self.enc1 = nn.Sequential(
            Convolution(3, 16, kernel=9),
            nn.ReLU(),
            Convolution(16, 32, kernel=3, stride=2, groups=16),
            nn.ReLU(),
            Convolution(32, 32),
            nn.ReLU(),
            Convolution(32, CHANNELS, kernel=3, stride=2, groups=32),
            nn.ReLU(),
            Convolution(CHANNELS, CHANNELS),
            nn.ReLU(),
            Residual(),
        )
        self.enc2 = nn.Sequential(Residual())

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (N, 3, H, W), RGB in [0, 1], to two tensors (N, 64, H / 4, W / 4)."""
        shallow = self.enc1(pictures)
        return shallow, self.enc2(shallow)


class Modulator(nn.Module):
    """From the style's features to what modulates the decoder's filters."""

    def __init__(self) -> None:
        super().__init__()
        self.weight1, self.bias1 = _depthwise(), _depthwise()
        self.weight2, self.bias2 = _depthwise(), _depthwise()

    def forward(self, shallow: Tensor, deep: Tensor) -> tuple[Modulation, Modulation]:
        """Features (N, 64, H, W) at both depths to the modulation for each."""
        return (
            (_pooled(self.weight1(shallow)), _pooled(self.bias1(shallow))),
            (_pooled(self.weight2(deep)), _pooled(self.bias2(deep))),
        )


class Decoder(nn.Module):
    """From the content's features and a style's code to the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.dec1 = Residual()
        self.dec2 = Residual()
        self.dec3 = nn.Sequential(
            nn.Upsample(scale_factor=2.0, mode="bilinear"),
            Convolution(CHANNELS, 32, kernel=3, groups=32),
            nn.ReLU(),
            Convolution(32, 32),
            nn.ReLU(),
            nn.Upsample(scale_factor=2.0, mode="bilinear"),
            Convolution(32, 16, kernel=3, groups=16),
            nn.ReLU(),
            Convolution(16, 16),
            nn.ReLU(),
            Convolution(16, 3, kernel=9),
        )

    def forward(self, features: Tensor, code: Tensor) -> Tensor:
        """The content's deep features (N, 64, H, W) and a code (1, 512) to (N, 3, 4 H, 4 W)."""
        shallow, deep = code.view(2, 4, 1, CHANNELS, 1, 1)
        # The style comes in from the depths up.
        for block, (mean, deviation, weight, bias) in ((self.dec1, deep), (self.dec2, shallow)):
            styled = adaptive_instance_normalization(features, mean, deviation)
            features = block.modulated(styled, (weight, bias))
        pictures: Tensor = self.dec3(features)
        return pictures


class MicroAST(nn.Module):
    """The whole network, as it is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.content_encoder = MicroEncoder()
        self.style_encoder = MicroEncoder()
        self.modulator = Modulator()
        self.decoder = Decoder()


class MicroStyle(nn.Module):
    """The part that runs once for a style."""

    def __init__(self, network: MicroAST) -> None:
        super().__init__()
        self.encoder = network.style_encoder
        self.modulator = network.modulator

    def forward(self, style: Tensor) -> Tensor:
        """A style picture (1, 3, H, W), RGB in [0, 1], to its code (1, 512)."""
        depths = self.encoder(style)
        signals = zip(depths, self.modulator(*depths), strict=True)
        parts = [(*channel_statistics(depth), *modulation) for depth, modulation in signals]
        code: Tensor = torch.cat([row for part in parts for row in part], dim=1).flatten(1)
        return code


class MicroTransfer(nn.Module):
    """The part that runs for every frame."""

    def __init__(self, network: MicroAST) -> None:
        super().__init__()
        self.encoder = network.content_encoder
        self.decoder = network.decoder

    def forward(self, content: Tensor, code: Tensor) -> Tensor:
        """Stylised pictures at full strength.

        Args:
            content: float tensor (N, 3, H, W), RGB in [0, 1]; H and W multiples of 4.
            code: float tensor (1, 512).

        Returns:
            Float tensor (N, 3, H, W), RGB, about [0, 1] (not clamped).
        """
        _, deep = self.encoder(content)
        stylised: Tensor = self.decoder(deep, code)
        return stylised


def _modulated(convolution: nn.Module, features: Tensor, modulation: Modulation) -> Tensor:
    """Equals a convolution whose filters are scaled, with the bias added to their middle."""
    weight, bias = modulation
    modulated: Tensor = weight * convolution(features) + bias * features
    return modulated


def _depthwise() -> nn.Sequential:
    return nn.Sequential(Convolution(CHANNELS, CHANNELS, kernel=3, groups=CHANNELS))


def _pooled(features: Tensor) -> Tensor:
    return features.mean((2, 3), keepdim=True)
