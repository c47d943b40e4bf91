"""The frames before, and what of them is to be seen in those that follow."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vidstyle.nets.pictures import from_pictures
from vidstyle.stylizers.gatys.painter import Anchor
from vidstyle.stylizers.gatys.temporal_term import Link, TemporalTerm, merged
from vidstyle.temporal.flow import DISFlow
from vidstyle.temporal.warp import flow_and_visible, warp

_CELLS = 24
"""How fine the grid is that colours are blurred on, along the shorter side."""

_TRACE = 1e-3
"""How much the mean over the whole picture counts beside what is near."""

Picture = NDArray[np.uint8]
"""A picture (H, W, 3), RGB."""


@dataclass(frozen=True)
class _Seen:
    """How a frame sees an earlier one."""

    flow: Tensor
    weight: Tensor


class Past:
    """The last frames of a scene, each with its result.

    Args:
        distances: how many frames back a frame is held to; the nearest that shows a pixel counts
            for it (Ruder et al. 2016, section 5.2).
        device: of the tensors.
    """

    def __init__(self, distances: Sequence[int], device: torch.device) -> None:
        self._distances = sorted(set(distances))
        self._device = device
        self._frames: deque[tuple[Picture, Tensor]] = deque(maxlen=max(self._distances, default=1))
        self._flow = DISFlow()

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width of the frames; None where there are none."""
        return self._frames[-1][0].shape[:2] if self._frames else None

    def clear(self) -> None:
        """Forget all: another scene begins."""
        self._frames.clear()

    def add(self, content: Picture, result: Tensor) -> None:
        """A frame that is done, and its result (1, 3, H, W), RGB in [0, 1]."""
        self._frames.append((content, result))

    def anchor(
        self, contents: Sequence[Picture], base: Tensor | None = None, *, share: float = 1.0
    ) -> Anchor:
        """What ties the next frames to those that are kept, of which there must be one.

        Args:
            contents: the next frames.
            base: float tensor (N, 3, H, W): what they start from where nothing is seen of earlier
                ones. By default the content, in the colours of the result around it: bare, it
                would need many more iterations than what is beside it.
            share: of what is seen, in the start; the rest is of the base.
        """
        known = len(self._frames)
        frames = [content for content, _ in self._frames] + list(contents)
        starts = [result for _, result in self._frames]
        targets, weights, links = [], [], []
        for number in range(len(contents)):
            seen = self._seen(frames, known + number)
            moved = {i: warp(starts[i], sight.flow) for i, sight in seen.items()}
            shown, sure = merged(list(moved.values()), [sight.weight for sight in seen.values()])
            if base is None:
                under = _recoloured(from_pictures(contents[number], self._device), shown, sure)
            else:
                under = base[number : number + 1]
            starts.append(torch.lerp(under, shown, sure * share))
            done = [i for i in seen if i < known]
            target, weight = merged(
                [torch.zeros_like(shown), *(moved[i] for i in done)],
                [torch.zeros_like(sure), *(seen[i].weight for i in done)],
            )
            targets.append(target)
            weights.append(weight)
            links += [
                Link(number, i - known, sight.flow, sight.weight)
                for i, sight in seen.items()
                if i >= known
            ]
        term = TemporalTerm(torch.cat(targets), torch.cat(weights), links)
        return Anchor(start=torch.cat(starts[known:]), term=term)

    def _seen(self, frames: Sequence[Picture], number: int) -> dict[int, _Seen]:
        """How a frame sees those before, by their numbers, the nearest first."""
        found: dict[int, _Seen] = {}
        free: Tensor | None = None
        for distance in self._distances:
            earlier = number - distance
            if earlier < 0:
                break
            flow, seen = flow_and_visible(self._flow, frames[number], frames[earlier], self._device)
            visible = seen.float()
            weight = visible if free is None else visible * free
            found[earlier] = _Seen(flow, weight)
            free = 1 - visible if free is None else free * (1 - visible)
        return found


def _recoloured(content: Tensor, result: Tensor, sure: Tensor) -> Tensor:
    """The content, shifted to the colours that the result has around it.

    Args:
        content: float tensor (1, 3, H, W).
        result: float tensor (1, 3, H, W), to be trusted where `sure` says.
        sure: float tensor (1, 1, H, W), 0 to 1.
    """
    shift = _spread(sure * (result - content)) / _spread(sure).clamp(min=1e-6)
    return (content + shift).clamp(0, 1)


def _spread(values: Tensor) -> Tensor:
    """A wide blur; a trace of the mean over the picture reaches everywhere."""
    height, width = values.shape[2:]
    cell = max(1.0, min(height, width) / _CELLS)
    grid = (max(1, round(height / cell)), max(1, round(width / cell)))
    coarse = functional.interpolate(values, size=grid, mode="area")
    for _ in range(2):
        coarse = functional.avg_pool2d(coarse, 3, stride=1, padding=1)
    coarse = coarse + _TRACE * values.mean(dim=(2, 3), keepdim=True)
    return functional.interpolate(coarse, size=(height, width), mode="bilinear")
