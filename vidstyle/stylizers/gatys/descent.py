"""The optimisation itself: pictures at one size, iteration by iteration."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.stylizers.gatys.bounded_lbfgs import BoundedLBFGS
from vidstyle.stylizers.gatys.options import Optimizer

GREY = 0.5
"""Pixels are optimised as what they are above this, so that weight decay draws them to grey."""

HISTORY = 10
"""Steps that L-BFGS remembers; more of them gain little and cost time with every iteration."""

Evaluate: TypeAlias = Callable[[Tensor], tuple[Tensor, Mapping[str, Tensor]]]
"""From pictures to the loss, and its parts by name."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How far the optimisation is.

    Attributes:
        iteration: that was carried out, from 1.
        iterations: how many there are at this size.
        losses: before it, by name, not weighted.
        total: their weighted sum.
        pictures: float32 tensor (N, 3, H, W), RGB, about [0, 1], as they are now.
    """

    iteration: int
    iterations: int
    losses: Mapping[str, float]
    total: float
    pictures: Tensor


Watch: TypeAlias = Callable[[Moment], bool]
"""Told after every iteration; the answer is whether to stop."""


def descend(
    evaluate: Evaluate,
    start: Tensor,
    *,
    optimizer: Optimizer,
    step: float,
    iterations: int,
    watch: Watch,
) -> Tensor:
    """Make pictures' loss small.

    Args:
        evaluate: the loss.
        start: float32 tensor (N, 3, H, W), RGB in [0, 1].
        optimizer: what changes the pixels.
        step: its learning rate, of pixels in [0, 1].
        iterations: each is one evaluation of the loss and its gradient.
        watch: told after every iteration, and may end the optimisation.

    Returns:
        Float32 tensor (N, 3, H, W), RGB in [0, 1].

    Raises:
        VidstyleError: the loss is not finite.
    """
    pixels = (start - GREY).contiguous().requires_grad_()
    take_step = _stepper(optimizer, pixels, step)
    found: dict[str, float] = {}

    def closure() -> float:
        pixels.grad = None
        total, losses = evaluate(pixels + GREY)
        total.backward()  # type: ignore[no-untyped-call]  # As in PyTorch.
        found.clear()
        found.update(
            {name: float(loss) for name, loss in losses.items()}, total=float(total.detach())
        )
        return found["total"]

    for iteration in range(1, iterations + 1):
        take_step(closure)
        total = found.pop("total")
        _check(total, found, iteration)
        moment = Moment(
            iteration=iteration,
            iterations=iterations,
            losses=dict(found),
            total=total,
            pictures=_pictures(pixels),
        )
        if watch(moment):
            break
    return _pictures(pixels)


def _pictures(pixels: Tensor) -> Tensor:
    return (pixels.detach() + GREY).clamp_(0, 1)


def _stepper(
    optimizer: Optimizer, pixels: Tensor, step: float
) -> Callable[[Callable[[], float]], object]:
    """What takes a step: it calls the closure, once, and changes the pixels within their bounds."""
    adam: torch.optim.Optimizer
    match optimizer:
        case Optimizer.LBFGS:
            return BoundedLBFGS(pixels, low=-GREY, high=1 - GREY, step=step, history=HISTORY).step
        case Optimizer.ADAM:
            adam = torch.optim.Adam([pixels], lr=step)
        case Optimizer.ADAMW:
            adam = torch.optim.AdamW([pixels], lr=step)

    def take_step(closure: Callable[[], float]) -> None:
        adam.step(closure)
        with torch.no_grad():
            pixels.clamp_(-GREY, 1 - GREY)

    return take_step


def _check(total: float, losses: Mapping[str, float], iteration: int) -> None:
    if math.isfinite(total):
        return
    told = ", ".join(f"{name} {value:g}" for name, value in losses.items())
    raise VidstyleError(
        f"the loss is not finite at iteration {iteration} ({told}): lower --learning-rate, or "
        "choose --optimizer adam"
    )
