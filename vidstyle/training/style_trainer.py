"""Training of the networks that paint after style pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn
from torch.optim.swa_utils import AveragedModel

from vidstyle.errors import UsageError
from vidstyle.training.batches import Batches
from vidstyle.training.config import TrainingConfig
from vidstyle.training.models import StyleModel
from vidstyle.training.objective import Objective
from vidstyle.training.picture_set import PictureSet
from vidstyle.training.samples import sample_grid
from vidstyle.training.trainer import (
    RESULT,
    Trainer,
    TrainingState,
    descend,
    finite_figures,
    network_facts,
    step_generator,
)


@dataclass(frozen=True)
class StyleTrainer(Trainer):
    """One network, one optimiser, and an objective over all losses.

    Attributes:
        config: of the run.
        accelerator: accelerate's `Accelerator`.
        model: the network in training, as it is.
        prepared: the same, as accelerate runs it.
        average: of the network's weights.
        optimizer: as accelerate runs it.
        batches: what the steps see.
        objective: what they minimise.
    """

    config: TrainingConfig
    accelerator: Any
    model: StyleModel
    prepared: Any
    average: AveragedModel
    optimizer: Any
    batches: Batches
    objective: Objective

    def __post_init__(self) -> None:
        data, multiple = self.config.data, self.model.multiple
        for name, length in (("crop", data.crop), ("context", data.context)):
            if length % multiple:
                kind = self.config.network.kind
                raise UsageError(f"data.{name} is {length}: {kind} needs a multiple of {multiple}")

    @property
    def content(self) -> PictureSet:
        return self.batches.content

    @property
    def styles(self) -> PictureSet:
        return self.batches.styles

    @property
    def trained(self) -> nn.Module:
        return self.model.network

    @property
    def results(self) -> Mapping[str, nn.Module]:
        return {RESULT: self.model.stored(self.average.module)}

    @property
    def identity(self) -> dict[str, Any]:
        identity = {**network_facts(self.config), "optimizer": self.config.optimizer.kind}
        if not self.model.any_style:
            identity["style"] = f"{self.styles.paths[0].name} {self.styles.digest()[:8]}"
        return identity

    def step(self, number: int, *, rate: float) -> dict[str, float]:
        batch = self.batches(number)
        generator = step_generator(self.config.run.seed, number, batch.content.device)
        with self.accelerator.autocast():
            losses = self.objective(self.prepared, batch, generator=generator)
        total = self.objective.total(losses)
        figures = finite_figures(losses, total, number)
        longest = self.config.optimizer.clip_norm
        descend(self.accelerator, self.optimizer, total, rate=rate, longest=longest, number=number)
        self.average.update_parameters(self.model.network)
        return figures

    def sample(self) -> NDArray[np.uint8]:
        averaged = self.model.with_network(self.average.module)
        return sample_grid(averaged, self.content, self.styles, device=self.accelerator.device)

    def state(self) -> TrainingState:
        return TrainingState(
            model=self.model.network.state_dict(),
            average=self.average.state_dict(),
            optimizer=self.optimizer.state_dict(),
        )

    def restore(self, state: TrainingState) -> None:
        self.model.network.load_state_dict(state.model)
        self.average.load_state_dict(state.average)
        self.optimizer.load_state_dict(state.optimizer)
