"""VGG-16 and VGG-19 (Simonyan & Zisserman 2015) as feature extractors, in their published forms."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from vidstyle.nets.extractors import check_layers, leave_out_deeper

# Channels in each of the five blocks, which are joined by 2×2 max pooling.
_CHANNELS = (64, 128, 256, 512, 512)


def _relu_layers(*depths: int) -> tuple[str, ...]:
    """Names of all layers, for as many convolutions in each block."""
    return tuple(
        f"relu{block}_{position}"
        for block, depth in enumerate(depths, start=1)
        for position in range(1, depth + 1)
    )


RELU_LAYERS = _relu_layers(2, 2, 4, 4, 4)
"""Every layer of VGG-19 that features can be taken from, shallow to deep."""

VGG16_LAYERS = _relu_layers(2, 2, 3, 3, 3)
"""As `RELU_LAYERS`, of VGG-16."""

CAFFE_MEAN = (123.68, 116.779, 103.939)
"""Mean RGB of the training pictures, 0 to 255, that the Caffe weights expect to be taken off."""


def channels_of(layer: str) -> int:
    """The number of channels of `layer`, for example 256 of "relu3_1"."""
    return _CHANNELS[_block_of(layer) - 1]


def stride_of(layer: str) -> int:
    """How many pixels of the picture one step in `layer` covers, for example 4 in "relu3_1"."""
    return int(2 ** (_block_of(layer) - 1))


class VGGFeatures(nn.Module):
    """A loss network: VGG with Caffe preprocessing and zero padding.

    Parameters are named as torchvision's (`features.N.weight`). A state dict that goes deeper than
    `layers` ask for loads too; what lies deeper is left out.

    Args:
        layers: the features to return, out of `known`.
        known: every layer of the network, shallow to deep.

    Raises:
        ValueError: the network has no such layer.
    """

    def __init__(self, layers: Sequence[str], *, known: Sequence[str]) -> None:
        super().__init__()
        self.layers = check_layers(layers, known=known)
        self.features = nn.Sequential()
        self._layer_at: dict[int, str] = {}
        width = 3
        for name in _until_deepest(self.layers, known):
            if name.startswith("pool"):
                self.features.append(nn.MaxPool2d(2, stride=2))
                continue
            self.features.append(nn.Conv2d(width, channels_of(name), 3, padding=1))
            self.features.append(nn.ReLU(inplace=True))
            self._layer_at[len(self.features) - 1] = name
            width = channels_of(name)
        self.mean: Tensor
        self.register_buffer("mean", torch.tensor(CAFFE_MEAN).view(1, 3, 1, 1), persistent=False)
        leave_out_deeper(self)
        leave_out_deeper(self.features)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Features by layer name.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1].

        Returns:
            For each of `layers` a float tensor (N, C, H / stride, W / stride), rounded down.
        """
        features = pictures * 255.0 - self.mean
        found: dict[str, Tensor] = {}
        for index, module in enumerate(self.features):
            features = module(features)
            if self._layer_at.get(index) in self.layers:
                found[self._layer_at[index]] = features
        return {layer: found[layer] for layer in self.layers}


class VGG16Features(VGGFeatures):
    """The loss network of Johnson et al. 2016: VGG-16.

    Args:
        layers: the features to return, out of `VGG16_LAYERS`.
    """

    def __init__(self, layers: Sequence[str]) -> None:
        super().__init__(layers, known=VGG16_LAYERS)


class VGG19Features(VGGFeatures):
    """The loss network of Gatys et al. 2016 and of AdaIN: VGG-19.

    Args:
        layers: the features to return, out of `RELU_LAYERS`.
    """

    def __init__(self, layers: Sequence[str]) -> None:
        super().__init__(layers, known=RELU_LAYERS)


class NormalisedVGGEncoder(nn.Sequential):
    """The encoder of AdaIN: VGG-19 rescaled so that mean activations are about 1.

    Parameters are named as in the published PyTorch AdaIN (`nn.Sequential` indices; index 0 is a
    1×1 convolution that holds the preprocessing), with reflection padding. A state dict that goes
    deeper than `layer` loads too; what lies deeper is left out.

    Input: float tensor (N, 3, H, W), RGB in [0, 1]; H and W at least two strides.
    Output: float tensor (N, C, H / stride, W / stride), rounded up.

    Args:
        layer: where to stop, out of `RELU_LAYERS`; AdaIN uses "relu4_1" (512 channels, stride 8).
    """

    def __init__(self, layer: str = "relu4_1") -> None:
        super().__init__(nn.Conv2d(3, 3, 1))
        self.layer = layer
        width = 3
        for name in _until_deepest(check_layers([layer], known=RELU_LAYERS), RELU_LAYERS):
            if name.startswith("pool"):
                self.append(nn.MaxPool2d(2, stride=2, ceil_mode=True))
                continue
            self.append(nn.ReflectionPad2d(1))
            self.append(nn.Conv2d(width, channels_of(name), 3))
            self.append(nn.ReLU(inplace=True))
            width = channels_of(name)
        leave_out_deeper(self)


def _block_of(layer: str) -> int:
    return int(layer[len("relu")])


def _until_deepest(layers: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    """Names of convolutions (by their "relu…") and poolings, up to and with the deepest layer."""
    block = 1
    for name in known[: max(known.index(layer) for layer in layers) + 1]:
        if _block_of(name) > block:
            yield f"pool{block}"
            block += 1
        yield name
