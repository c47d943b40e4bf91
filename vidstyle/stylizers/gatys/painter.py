"""Pictures from coarse to fine: optimised small, enlarged, optimised again."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.stylizers.gatys.descent import Moment, Watch, descend
from vidstyle.stylizers.gatys.feature_networks import LoadedFeatures
from vidstyle.stylizers.gatys.objective import Objective, StyleTarget, style_targets
from vidstyle.stylizers.gatys.options import GatysOptions, Start
from vidstyle.stylizers.gatys.temporal_term import TemporalTerm

_SMALLEST = 32
"""Pixels of the shorter side of anything; below, the deepest features are too few."""


@dataclass(frozen=True, kw_only=True)
class PaintedStyle:
    """A style picture and its share.

    Attributes:
        picture: float tensor (1, 3, h, w), RGB in [0, 1].
        share: of the mix; all shares add up to 1.
    """

    picture: Tensor
    share: float


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """What ties pictures to those before.

    Attributes:
        start: float tensor (N, 3, H, W), RGB in [0, 1], that the optimisation begins with.
        term: of the loss.
    """

    start: Tensor
    term: TemporalTerm


class Painter:
    """Makes pictures of contents.

    Args:
        loaded: the network and its layers, on its device.
        styles: at least one; their statistics are computed once for each size.
        options: of the optimisation.
    """

    def __init__(
        self, loaded: LoadedFeatures, styles: Sequence[PaintedStyle], options: GatysOptions
    ) -> None:
        self._loaded = loaded
        self._styles = styles
        self._options = options
        self._targets: dict[tuple[int, int], dict[str, StyleTarget]] = {}

    def paint(
        self,
        content: Tensor,
        *,
        watch: Watch,
        anchor: Anchor | None = None,
    ) -> Tensor:
        """The pictures.

        Args:
            content: float tensor (N, 3, H, W), RGB in [0, 1].
            watch: told after every iteration, and may end the optimisation.
            anchor: what ties the pictures to those before, if anything.

        Returns:
            Float tensor (N, 3, H, W), RGB in [0, 1].

        Raises:
            VidstyleError: the loss is not finite.
        """
        options = self._options
        size = (content.shape[2], content.shape[3])
        if anchor is not None and options.start is Start.PREVIOUS:
            return self._at_one_size(
                content,
                anchor.start,
                iterations=options.iterations_after_first,
                watch=watch,
                term=anchor.term,
            )
        stopped = _Stopped(watch)
        sizes = pyramid(size, options.scales, coarsest=self._loaded.kind.coarsest)
        pictures = self._start(content, sizes[0])
        for scale in sizes:
            pictures = self._at_one_size(
                _resized(content, scale),
                _resized(pictures, scale),
                iterations=options.iterations,
                watch=stopped,
                term=anchor.term if anchor is not None and scale == size else None,
            )
            if stopped.yes:
                break
        return _resized(pictures, size)

    def _at_one_size(
        self,
        content: Tensor,
        start: Tensor,
        *,
        iterations: int,
        watch: Watch,
        term: TemporalTerm | None,
    ) -> Tensor:
        options = self._options
        objective = Objective(
            self._loaded,
            content,
            self._targets_at((content.shape[2], content.shape[3])),
            options.weights,
            temporal=term,
        )
        return descend(
            objective,
            start,
            optimizer=options.optimizer,
            step=options.step,
            iterations=iterations,
            watch=watch,
        )

    def _start(self, content: Tensor, size: tuple[int, int]) -> Tensor:
        match self._options.start:
            case Start.NOISE:
                # The same for every frame: noise that differs would make the video flicker.
                generator = torch.Generator().manual_seed(self._options.seed)
                noise = torch.rand((1, 3, *size), generator=generator)
                return noise.to(content.device).expand(len(content), -1, -1, -1)
            case Start.STYLE:
                picture = self._styles[0].picture
                return _resized(picture, size).expand(len(content), -1, -1, -1)
            case _:
                return content

    def _targets_at(self, size: tuple[int, int]) -> dict[str, StyleTarget]:
        """Of styles as large as pictures of that size, but never enlarged."""
        if size not in self._targets:
            shorter = max(_SMALLEST, round(min(size) * self._options.style_scale))
            self._targets[size] = style_targets(
                self._loaded,
                [(_shrunk(style.picture, shorter), style.share) for style in self._styles],
                self._options.weights.measure,
            )
        return self._targets[size]


class _Stopped:
    """A watch that keeps what the one inside has answered."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.yes = False

    def __call__(self, moment: Moment) -> bool:
        self.yes = self._watch(moment)
        return self.yes


def pyramid(size: tuple[int, int], scales: int = 0, *, coarsest: int) -> list[tuple[int, int]]:
    """The sizes (height, width) that a picture is optimised at, coarse to fine.

    Args:
        size: of the picture, the last of them.
        scales: the most that there may be; 0 for all down to the coarsest.
        coarsest: pixels of the shorter side, where `scales` is 0.
    """
    height, width = size
    least = _SMALLEST if scales else coarsest
    sizes = [size]
    while min(size) >> len(sizes) >= least and len(sizes) != scales:
        factor = 2 ** len(sizes)
        sizes.insert(0, (round(height / factor), round(width / factor)))
    return sizes


def _shrunk(picture: Tensor, shorter: int) -> Tensor:
    height, width = picture.shape[2:]
    scale = shorter / min(height, width)
    if scale >= 1:
        return picture
    return _resized(picture, (round(height * scale), round(width * scale)))


def _resized(pictures: Tensor, size: tuple[int, int]) -> Tensor:
    if tuple(pictures.shape[2:]) == size:
        return pictures
    resized = functional.interpolate(pictures, size=size, mode="bicubic", antialias=True)
    return resized.clamp(0, 1)
