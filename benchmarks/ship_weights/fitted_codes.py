"""Codes fitted to their style pictures, for styles that are known by name.

A style encoder guesses; where a style is known beforehand, its code can be trained as a network is,
with the trunk left as it is. By the losses of adain-lite that brings as much as thousands of steps
for the whole network, and costs nothing when painting.

How near a style loss brings it differs much from style to style. `StyleWeights` gives each the
weight that brings it as near as is wanted, and no nearer: what is left goes to the other losses.
"""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.training import setup
from vidstyle.training.batches import Batches
from vidstyle.training.config import TrainingConfig
from vidstyle.training.models import LiteModel, Painted
from vidstyle.training.objective import Objective
from vidstyle.training.picture_set import PictureSet
from vidstyle.training.schedule import learning_rate
from vidstyle.training.targets import Gauge
from vidstyle.training.trainer import finite_figures, step_generator
from vidstyle.weights.store import WeightStore

# Large: codes are about 1 in size, and what a tenth of it reaches is less steady (temporal.md).
_LEARNING_RATE = 0.15

# Of the weights: slower than codes follow them, or both swing.
_WEIGHT_RATE = 0.1

# Of the largest, where weights begin: most styles need less, and shrinking takes many steps.
_START = 0.3

# Photographs enough for so few steps; more would take longer to measure than to learn from.
_PHOTOGRAPHS = 500

OnStep = Callable[[int, Mapping[str, float]], None]
"""Told the number of steps done, and the losses of the last."""


class StyleWeights:
    """Weights of the style loss, one for each style, found by dual ascent.

    A weight grows while its style is less near than wanted, and shrinks while it is nearer.

    Args:
        nearness: the style loss that is wanted of each; 0 leaves its weight as it is.
        largest: of a weight: what styles get that cannot come so near, or of which none is wanted.
    """

    def __init__(self, nearness: Sequence[float], *, largest: float) -> None:
        self._nearness = nearness
        self._largest = largest
        self._weights = [_START * largest if wanted else largest for wanted in nearness]

    def __getitem__(self, style: int) -> float:
        return self._weights[style]

    def learn(self, style: int, loss: float) -> None:
        """Take in the loss of a style."""
        wanted = self._nearness[style]
        if wanted:
            grown = self._weights[style] * math.exp(_WEIGHT_RATE * (loss / wanted - 1))
            self._weights[style] = min(grown, self._largest)


class _Coded(LiteModel):
    """A trunk that learned codes steer, in place of what a style encoder says."""

    def __init__(self, network: AdaINLite, codes: Tensor) -> None:
        super().__init__(network.requires_grad_(False))
        # Each by itself: Adam then moves only the codes that a picture was painted by.
        self.codes = nn.ParameterList(nn.Parameter(code) for code in codes)
        self.wanted = torch.empty(0, dtype=torch.long)

    def forward(self, content: Tensor, styles: Tensor, which: Tensor) -> Painted:
        codes = torch.stack([self.codes[style] for style in self.wanted.tolist()])[which]
        return Painted(*self.network.trunk.paint(content, codes))


def fitted_codes(
    network: AdaINLite,
    codes: NDArray[np.float32],
    pictures: Sequence[Path],
    *,
    training: TrainingConfig,
    steps: int,
    nearness: Sequence[float] = (),
    store: WeightStore | None = None,
    on_step: OnStep = lambda _step, _losses: None,
) -> NDArray[np.float32]:
    """Codes that paint nearer to their pictures.

    Args:
        network: what the codes steer.
        codes: (S, C), where to begin: what its style encoder says of the pictures.
        pictures: S files.
        training: how the network was trained: photographs, crops, losses.
        steps: how many; each paints one photograph in one style.
        nearness: S style losses that the styles are to have, where their weight in `training` is
            enough for it; 0 is as near as that weight brings one. Without any, all are 0.
        store: where the weights of the loss network come from.
        on_step: told of each step.

    Returns:
        (S, C).

    Raises:
        UsageError: the training cannot be followed.
        VidstyleError: pictures or weights cannot be had, or a loss is not finite.
    """
    # One at a time: each style has a weight of its own.
    training = training.model_copy(update={"data": training.data.model_copy(update={"batch": 1})})
    model = _Coded(network.eval(), torch.from_numpy(codes.copy()))
    loss_network = setup.make_loss_network(training.losses, store or WeightStore())
    data, seed = training.data, training.run.seed
    batches = Batches(
        PictureSet.load(data.content, size=data.size, limit=_PHOTOGRAPHS),
        PictureSet.load(pictures, size=data.style_size),
        data=data,
        gauge=Gauge(loss_network, training.losses),
        seed=seed,
    )
    with tempfile.TemporaryDirectory() as folder:
        batches.keep_targets(Path(folder) / "targets.safetensors")
    objective = Objective(training, loss_network)
    largest = objective.weights["style"]
    weights = StyleWeights(nearness or [0.0] * len(pictures), largest=largest)
    optimizer = torch.optim.Adam(model.codes)
    section = training.optimizer.model_copy(update={"learning_rate": _LEARNING_RATE})
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(section, step, steps)
        batch = batches(step)
        model.wanted = batch.wanted
        losses = objective(model, batch, generator=step_generator(seed, step, torch.device("cpu")))
        style = int(batch.wanted)
        total = objective.total(losses) + (weights[style] - largest) * losses["style"]
        figures = finite_figures(losses, total, step)
        weights.learn(style, figures["style"])
        optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]  # As PyTorch leaves it.
        optimizer.step()
        on_step(step + 1, figures)
    fitted: NDArray[np.float32] = torch.stack([*model.codes]).detach().numpy()
    return fitted
