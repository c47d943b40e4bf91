"""What a step minimises: losses by name, each with a weight."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.losses.content import content_loss
from vidstyle.losses.features import Features, LossNetwork, StyleTargets
from vidstyle.losses.lattice import SMALLEST, lattice_loss
from vidstyle.losses.style import gram_style_loss, statistics_style_loss
from vidstyle.losses.temporal import feature_temporal_loss, output_temporal_loss
from vidstyle.losses.total_variation import total_variation_loss
from vidstyle.temporal.known_motion import KnownMotion, MotionPair
from vidstyle.training.batches import Batch
from vidstyle.training.config import TrainingConfig
from vidstyle.training.models import Painted, StyleModel
from vidstyle.training.moments import condensed

LOSSES = (
    "content",
    "style",
    "total_variation",
    "lattice",
    "output_temporal",
    "feature_temporal",
    "identity",
    "adain_content",
)
"""The names that weights can be given to."""

_TEMPORAL = ("output_temporal", "feature_temporal")


class Objective:
    """Computes the losses that a configuration gives weights to.

    Args:
        config: of the run.
        loss_network: what compares pictures.
        encoder: the model's own frozen one, if it has any.

    Raises:
        UsageError: a loss is not known, or lacks what it needs.
    """

    def __init__(
        self,
        config: TrainingConfig,
        loss_network: LossNetwork,
        *,
        encoder: nn.Module | None = None,
    ) -> None:
        self.weights = {name: weight for name, weight in config.losses.weights.items() if weight}
        for name in self.weights:
            if name not in LOSSES:
                raise UsageError(
                    f"losses.weights.{name} is no loss{did_you_mean(name, LOSSES)}: "
                    f"there are {', '.join(LOSSES)}"
                )
        if not self.weights:
            raise UsageError("losses.weights: no loss has a weight")
        self._losses = config.losses
        self._network = loss_network
        self._encoder = encoder
        self._motion = KnownMotion(**config.temporal.model_dump(exclude={"pictures"}))
        self._context = config.data.context
        self._pairs = min(config.temporal.pictures, config.data.batch)
        self._check_what_is_needed(config)

    def __call__(
        self, model: StyleModel, batch: Batch, *, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """All losses of a batch, not weighted, by name: float32 scalars.

        Args:
            model: what paints; called with all the pictures of the step together.
            batch: of the step.
            generator: makes the draws of the step.
        """
        pair = self._pair(batch, generator)
        groups = [batch.content]
        which = [batch.which]
        styles = batch.styles
        if pair is not None:
            groups += [pair.first, pair.second]
            which += [batch.which[: self._pairs]] * 2
        seen = functional.pad(torch.cat(groups), (self._context,) * 4, mode="reflect")
        whole: Painted = model(seen, styles, torch.cat(which))
        painted = _ungroup(whole.cut(self._context), groups)
        found = self._perceptual(painted[0], batch)
        if pair is not None:
            found |= self._temporal(painted[1], painted[2], pair)
        if "identity" in self.weights:
            # Apart from the others: a photograph may have another size than a style.
            crops = batch.content[: len(batch.identity)]
            own = torch.arange(len(crops), device=crops.device)
            found["identity"] = functional.l1_loss(
                model(crops, batch.identity, own).pictures, crops
            )
        return found

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum."""
        return torch.stack([self.weights[name] * losses[name] for name in losses]).sum()

    def _check_what_is_needed(self, config: TrainingConfig) -> None:
        context, crop = config.data.context, config.data.crop
        if context >= crop:
            raise UsageError(f"data.context is {context}: it must be less than data.crop, {crop}")
        if "lattice" in self.weights and crop < SMALLEST:
            raise UsageError(f"loss lattice needs data.crop of {SMALLEST} or more, not {crop}")
        wanted = [name for name in _TEMPORAL if name in self.weights]
        if wanted and not config.temporal.pictures:
            raise UsageError(f"loss {wanted[0]} needs temporal.pictures of 1 or more")
        if "identity" in self.weights and not config.data.identity:
            raise UsageError("loss identity needs data.identity of 1 or more")
        if "adain_content" in self.weights and self._encoder is None:
            raise UsageError("loss adain_content needs adain-vgg19 or adain-timm")
        if "feature_temporal" in self.weights and self._encoder is not None:
            raise UsageError("loss feature_temporal needs adain-lite, slim-johnson or johnson")

    def _pair(self, batch: Batch, generator: torch.Generator) -> MotionPair | None:
        if not any(name in self.weights for name in _TEMPORAL):
            return None
        return self._motion(batch.content[: self._pairs], generator=generator)

    def _perceptual(self, painted: Painted, batch: Batch) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        if "content" in self.weights or "style" in self.weights:
            dtype = next(self._network.parameters()).dtype
            features = self._network(painted.pictures.to(dtype))
            if "content" in self.weights:
                found["content"] = content_loss(
                    features,
                    batch.content_features,
                    normalised=self._losses.content == "normalised",
                    layers=self._losses.content_layers,
                )
            if "style" in self.weights:
                found["style"] = self._style(features, batch.style_targets)
        if "adain_content" in self.weights:
            assert self._encoder is not None, "checked when this was made"
            assert painted.targets is not None, "models with a frozen encoder give them"
            found["adain_content"] = functional.mse_loss(
                self._encoder(painted.pictures), painted.targets
            )
        if "total_variation" in self.weights:
            found["total_variation"] = total_variation_loss(painted.pictures)
        if "lattice" in self.weights:
            found["lattice"] = lattice_loss(painted.pictures)
        return found

    def _style(self, features: Features, targets: StyleTargets) -> Tensor:
        match self._losses.style:
            case "gram":
                return gram_style_loss(features, targets)
            case "balanced-gram":
                return gram_style_loss(features, targets, balanced=True)
            case "balanced":
                return statistics_style_loss(_condensed(features, targets), targets, balanced=True)
            case "plain":
                return statistics_style_loss(_condensed(features, targets), targets, balanced=False)

    def _temporal(self, first: Painted, second: Painted, pair: MotionPair) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        if "output_temporal" in self.weights:
            found["output_temporal"] = output_temporal_loss(first.pictures, second.pictures, pair)
        if "feature_temporal" in self.weights:
            assert first.features is not None, "checked when this was made"
            assert second.features is not None
            found["feature_temporal"] = feature_temporal_loss(first.features, second.features, pair)
        return found


def _condensed(features: Features, targets: StyleTargets) -> dict[str, Tensor]:
    """The targets' layers, with all that the statistics need of them."""
    return {layer: condensed(features[layer]) for layer in targets.means}


def _ungroup(painted: Painted, groups: list[Tensor]) -> list[Painted]:
    """What was painted of each group of pictures."""
    sizes = [len(group) for group in groups]

    def parts(tensor: Tensor | None) -> list[Tensor | None]:
        return [None] * len(sizes) if tensor is None else list(torch.split(tensor, sizes))

    pictures = torch.split(painted.pictures, sizes)
    features, targets = parts(painted.features), parts(painted.targets)
    return [Painted(*each) for each in zip(pictures, features, targets, strict=True)]
