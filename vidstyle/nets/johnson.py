"""The feed-forward network of Johnson et al. 2016 (arXiv:1603.08155), one style per network.

With instance normalisation (Ulyanov et al. 2016, arXiv:1607.08022) and nearest-neighbour upsampling
in place of transposed convolutions. Names and layout follow PyTorch's fast_neural_style example,
so that networks trained with it load unchanged.
"""

from torch import Tensor, nn
from torch.nn import functional


class ConvLayer(nn.Module):
    """A convolution with reflection padding."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.reflection_pad = nn.ReflectionPad2d(kernel // 2)
        self.conv2d = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        convolved: Tensor = self.conv2d(self.reflection_pad(features))
        return convolved


class ResidualBlock(nn.Module):
    """Two convolutions and a skip connection."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = ConvLayer(channels, channels, kernel=3)
        self.in1 = _instance_norm(channels)
        self.conv2 = ConvLayer(channels, channels, kernel=3)
        self.in2 = _instance_norm(channels)

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        residual: Tensor = self.in1(self.conv1(features))
        residual = self.in2(self.conv2(functional.relu(residual)))
        return features + residual


class UpsampleConvLayer(nn.Module):
    """Nearest-neighbour upsampling ×2, then a convolution: no checkerboard."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int) -> None:
        super().__init__()
        self.reflection_pad = nn.ReflectionPad2d(kernel // 2)
        self.conv2d = nn.Conv2d(inputs, outputs, kernel)

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, 2 H, 2 W)."""
        upsampled = functional.interpolate(features, scale_factor=2.0, mode="nearest")
        convolved: Tensor = self.conv2d(self.reflection_pad(upsampled))
        return convolved


class TransformerNet(nn.Module):
    """Johnson's image transformation network.

    Args:
        width: channels of the first convolution; 32 is the published size (1.68 M parameters).
    """

    def __init__(self, *, width: int = 32) -> None:
        super().__init__()
        self.conv1 = ConvLayer(3, width, kernel=9)
        self.in1 = _instance_norm(width)
        self.conv2 = ConvLayer(width, 2 * width, kernel=3, stride=2)
        self.in2 = _instance_norm(2 * width)
        self.conv3 = ConvLayer(2 * width, 4 * width, kernel=3, stride=2)
        self.in3 = _instance_norm(4 * width)
        self.res1 = ResidualBlock(4 * width)
        self.res2 = ResidualBlock(4 * width)
        self.res3 = ResidualBlock(4 * width)
        self.res4 = ResidualBlock(4 * width)
        self.res5 = ResidualBlock(4 * width)
        self.deconv1 = UpsampleConvLayer(4 * width, 2 * width, kernel=3)
        self.in4 = _instance_norm(2 * width)
        self.deconv2 = UpsampleConvLayer(2 * width, width, kernel=3)
        self.in5 = _instance_norm(width)
        self.deconv3 = ConvLayer(width, 3, kernel=9)

    def forward(self, pictures: Tensor) -> Tensor:
        """Stylised pictures.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1]; H and W multiples of 4, at least 8.

        Returns:
            Float tensor (N, 3, H, W), RGB, about [0, 1] (not clamped).
        """
        return self._drawn(self._deepest(pictures))

    def paint(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Stylised pictures, as of `forward`, and the features after the residual blocks.

        Temporal losses compare those: float tensor (N, 4 width, H / 4, W / 4).
        """
        features = self._deepest(pictures)
        return self._drawn(features), features

    def _deepest(self, pictures: Tensor) -> Tensor:
        features = functional.relu(self.in1(self.conv1(pictures * 255.0)))
        features = functional.relu(self.in2(self.conv2(features)))
        features = functional.relu(self.in3(self.conv3(features)))
        for block in (self.res1, self.res2, self.res3, self.res4, self.res5):
            features = block(features)
        return features

    def _drawn(self, features: Tensor) -> Tensor:
        features = functional.relu(self.in4(self.deconv1(features)))
        features = functional.relu(self.in5(self.deconv2(features)))
        stylised: Tensor = self.deconv3(features)
        return stylised / 255.0


def _instance_norm(channels: int) -> nn.GroupNorm:
    # One channel a group is instance normalisation, with the same parameters and names, and runs
    # five times faster on a CPU than nn.InstanceNorm2d.
    return nn.GroupNorm(channels, channels)
