"""What the loop turns, whatever is trained."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator  # type: ignore[import-untyped]  # It comes without types.
from accelerate.state import AcceleratorState  # type: ignore[import-untyped]
from numpy.typing import NDArray
from torch import Tensor, nn

from vidstyle.errors import VidstyleError
from vidstyle.training.config import TrainingConfig, TrainingPrecision
from vidstyle.training.picture_set import PictureSet

RESULT = "network.safetensors"
"""The file in a run's folder that is its result: the averaged weights, in half precision."""


class NotFiniteError(VidstyleError):
    """The figures or the weights of a run are not finite any more."""


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """What a run is at between two steps, as far as it cannot be made anew.

    Attributes:
        model: state of what is trained.
        average: state of the average of the weights.
        optimizer: state of the optimisers.
    """

    model: dict[str, Any]
    average: dict[str, Any]
    optimizer: dict[str, Any]


class Trainer(ABC):
    """Takes steps, and keeps what they change.

    Attributes:
        accelerator: accelerate's `Accelerator`.
    """

    accelerator: Any

    @property
    @abstractmethod
    def content(self) -> PictureSet:
        """The pictures that are painted."""

    @property
    @abstractmethod
    def styles(self) -> PictureSet:
        """The pictures that they are painted like."""

    @property
    @abstractmethod
    def trained(self) -> nn.Module:
        """All that is a result of the run, as it is in training."""

    @property
    @abstractmethod
    def results(self) -> Mapping[str, nn.Module]:
        """Networks with averaged weights, by the names of the files that are to hold them."""

    @property
    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """What is trained; where one of these differs, there is nothing to continue."""

    @abstractmethod
    def step(self, number: int, *, rate: float) -> dict[str, float]:
        """Take one step; what it sees and draws follows from its number alone.

        Args:
            number: of the step; the first is 0.
            rate: the learning rate.

        Returns:
            The losses by name, not weighted, and their weighted sum as "total".

        Raises:
            NotFiniteError: a loss or a gradient is not finite.
        """

    @abstractmethod
    def sample(self) -> NDArray[np.uint8]:
        """A sheet that shows how far the averaged weights have come: uint8 (H, W, 3), RGB."""

    @abstractmethod
    def state(self) -> TrainingState:
        """For a checkpoint."""

    @abstractmethod
    def restore(self, state: TrainingState) -> None:
        """Go on from there."""


def make_accelerator(config: TrainingConfig) -> Any:
    """accelerate's `Accelerator` for the run's device and precision."""
    mixed = "bf16" if config.run.precision is TrainingPrecision.BFLOAT16 else "no"
    # Kept from an earlier run of the process, it would forbid this one another precision.
    AcceleratorState._reset_state()
    return Accelerator(cpu=config.run.device == "cpu", mixed_precision=mixed)


def network_facts(config: TrainingConfig) -> dict[str, Any]:
    """The configuration's network, and what it starts from."""
    start = {} if config.run.init is None else {"init": config.run.init}
    return {**config.network.model_dump(mode="json"), **start}


def step_generator(seed: int, number: int, device: torch.device) -> torch.Generator:
    """Makes the draws of a step on the pictures' own device, by the step's number alone."""
    # 64 bits are what a generator takes.
    return torch.Generator(device).manual_seed((seed * 1_000_003 + number) % 2**63)


def finite_figures(losses: Mapping[str, Tensor], total: Tensor, number: int) -> dict[str, float]:
    """The losses of a step as numbers, with "total".

    Raises:
        NotFiniteError: one of them is not finite.
    """
    named = {**losses, "total": total}
    values = torch.stack([loss.detach().float() for loss in named.values()]).tolist()
    figures = dict(zip(named, values, strict=True))
    if not all(map(math.isfinite, figures.values())):
        told = ", ".join(f"{name} {value:g}" for name, value in figures.items())
        raise NotFiniteError(
            f"the loss is not finite at step {number + 1} ({told}): lower optimizer.learning_rate"
        )
    return figures


def descend(
    accelerator: Any, optimizer: Any, loss: Tensor, *, rate: float, longest: float, number: int
) -> None:
    """Change an optimiser's weights once, down the gradient of a loss.

    Args:
        accelerator: accelerate's `Accelerator`.
        optimizer: as accelerate runs it.
        loss: a scalar.
        rate: the learning rate.
        longest: the norm that longer gradients are shortened to; 0 leaves them as they are.
        number: of the step; the first is 0.

    Raises:
        NotFiniteError: the gradients are not finite; the weights are as they were.
    """
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    accelerator.backward(loss)
    norm = accelerator.clip_grad_norm_(parameters, longest or math.inf)
    if not math.isfinite(norm):
        raise NotFiniteError(
            f"the gradients are not finite at step {number + 1}: lower optimizer.learning_rate"
        )
    optimizer.step()
