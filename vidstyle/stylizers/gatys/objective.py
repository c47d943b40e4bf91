"""What the optimisation makes small: content, style, total variation and temporal losses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.losses.total_variation import total_variation_loss
from vidstyle.stylizers.gatys.feature_networks import DEVIATION_IN_LEVELS, LoadedFeatures
from vidstyle.stylizers.gatys.options import LossWeights, Measure
from vidstyle.stylizers.gatys.temporal_term import TemporalTerm


@dataclass(frozen=True)
class StyleTarget:
    """What one layer's statistics are compared with.

    The weighted sum of the squared distances to several styles is that to their weighted mean, but
    for a constant: a mix of styles costs what one does.

    Attributes:
        statistic: float32 tensor, the mean; see `StyleDistance`.
        factor: of the squared distance to it.
        spread: the constant.
    """

    statistic: Tensor
    factor: float
    spread: float


@torch.no_grad()
def style_targets(
    loaded: LoadedFeatures,
    styles: Sequence[tuple[Tensor, float]],
    measure: Measure,
) -> dict[str, StyleTarget]:
    """The targets by layer.

    Args:
        loaded: the network and its layers.
        styles: pictures (1, 3, h, w), RGB in [0, 1], and their shares, which add up to 1.
        measure: what the loss is a share of.
    """
    dtype = next(loaded.network.parameters()).dtype
    mixes: dict[str, list[tuple[Tensor, float]]] = {layer: [] for layer in loaded.style}
    for picture, share in styles:
        features = loaded.network(picture.to(dtype))
        for layer in loaded.style:
            statistic = loaded.kind.distance.statistic(features[layer])[0]
            factor = _style_factor(statistic, loaded, measure)
            mixes[layer].append((statistic, share * factor))
    return {layer: _mean(mix) for layer, mix in mixes.items()}


class Objective:
    """The losses of N pictures that are optimised together.

    Args:
        loaded: the network and its layers.
        content: float tensor (N, 3, H, W), RGB in [0, 1].
        styles: of every style layer.
        weights: of the losses.
        temporal: what ties the pictures to those before, if anything.
    """

    def __init__(
        self,
        loaded: LoadedFeatures,
        content: Tensor,
        styles: Mapping[str, StyleTarget],
        weights: LossWeights,
        *,
        temporal: TemporalTerm | None = None,
    ) -> None:
        self._loaded = loaded
        self._styles = styles
        self._weights = weights
        self._temporal = temporal
        self._dtype = next(loaded.network.parameters()).dtype
        self._content = self._content_targets(content) if weights.content else {}
        self._count = len(content)

    def __call__(self, pictures: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum over the pictures, and the losses by name as means over them.

        Args:
            pictures: float32 tensor (N, 3, H, W), RGB, about [0, 1].
        """
        weights = self._weights
        features = self._loaded.network(pictures.to(self._dtype))
        sums: dict[str, Tensor] = {}
        if weights.content:
            sums["content"] = self._content_loss(features)
        if weights.style:
            sums["style"] = self._style_loss(features)
        if weights.total_variation:
            variation = total_variation_loss(pictures, squared=True)
            sums["total_variation"] = variation * self._count
        if weights.temporal and self._temporal is not None:
            sums["temporal"] = self._temporal(pictures)
        total = torch.stack([getattr(weights, name) * loss for name, loss in sums.items()]).sum()
        return total, {name: loss.detach() / self._count for name, loss in sums.items()}

    @torch.no_grad()
    def _content_targets(self, content: Tensor) -> dict[str, tuple[Tensor, float]]:
        """Features of the content, and the factor of the squared distance to them, by layer."""
        features = self._loaded.network(content.to(self._dtype))
        return {
            layer: (self._drawn(features[layer]), self._content_factor(features[layer]))
            for layer in self._loaded.content
        }

    def _content_factor(self, features: Tensor) -> float:
        count = features[0].numel()
        match self._weights.measure:
            case Measure.RELATIVE:
                return 1 / (count * len(self._loaded.content))
            case measure:
                return _units(self._loaded, measure) ** 2 / count

    def _content_loss(self, features: Mapping[str, Tensor]) -> Tensor:
        losses = [
            _squared_distance(self._drawn(features[layer]), target, factor)
            for layer, (target, factor) in self._content.items()
        ]
        return torch.stack(losses).sum()

    def _drawn(self, features: Tensor) -> Tensor:
        """What of features is content: relative losses leave the channels' statistics to style."""
        if self._weights.measure is not Measure.RELATIVE:
            return features
        return functional.instance_norm(features.float())

    def _style_loss(self, features: Mapping[str, Tensor]) -> Tensor:
        distance = self._loaded.kind.distance
        losses = [
            distance.loss(features[layer], target.statistic, target.factor)
            + target.spread * self._count
            for layer, target in self._styles.items()
        ]
        return torch.stack(losses).sum()


def _style_factor(statistic: Tensor, loaded: LoadedFeatures, measure: Measure) -> float:
    distance = loaded.kind.distance
    match measure:
        case Measure.RELATIVE:
            return 1 / (len(loaded.style) * max(distance.unit(statistic), 1e-24))
        case Measure.LEVELS:
            return _units(loaded, measure) ** distance.power
        case Measure.DEVIATIONS:
            return _units(loaded, measure) ** distance.power / statistic.numel()


def _units(loaded: LoadedFeatures, measure: Measure) -> float:
    """What features are multiplied by to be those of the measure."""
    return (
        loaded.kind.levels
        if measure is Measure.LEVELS
        else loaded.kind.levels / DEVIATION_IN_LEVELS
    )


def _mean(mix: Sequence[tuple[Tensor, float]]) -> StyleTarget:
    total = sum(factor for _, factor in mix)
    mean = torch.stack([each * (factor / total) for each, factor in mix]).sum(dim=0)
    spread = sum(factor * float((each - mean).square().sum()) for each, factor in mix)
    return StyleTarget(mean, total, spread)


def _squared_distance(features: Tensor, target: Tensor, factor: float) -> Tensor:
    """`factor` ‖features - target‖², in one pass each way."""
    loss: Tensor = _SquaredDistance.apply(  # type: ignore[no-untyped-call]  # As in PyTorch.
        features, target, factor
    )
    return loss


class _SquaredDistance(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: Tensor, target: Tensor, factor: float) -> Tensor:
        difference = features - target
        ctx.save_for_backward(difference)
        ctx.factor = factor
        norm: Tensor = torch.linalg.vector_norm(difference, dtype=torch.float32)
        return factor * norm.square()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (difference,) = ctx.saved_tensors
        return difference * (2 * ctx.factor * gradients[0]).to(difference.dtype), None, None
