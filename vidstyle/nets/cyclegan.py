"""The generator of CycleGAN (Zhu et al. 2017, arXiv:1703.10593): residual blocks between strides.

Layout and names follow the authors' public code, so that networks trained with it load unchanged.
"""

from torch import Tensor, nn

from vidstyle.nets.generator_shape import GeneratorShape, Upsampling
from vidstyle.nets.instance_norm import InstanceNorm


class ResidualBlock(nn.Module):
    """Two convolutions with reflection padding, and a skip connection.

    Args:
        channels: of what comes in and goes out.
        inner: channels between the convolutions.
        shape: says how the convolutions are made.
    """

    def __init__(self, channels: int, inner: int, *, shape: GeneratorShape) -> None:
        super().__init__()
        convolution = SeparableConvolution if shape.separable else _plain_convolution
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1),
            convolution(channels, inner),
            InstanceNorm(inner),
            nn.ReLU(),
            *([nn.Identity()] if shape.dropout else []),
            nn.ReflectionPad2d(1),
            convolution(inner, channels),
            InstanceNorm(channels),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        residual: Tensor = self.conv_block(features)
        return features + residual


class SeparableConvolution(nn.Module):
    """A depthwise convolution, then a pointwise one."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, inputs, 3, groups=inputs),
            InstanceNorm(inputs),
            nn.Conv2d(inputs, outputs, 1),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H - 2, W - 2)."""
        convolved: Tensor = self.conv(features)
        return convolved


class ResnetGenerator(nn.Module):
    """From pictures of one kind to pictures of another.

    Args:
        shape: its sizes; by default the published ones for 256 pixels, with 9 blocks.
    """

    def __init__(self, shape: GeneratorShape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or GeneratorShape()
        full, half, quarter = shape.widths
        self.model = nn.Sequential(
            nn.ReflectionPad2d(3),
            *_normalised(nn.Conv2d(3, full, 7), full),
            *_normalised(nn.Conv2d(full, half, 3, stride=2, padding=1), half),
            *_normalised(nn.Conv2d(half, quarter, 3, stride=2, padding=1), quarter),
            *(ResidualBlock(quarter, inner, shape=shape) for inner in shape.block_widths),
            *_normalised(_upsampling(quarter, half, shape.upsampling), half),
            *_normalised(_upsampling(half, full, shape.upsampling), full),
            nn.ReflectionPad2d(3),
            nn.Conv2d(full, 3, 7),
            nn.Tanh(),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Translated pictures.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1]; H and W multiples of 4, at least 8.

        Returns:
            Float tensor (N, 3, H, W), RGB in [0, 1].
        """
        translated: Tensor = self.model(pictures * 2.0 - 1.0)
        return (translated + 1.0) / 2.0


def initialise(network: nn.Module) -> None:
    """Draw the weights of all convolutions from N(0, 0.02²), as the paper does; biases are 0."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _plain_convolution(inputs: int, outputs: int) -> nn.Module:
    return nn.Conv2d(inputs, outputs, 3)


def _upsampling(inputs: int, outputs: int, kind: Upsampling) -> nn.Module:
    match kind:
        case Upsampling.TRANSPOSED:
            return nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1)
        case Upsampling.RESIZE:
            return nn.Sequential(
                nn.Upsample(scale_factor=2.0, mode="nearest"),
                nn.ReflectionPad2d(1),
                nn.Conv2d(inputs, outputs, 3),
            )


def _normalised(convolution: nn.Module, channels: int) -> tuple[nn.Module, ...]:
    return convolution, InstanceNorm(channels), nn.ReLU()
