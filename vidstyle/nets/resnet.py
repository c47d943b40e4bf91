"""ResNet-18 (He et al. 2016, arXiv:1512.03385) as a feature extractor."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.extractors import check_layers, leave_out_deeper

RESNET18_LAYERS = ("conv1", "layer1", "layer2", "layer3", "layer4")
"""Every layer that features can be taken from, shallow to deep."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
"""Mean RGB of the training pictures, 0 to 1, that torchvision's weights expect to be taken off."""

IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
"""Their standard deviation, that torchvision's weights expect to be divided by."""

_CHANNELS = {"layer1": 64, "layer2": 128, "layer3": 256, "layer4": 512}


class ResNet18Features(nn.Module):
    """A loss network: ResNet-18 with torchvision's preprocessing, in evaluation mode.

    Parameters are named as torchvision's and timm's. A state dict that goes deeper than `layers`
    ask for loads too; what lies deeper is left out. "conv1" is the first convolution, as it comes
    out of it.

    Args:
        layers: the features to return, out of `RESNET18_LAYERS`.

    Raises:
        ValueError: there is no such layer.
    """

    def __init__(self, layers: Sequence[str]) -> None:
        super().__init__()
        self.layers = check_layers(layers, known=RESNET18_LAYERS)
        deepest = max(RESNET18_LAYERS.index(layer) for layer in layers)
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        width = 64
        self._stages = RESNET18_LAYERS[1 : deepest + 1]
        for name in self._stages:
            channels = _CHANNELS[name]
            stride = 1 if name == "layer1" else 2
            self.add_module(
                name, nn.Sequential(_Block(width, channels, stride), _Block(channels, channels, 1))
            )
            width = channels
        self.mean: Tensor
        self.deviation: Tensor
        self._register("mean", IMAGENET_MEAN)
        self._register("deviation", IMAGENET_DEVIATION)
        leave_out_deeper(self)
        self.train(False)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Features by layer name.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1].

        Returns:
            For each of `layers` a float tensor (N, C, H / stride, W / stride), rounded up.
        """
        features = self.conv1((pictures - self.mean) / self.deviation)
        found = {"conv1": features}
        features = functional.max_pool2d(functional.relu(self.bn1(features)), 3, 2, padding=1)
        for name in self._stages:
            features = self.get_submodule(name)(features)
            found[name] = features
        return {layer: found[layer] for layer in self.layers}

    def _register(self, name: str, values: tuple[float, ...]) -> None:
        self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)


class _Block(nn.Module):
    """Two convolutions and a skip connection."""

    def __init__(self, inputs: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride=stride, bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, features: Tensor) -> Tensor:
        inner = functional.relu(self.bn1(self.conv1(features)))
        return functional.relu(self.bn2(self.conv2(inner)) + self.downsample(features))
