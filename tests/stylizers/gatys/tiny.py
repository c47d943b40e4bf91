"""A network that is small enough to optimise pictures by in a test."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.losses.features import LossNetwork
from vidstyle.stylizers.gatys.feature_networks import FeatureNetwork, LoadedFeatures


class TinyFeatures(nn.Module):
    """Two convolutions, the second at half the size."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 16, 3, padding=1, stride=2)
        for convolution in (self.first, self.second):
            values = torch.randn(convolution.weight.shape, generator=generator)
            convolution.weight.data = values / values[0].numel() ** 0.5
            nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        shallow = functional.relu(self.first(pictures * 4 - 2))
        return {"shallow": shallow, "deep": functional.relu(self.second(shallow))}


def tiny_features() -> LoadedFeatures:
    """Content in the deep layer, style in both."""
    layers = ("shallow", "deep")
    kind = FeatureNetwork(
        known=layers,
        content=("deep",),
        style=layers,
        levels=64.0,
        load=lambda store, layers: TinyFeatures(),
    )
    return LoadedFeatures("tiny", LossNetwork(TinyFeatures()), kind.content, kind.style, kind)
