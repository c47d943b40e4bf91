"""The step of a CycleGAN: generators, then discriminators."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from vidstyle.errors import UsageError
from vidstyle.nets.generator_shape import MULTIPLE, GeneratorShape
from vidstyle.training.average import running_average
from vidstyle.training.config import LossesSection, TrainingConfig
from vidstyle.training.cyclegan.discriminators import Discriminators
from vidstyle.training.cyclegan.generators import Generators, Translations
from vidstyle.training.cyclegan.objective import CycleObjective, of_discriminators
from vidstyle.training.cyclegan.picture_pool import PicturePool
from vidstyle.training.cyclegan.unpaired_batches import UnpairedBatches
from vidstyle.training.network_sections import CycleGANSection
from vidstyle.training.optimizer import make_optimizer
from vidstyle.training.picture_set import PictureSet
from vidstyle.training.samples import sheet, spread_pictures
from vidstyle.training.start import weights_of
from vidstyle.training.trainer import (
    RESULT,
    Trainer,
    TrainingState,
    descend,
    finite_figures,
    make_accelerator,
    network_facts,
    step_generator,
)
from vidstyle.weights.checkpoint import load_checkpoint
from vidstyle.weights.store import WeightStore

BACKWARD = "network-backward.safetensors"
"""The file in a run's folder with the generator from style to content."""


class Networks(nn.Module):
    """Every module whose state goes into a checkpoint.

    Args:
        section: sizes.
        crop: side of the pictures, in pixels.
    """

    def __init__(self, section: CycleGANSection, *, crop: int) -> None:
        super().__init__()
        shape = GeneratorShape(
            widths=section.widths,
            block_widths=(section.widths[2],) * section.blocks,
            upsampling=section.upsampling,
        )
        self.generators = Generators(shape)
        self.discriminators = Discriminators(width=section.discriminator_width)
        self.painted_style = PicturePool(section.pool, side=crop)
        self.painted_content = PicturePool(section.pool, side=crop)


