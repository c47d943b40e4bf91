"""What the generators minimise, and what the discriminators do."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.losses.adversarial import discriminator_loss, generator_loss
from vidstyle.losses.temporal import output_temporal_loss
from vidstyle.temporal.known_motion import KnownMotion, MotionPair
from vidstyle.training.config import TrainingConfig
from vidstyle.training.cyclegan.discriminators import Discriminators
from vidstyle.training.cyclegan.generators import Translations

LOSSES = ("adversarial", "cycle", "identity", "output_temporal")
"""The names that weights can be given to; each is the sum over both directions but the last, which
is of the direction to the style."""


class CycleObjective:
    """Computes the losses that a configuration gives weights to.

    Args:
        config: of the run.

    Raises:
        UsageError: a loss is not known, or lacks the pictures that it needs.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self.weights = {name: weight for name, weight in config.losses.weights.items() if weight}
        for name in self.weights:
            if name not in LOSSES:
                raise UsageError(
                    f"losses.weights.{name} is no loss of cyclegan{did_you_mean(name, LOSSES)}: "
                    f"there are {', '.join(LOSSES)}"
                )
        if "adversarial" not in self.weights:
            raise UsageError("losses.weights.adversarial is missing: without it nothing is learned")
        if "output_temporal" in self.weights and not config.temporal.pictures:
            raise UsageError("loss output_temporal needs temporal.pictures of 1 or more")
        self._motion = KnownMotion(**config.temporal.model_dump(exclude={"pictures"}))
        self._pairs = min(config.temporal.pictures, config.data.batch)

    @property
    def wants_identity(self) -> bool:
        """Whether generators have to see pictures of the kind that they make."""
        return "identity" in self.weights

    def pair(self, content: Tensor, *, generator: torch.Generator) -> MotionPair | None:
        """Pairs of content pictures with known motion; None where no loss needs them."""
        if "output_temporal" not in self.weights:
            return None
        return self._motion(content[: self._pairs], generator=generator)

    def of_generators(
        self,
        made: Translations,
        discriminators: Discriminators,
        *,
        content: Tensor,
        style: Tensor,
        pair: MotionPair | None,
    ) -> dict[str, Tensor]:
        """The generators' losses, not weighted, by name: float32 scalars.

        Args:
            made: of the step's pictures.
            discriminators: of both kinds.
            content: the step's, float (N, 3, H, W).
            style: the step's, float (N, 3, H, W).
            pair: what `made.others` was made of.
        """
        style_scores, content_scores = discriminators(made.to_style, made.to_content)
        found = {"adversarial": generator_loss(style_scores) + generator_loss(content_scores)}
        if "cycle" in self.weights:
            found["cycle"] = _l1(made.content_again, content) + _l1(made.style_again, style)
        if self.wants_identity:
            found["identity"] = _l1(made.same_content, content) + _l1(made.same_style, style)
        if pair is not None:
            first, second = made.others.chunk(2)
            found["output_temporal"] = output_temporal_loss(first, second, pair)
        return found

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum."""
        return torch.stack([self.weights[name] * losses[name] for name in losses]).sum()


def of_discriminators(
    discriminators: Discriminators,
    *,
    style: Tensor,
    painted_style: Tensor,
    content: Tensor,
    painted_content: Tensor,
) -> Tensor:
    """The discriminators' loss, over both: a float32 scalar.

    Args:
        discriminators: as they are run in training.
        style: real pictures (N, 3, H, W); the others have the same shape.
        painted_style: what a generator made of content.
        content: real pictures.
        painted_content: what the other generator made of style.
    """
    styles, contents = torch.cat([style, painted_style]), torch.cat([content, painted_content])
    scores = discriminators(styles, contents)
    return torch.stack([discriminator_loss(*each.chunk(2)) for each in scores]).sum()


def _l1(found: Tensor, wanted: Tensor) -> Tensor:
    # In the range of the generators' own, which weights are known for.
    return 2.0 * functional.l1_loss(found.float(), wanted)
