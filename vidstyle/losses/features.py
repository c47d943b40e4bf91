"""Features of a frozen loss network, and what of a style picture's features training needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import torch
from torch import Tensor, nn

from vidstyle.nets.adain import channel_statistics
from vidstyle.nets.vgg import VGG16Features, VGG19Features, VGGFeatures

Features: TypeAlias = Mapping[str, Tensor]
"""Feature maps (N, C, H, W) by the name of their layer."""

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""Where AdaIN measures style (Huang & Belongie 2017)."""


class LossNetwork(nn.Module):
    """A network whose features pictures are compared by: frozen, and always in evaluation mode.

    Gradients pass through it to the pictures. Its weights are held in the channels_last format,
    which is the faster one for VGG on CPUs and GPUs alike.

    Args:
        network: from pictures (N, 3, H, W), RGB in [0, 1], to features by layer name; what
            normalisation it needs is inside it.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        # Untyped in PyTorch where a memory format is asked for.
        self.network: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.requires_grad_(False)
        self.train(False)

    @classmethod
    def vgg19(
        cls, weights: Mapping[str, Tensor], *, layers: Sequence[str] = STYLE_LAYERS
    ) -> "LossNetwork":
        """VGG-19 with these weights (torchvision's names, Caffe preprocessing).

        Args:
            weights: as `read_state_dict` gives the file that the store knows as "vgg19".
            layers: the features to return.

        Raises:
            ValueError: there is no such layer, or the weights do not reach it.
        """
        return cls(_loaded(VGG19Features(layers), weights))

    @classmethod
    def vgg16(cls, weights: Mapping[str, Tensor], *, layers: Sequence[str]) -> "LossNetwork":
        """As `vgg19`, with VGG-16 (in the store "vgg16")."""
        return cls(_loaded(VGG16Features(layers), weights))

    def train(self, mode: bool = True) -> "LossNetwork":
        """Stay in evaluation mode, whatever the module around is put into."""
        super().train(False)
        return self

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Features (N, C, H / stride, W / stride) of pictures (N, 3, H, W), RGB in [0, 1]."""
        features: dict[str, Tensor] = self.network(
            pictures.contiguous(memory_format=torch.channels_last)
        )
        return features


@dataclass(frozen=True)
class StyleTargets:
    """What the style losses compare with; it can be computed once for each style picture.

    Attributes:
        means: of every channel, float32 (N, C), by layer.
        deviations: standard deviations of every channel, float32 (N, C), by layer.
        grams: Gram matrices, float32 (N, C, C), by layer; empty where they are not needed.
    """

    means: Mapping[str, Tensor]
    deviations: Mapping[str, Tensor]
    grams: Mapping[str, Tensor] = field(default_factory=dict)

    @classmethod
    def measure(cls, features: Features, *, grams: bool = False) -> "StyleTargets":
        """The targets that a style picture's features set.

        Args:
            features: of the style pictures.
            grams: whether Gram matrices are needed too.
        """
        statistics = {name: channel_statistics(layer) for name, layer in features.items()}
        return cls(
            means={name: mean.flatten(1) for name, (mean, _) in statistics.items()},
            deviations={name: std.flatten(1) for name, (_, std) in statistics.items()},
            grams={name: gram_matrix(layer) for name, layer in features.items()} if grams else {},
        )

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> "StyleTargets":
        """What `tensors` gave, for example read from a safetensors file."""
        kinds: dict[str, dict[str, Tensor]] = {"means": {}, "deviations": {}, "grams": {}}
        for name, tensor in tensors.items():
            layer, kind = name.rsplit(".", 1)
            kinds[kind][layer] = tensor
        return cls(**kinds)

    def tensors(self) -> dict[str, Tensor]:
        """Everything by a flat name, for example "relu1_1.means", to be stored."""
        kinds = {"means": self.means, "deviations": self.deviations, "grams": self.grams}
        return {
            f"{layer}.{kind}": tensor
            for kind, layers in kinds.items()
            for layer, tensor in layers.items()
        }

    def __len__(self) -> int:
        """For how many pictures these are."""
        return len(next(iter(self.means.values())))

    def __getitem__(self, pictures: Tensor | slice) -> "StyleTargets":
        """The targets of some of the pictures: by a slice, or a tensor (n,) of indices."""
        return self.from_tensors({name: t[pictures] for name, t in self.tensors().items()})

    def to(self, device: torch.device | str) -> "StyleTargets":
        """The same targets on another device."""
        return self.from_tensors({name: t.to(device) for name, t in self.tensors().items()})


def gram_matrix(features: Tensor) -> Tensor:
    """Products of every two channels, averaged over the picture (Johnson et al. 2016, equation 3).

    G = F Fᵀ / (C H W), for features F as a matrix (C, H W).

    Args:
        features: float tensor (N, C, H, W) of any precision.

    Returns:
        Float32 tensor (N, C, C).
    """
    channels, height, width = features.shape[1:]
    # Divided on both sides of the product: whole sums would overflow in half precision.
    flat = features.float().flatten(2) / (channels * height * width) ** 0.5
    # Mixed precision would take the product in half precision all the same.
    with torch.autocast(features.device.type, enabled=False):
        return torch.bmm(flat, flat.transpose(1, 2))


def _loaded(network: VGGFeatures, weights: Mapping[str, Tensor]) -> VGGFeatures:
    missing = network.state_dict().keys() - weights.keys()
    if missing:
        raise ValueError(f"the weights at hand do not reach all of {', '.join(network.layers)}")
    network.load_state_dict(weights)
    return network
