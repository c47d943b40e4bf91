"""What changes the weights, from its section of a configuration."""

from collections.abc import Iterable

import torch
from torch import Tensor

from vidstyle.training.config import OptimizerSection

# SOAP turns gradients into the eigenvectors of their own covariance: of sides up to this one. For
# longer ones that costs more than the step.
_LONGEST_SIDE = 1024


def make_optimizer(
    section: OptimizerSection, parameters: Iterable[Tensor]
) -> torch.optim.Optimizer:
    """The optimiser of the section, for these weights."""
    match section.kind:
        case "adam":
            return torch.optim.Adam(parameters, lr=section.learning_rate, betas=section.betas)
        case "soap":
            # It is slow to load, and needed here alone.
            from pytorch_optimizer import SOAP

            return SOAP(
                parameters,
                lr=section.learning_rate,
                betas=section.betas,
                weight_decay=0.0,
                max_precondition_dim=_LONGEST_SIDE,
            )