@dataclass(frozen=True)
class CycleGANTrainer(Trainer):
    """Two generators, two discriminators, an optimiser for each two.

    Attributes:
        config: of the run.
        accelerator: accelerate's `Accelerator`.
        networks: all of them, as they are.
        generators: as accelerate runs them.
        discriminators: as accelerate runs them.
        average: of the generators' weights.
        optimizers: of generators and of discriminators, as accelerate runs them.
        batches: what the steps see.
        objective: what is minimised.
    """

    config: TrainingConfig
    accelerator: Any
    networks: Networks
    generators: Any
    discriminators: Any
    average: AveragedModel
    optimizers: tuple[Any, Any]
    batches: UnpairedBatches
    objective: CycleObjective

    @classmethod
    def set_up(
        cls, config: TrainingConfig, section: CycleGANSection, *, store: WeightStore
    ) -> Self:
        """Read the data, make the networks, and put all of it on the device.

        Raises:
            UsageError: the configuration cannot work.
            VidstyleError: weights or pictures cannot be had.
        """
        data = config.data
        _check_losses(config.losses)
        objective = CycleObjective(config)
        accelerator = make_accelerator(config)
        device = accelerator.device
        content = PictureSet.load(data.content, size=data.size, limit=data.limit)
        styles = PictureSet.load(data.style, size=data.style_size, limit=data.limit)
        batches = UnpairedBatches(
            content.to(device),
            styles.to(device),
            data=data,
            # Each process of several sees pictures of its own.
            seed=config.run.seed + 7919 * accelerator.process_index,
        )
        torch.manual_seed(config.run.seed)
        networks = Networks(section, crop=data.crop)
        if config.run.init is not None:
            load_checkpoint(networks.generators.to_style, weights_of(config.run.init, store))
        networks = networks.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizers = [
            make_optimizer(config.optimizer, module.parameters())
            for module in (networks.generators, networks.discriminators)
        ]
        average = running_average(networks.generators, decay=config.run.ema_decay)
        generators, discriminators, *prepared = accelerator.prepare(
            networks.generators, networks.discriminators, *optimizers
        )
        return cls(
            config=config,
            accelerator=accelerator,
            networks=networks,
            generators=generators,
            discriminators=discriminators,
            average=average,
            optimizers=(prepared[0], prepared[1]),
            batches=batches,
            objective=objective,
        )

    @property
    def content(self) -> PictureSet:
        return self.batches.content

    @property
    def styles(self) -> PictureSet:
        return self.batches.styles

    @property
    def trained(self) -> nn.Module:
        return self.networks.generators

    @property
    def results(self) -> Mapping[str, nn.Module]:
        return {RESULT: self._averaged.to_style, BACKWARD: self._averaged.to_content}

    @property
    def identity(self) -> dict[str, Any]:
        facts = {**network_facts(self.config), "optimizer": self.config.optimizer.kind}
        # The pools hold pictures of that size.
        return {**facts, "crop": self.config.data.crop}

    def step(self, number: int, *, rate: float) -> dict[str, float]:
        content, style = self.batches(number)
        generator = step_generator(self.config.run.seed, number, content.device)
        pools = self.networks
        with self.accelerator.autocast():
            losses, made = self._translate(content, style, generator)
            judged = of_discriminators(
                self.discriminators,
                style=style,
                painted_style=pools.painted_style.exchange(made.to_style, generator=generator),
                content=content,
                painted_content=pools.painted_content.exchange(
                    made.to_content, generator=generator
                ),
            )
        total = self.objective.total(losses)
        figures = finite_figures({**losses, "discriminator": judged}, total, number)
        for optimizer, loss in zip(self.optimizers, (total, judged), strict=True):
            longest = self.config.optimizer.clip_norm
            descend(self.accelerator, optimizer, loss, rate=rate, longest=longest, number=number)
        self.average.update_parameters(self.networks.generators)
        return figures

    @torch.no_grad()
    def sample(self) -> NDArray[np.uint8]:
        device, averaged = self.accelerator.device, self._averaged
        content = spread_pictures(self.content, multiple=MULTIPLE).to(device)
        style = spread_pictures(self.styles, multiple=MULTIPLE).to(device)
        painted = averaged.to_style(content)
        again = averaged.to_content(painted)
        return sheet([content, painted, again, style, averaged.to_content(style)])

    @property
    def _averaged(self) -> Generators:
        averaged = self.average.module
        assert isinstance(averaged, Generators)
        return averaged

    def state(self) -> TrainingState:
        generators, discriminators = self.optimizers
        return TrainingState(
            model=self.networks.state_dict(),
            average=self.average.state_dict(),
            optimizer={
                "generators": generators.state_dict(),
                "discriminators": discriminators.state_dict(),
            },
        )

    def restore(self, state: TrainingState) -> None:
        self.networks.load_state_dict(state.model)
        self.average.load_state_dict(state.average)
        for optimizer, name in zip(self.optimizers, ("generators", "discriminators"), strict=True):
            optimizer.load_state_dict(state.optimizer[name])

    def _translate(
        self, content: Tensor, style: Tensor, generator: torch.Generator
    ) -> tuple[dict[str, Tensor], Translations]:
        pair = self.objective.pair(content, generator=generator)
        others = content[:0] if pair is None else torch.cat([pair.first, pair.second])
        made = self.generators(content, style, others, identity=self.objective.wants_identity)
        discriminators = self.networks.discriminators
        # The generators' gradients pass through them, and need none of theirs.
        discriminators.requires_grad_(False)
        losses = self.objective.of_generators(
            made, discriminators, content=content, style=style, pair=pair
        )
        discriminators.requires_grad_(True)
        return losses, made


def _check_losses(losses: LossesSection) -> None:
    """See that the section asks for nothing that is not done here."""
    for name in losses.model_fields_set - {"weights"}:
        raise UsageError(f"losses.{name} is nothing that cyclegan has: leave it out")
