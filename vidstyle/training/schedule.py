"""The learning rate over the steps of a run."""

import math

from vidstyle.training.config import OptimizerSection


def learning_rate(section: OptimizerSection, step: int, steps: int) -> float:
    """The rate of step `step` (the first is 0) of `steps`."""
    warm = min(1.0, (step + 1) / section.warmup) if section.warmup else 1.0
    match section.schedule:
        case "constant":
            factor = 1.0
        case "cosine":
            factor = 0.5 * (1.0 + math.cos(math.pi * min(step / steps, 1.0)))
        case "linear":
            factor = min(1.0, (1.0 - step / steps) / (1.0 - section.hold))
        case "inverse":
            factor = 1.0 / (1.0 + section.decay * step)
    return section.learning_rate * warm * factor
