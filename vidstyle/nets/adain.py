"""Adaptive instance normalisation and its decoders (Huang & Belongie 2017, arXiv:1703.06868)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

# Keeps the division defined in channels that are flat; the published value.
_EPSILON = 1e-5


def channel_statistics(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of every channel over the picture (equations 5 and 6).

    Args:
        features: float tensor (N, C, H, W) of any precision.

    Returns:
        Two float32 tensors (N, C, 1, 1); the deviation is above zero.
    """
    # In half precision the sum of squares over a picture would overflow.
    variance, mean = torch.var_mean(features.float(), dim=(2, 3), correction=0, keepdim=True)
    return mean, (variance + _EPSILON).sqrt()


def adaptive_instance_normalization(
    content: Tensor, style_mean: Tensor, style_std: Tensor
) -> Tensor:
    """Give the content's features the style's mean and deviation in every channel (equation 8).

    AdaIN(x, y) = σ(y) (x − μ(x)) / σ(x) + μ(y)

    Args:
        content: float tensor (N, C, H, W).
        style_mean: float32 tensor (1, C, 1, 1) or (N, C, 1, 1); see `channel_statistics`.
        style_std: as `style_mean`.

    Returns:
        Float tensor (N, C, H, W) of the content's precision.
    """
    mean, std = channel_statistics(content)
    scale = style_std / std
    shift = style_mean - mean * scale
    return (content * scale + shift).to(content.dtype)


class AdaINDecoder(nn.Sequential):
    """The paper's decoder from relu4_1, named as the published PyTorch `decoder.pth`.

    Input: float tensor (N, 512, H, W) of `NormalisedVGGEncoder("relu4_1")` features.
    Output: float tensor (N, 3, 8 H, 8 W), RGB, about [0, 1] (not clamped).
    """

    layer = "relu4_1"

    def __init__(self) -> None:
        super().__init__(
            *_convolution(512, 256),
            _upsample(),
            *_convolution(256, 256),
            *_convolution(256, 256),
            *_convolution(256, 256),
            *_convolution(256, 128),
            _upsample(),
            *_convolution(128, 128),
            *_convolution(128, 64),
            _upsample(),
            *_convolution(64, 64),
            *_convolution(64, 3)[:-1],
        )


class ShallowDecoder(nn.Module):
    """The decoder from relu3_1 of WCT (Li et al. 2017, arXiv:1705.08086): a milder stylisation.

    Input: float tensor (N, 256, H, W) of `NormalisedVGGEncoder("relu3_1")` features.
    Output: float tensor (N, 3, 4 H, 4 W), RGB, about [0, 1] (not clamped).
    """

    layer = "relu3_1"

    def __init__(self) -> None:
        super().__init__()
        self.conv3_1 = _reflected(256, 128)
        self.conv2_2 = _reflected(128, 128)
        self.conv2_1 = _reflected(128, 64)
        self.conv1_2 = _reflected(64, 64)
        self.conv1_1 = _reflected(64, 3)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, 256, H, W) to pictures (N, 3, 4 H, 4 W)."""
        features = functional.relu(self.conv3_1(features), inplace=True)
        features = functional.interpolate(features, scale_factor=2.0, mode="nearest")
        features = functional.relu(self.conv2_2(features), inplace=True)
        features = functional.relu(self.conv2_1(features), inplace=True)
        features = functional.interpolate(features, scale_factor=2.0, mode="nearest")
        features = functional.relu(self.conv1_2(features), inplace=True)
        pictures: Tensor = self.conv1_1(features)
        return pictures


def _convolution(inputs: int, outputs: int) -> tuple[nn.Module, nn.Module, nn.Module]:
    # Padding is a layer of its own here: the published indices count it.
    return nn.ReflectionPad2d(1), nn.Conv2d(inputs, outputs, 3), nn.ReLU(inplace=True)


def _upsample() -> nn.Module:
    return nn.Upsample(scale_factor=2, mode="nearest")


def _reflected(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="reflect")
