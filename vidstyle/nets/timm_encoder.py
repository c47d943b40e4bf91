"""Any feature extractor of timm as the encoder of AdaIN, and a decoder that mirrors it."""

from typing import Any

import torch
from torch import Tensor, nn

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.nets.resnet import IMAGENET_DEVIATION, IMAGENET_MEAN

# Kept for the life of the process: PyTorch forgets operators whose library is gone.
_declared: list[Any] = []


class TimmEncoder(nn.Module):
    """The features of a timm network at one stride; what follows them is left out.

    Attributes:
        network: what is left of it, with timm's names.
        channels: of the features.
        stride: pixels that one step of the features covers.

    Args:
        name: the model's name in timm, for example "convnext_base".
        stride: the wanted stride; a power of two that the model has features at.
        pretrained: with timm's weights, downloaded where they are not in its cache.

    Raises:
        UsageError: timm has no such model, or it has no features at that stride.
        OSError: the weights cannot be had.
    """

    def __init__(self, name: str, *, stride: int = 8, pretrained: bool = False) -> None:
        super().__init__()
        timm = _timm()
        if name not in timm.list_models():
            hint = did_you_mean(name, timm.list_models())
            raise UsageError(f"timm has no model '{name}'{hint}")
        with torch.device("meta"):  # Nothing is computed.
            outline = timm.create_model(name)
        levels = _levels(name, outline)
        if stride not in levels:
            known = ", ".join(str(level) for level in levels)
            raise UsageError(f"{name} has no features at stride {stride}: it has {known}")
        self.network: Any = timm.create_model(name, pretrained=pretrained)
        self.stride = stride
        level = levels[stride]
        self.channels = int(outline.feature_info[level]["num_chs"])
        (self._level,) = self.network.prune_intermediate_layers([level], prune_head=True)
        self.mean: Tensor
        self.deviation: Tensor
        settings = self.network.pretrained_cfg
        self._register("mean", settings.get("mean", IMAGENET_MEAN))
        self._register("deviation", settings.get("std", IMAGENET_DEVIATION))

    def forward(self, pictures: Tensor) -> Tensor:
        """Features (N, C, H / stride, W / stride) of pictures (N, 3, H, W), RGB in [0, 1]."""
        features: Tensor
        (features,) = self.network.forward_intermediates(
            (pictures - self.mean) / self.deviation,
            indices=[self._level],
            stop_early=True,
            intermediates_only=True,
        )
        return features

    def _register(self, name: str, values: tuple[float, ...]) -> None:
        self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)


class MirroredDecoder(nn.Sequential):
    """From features back to pictures: convolutions and nearest-neighbour upsampling.

    With every doubling of the size the channels are halved.

    Input: float tensor (N, channels, H, W).
    Output: float tensor (N, 3, stride H, stride W), RGB, about [0, 1] (not clamped).

    Args:
        channels: of the features.
        stride: pixels that one step of the features covers; a power of two.
        width: channels at the picture's own size.
    """

    def __init__(self, channels: int, *, stride: int = 8, width: int = 64) -> None:
        super().__init__()
        doublings = stride.bit_length() - 1
        for doubling in reversed(range(doublings)):
            inner = width * 2**doubling
            self.extend([_convolution(channels, inner), nn.ReLU(inplace=True)])
            self.append(nn.Upsample(scale_factor=2, mode="nearest"))
            self.extend([_convolution(inner, inner), nn.ReLU(inplace=True)])
            channels = inner
        self.append(_convolution(channels, 3))


class TimmAdaIN(nn.Module):
    """An encoder and the decoder that was trained for it: one is worth nothing without the other.

    Attributes:
        encoder: from pictures to features.
        decoder: from features back to pictures.
    """

    def __init__(self, encoder: TimmEncoder, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder


def _convolution(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="reflect")


def _levels(name: str, model: Any) -> dict[int, int]:
    """Which of a model's features have each stride; of several the deepest."""
    if not hasattr(model, "forward_intermediates"):
        raise UsageError(f"{name} gives no feature maps: choose a convolutional model")
    return {int(each["reduction"]): number for number, each in enumerate(model.feature_info)}


def _timm() -> Any:
    if torch.version.cuda is None and not _declared:
        # torchvision's wheel is linked to CUDA: beside a PyTorch without it, its import fails for
        # want of two operators, and timm's with it. Declaring them is enough.
        library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for operator in ("nms", "qnms"):
            if not hasattr(torch.ops.torchvision, operator):
                library.define(
                    f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
                )
        _declared.append(library)
    try:
        import timm
    except ImportError as error:
        raise UsageError('timm is not installed: pip install "vidstyle[train]"') from error
    return timm
