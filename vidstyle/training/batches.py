"""What a step of training sees: chosen by the run's seed and the step's number alone.

A run that is continued therefore sees what it would have seen without the break.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vidstyle.errors import UsageError
from vidstyle.losses.features import Features, StyleTargets
from vidstyle.messages import ignore
from vidstyle.training.config import DataSection
from vidstyle.training.picture_set import PictureSet
from vidstyle.training.targets import Gauge, OnMeasured, Targets, key_of

# Of how pictures are cut, what makes no difference to the targets of a single one.
_NOT_IN_TARGETS = ("context", "batch", "identity")


@dataclass(frozen=True)
class Batch:
    """One step's pictures, and what the losses compare with.

    Attributes:
        content: float (N, 3, crop, crop), RGB in [0, 1].
        styles: float (N, …), the style of each, as the model reads it.
        wanted: long (N,), their places in the set of styles.
        which: long (N,), the style of each content picture.
        identity: float (K, …), the whole of the first K content pictures, read as styles.
        content_features: the loss network's, of the content.
        style_targets: of each content picture's style.
    """

    content: Tensor
    styles: Tensor
    wanted: Tensor
    which: Tensor
    identity: Tensor
    content_features: Features
    style_targets: StyleTargets


class Batches:
    """Draws batches from two sets of pictures.

    Args:
        content: photographs.
        styles: style pictures; of one alone, all pictures have that style.
        data: how pictures are cut.
        gauge: what the losses compare with.
        seed: of the run; a process of several takes another.
        read_styles: what the model takes of style pictures; None takes the pictures themselves.
    """

    def __init__(
        self,
        content: PictureSet,
        styles: PictureSet,
        *,
        data: DataSection,
        gauge: Gauge,
        seed: int,
        read_styles: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        if data.crop > data.size:
            raise UsageError(f"data.crop is {data.crop}: it must fit in data.size, {data.size}")
        self.content = content
        self.styles = styles
        self._data = data
        self._gauge = gauge
        self._seed = seed
        self._read_styles = read_styles
        self._targets: Targets | None = None
        # With targets that are kept, each photograph has one crop for the whole run.
        self._corners, self._flips = self._cuts(len(content), draws_of(seed, -1))

    def keep_targets(self, path: Path, *facts: object, on_measured: OnMeasured = ignore) -> None:
        """Compute all targets now, or read those that an earlier start of the run left.

        Args:
            path: where they are kept.
            facts: what else than the pictures they depend on.
            on_measured: told of the progress where they are computed.
        """
        data = self._data.model_copy(update=dict.fromkeys(_NOT_IN_TARGETS))
        key = key_of(self.content.digest(), self.styles.digest(), data, self._seed, *facts)
        self._targets = Targets.load(path, key=key)
        if self._targets is None:
            self._targets = Targets.compute(
                self._gauge,
                crops=self._fixed_crops,
                photographs=len(self.content),
                paintings=self.styles.pictures,
                styles=len(self.styles),
                read_styles=self._read_styles,
                on_measured=on_measured,
            )
            self._targets.save(path, key=key)

    def __call__(self, step: int) -> Batch:
        """The batch of that step."""
        generator = draws_of(self._seed, step)
        count = self._data.batch
        chosen = torch.randint(len(self.content), (count,), generator=generator)
        wanted = torch.randint(len(self.styles), (count,), generator=generator)
        paintings = self.styles.pictures(wanted)
        crops = self._crops(chosen, generator)
        return Batch(
            content=crops,
            styles=self._styles(wanted, paintings),
            wanted=wanted,
            which=torch.arange(count, device=crops.device),
            identity=self._read(self.content.pictures(chosen[: self._data.identity])),
            content_features=self._content_features(chosen, crops),
            style_targets=self._style_targets(wanted, paintings),
        )

    def _styles(self, wanted: Tensor, paintings: Tensor) -> Tensor:
        if self._targets is None or self._targets.read is None:
            return self._read(paintings)
        return self._targets.read[wanted].to(paintings.device)

    def _read(self, paintings: Tensor) -> Tensor:
        # Without the loss "identity" there is nothing to be read of photographs.
        if self._read_styles is None or not len(paintings):
            return paintings
        return self._read_styles(paintings)

    def _crops(self, chosen: Tensor, generator: torch.Generator) -> Tensor:
        if self._targets is not None:
            return self._fixed_crops(chosen)
        corners, flips = self._cuts(len(chosen), generator)
        return self.content.crops(chosen, corners, flips, size=self._data.crop)

    def _fixed_crops(self, chosen: Tensor) -> Tensor:
        corners, flips = self._corners[chosen], self._flips[chosen]
        return self.content.crops(chosen, corners, flips, size=self._data.crop)

    def _cuts(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        spare = self._data.size - self._data.crop
        corners = torch.randint(spare + 1, (count, 2), generator=generator)
        return corners, torch.rand(count, generator=generator) < 0.5

    def _content_features(self, chosen: Tensor, crops: Tensor) -> Features:
        if self._targets is None:
            return self._gauge.content(crops)
        return {name: kept[chosen].to(crops.device) for name, kept in self._targets.content.items()}

    def _style_targets(self, wanted: Tensor, paintings: Tensor) -> StyleTargets:
        if self._targets is None:
            return self._gauge.styles(paintings)
        return self._targets.styles[wanted].to(paintings.device)


def draws_of(seed: int, step: int) -> torch.Generator:
    """Makes the draws that say what a step sees."""
    # Any two of a run must differ, and 64 bits are what a generator takes.
    return torch.Generator().manual_seed((seed * 1_000_003 + step + 1) % 2**63)
