"""L-BFGS for values that have to stay within bounds.

PyTorch's own does not know of bounds: where values are clamped after its steps it takes them for
longer than they were, and what it has learnt of the curvature is wrong.
"""

from collections import deque
from collections.abc import Callable

import torch
from torch import Tensor

_FIRST_MOVE = 0.003
"""How far the first step moves a value on average; nothing is known of the curvature yet."""

_WORSE = 1.5
"""A step after which the loss is this many times what it was is taken back."""


class BoundedLBFGS:
    """Takes one evaluation a step, without a line search.

    Liu & Nocedal 1989, as in Nocedal & Wright, "Numerical optimization", algorithm 7.4.

    Args:
        values: float32 tensor that is changed in place; its gradient is asked for.
        low, high: bounds of every value.
        step: how much of the step that is thought right is taken.
        history: how many steps are remembered.
    """

    def __init__(
        self, values: Tensor, *, low: float, high: float, step: float, history: int
    ) -> None:
        self._values = values
        self._low, self._high = low, high
        self._step = step
        self._pairs: deque[tuple[Tensor, Tensor, float]] = deque(maxlen=history)
        self._before: tuple[Tensor, Tensor, float] | None = None
        self._first_move = _FIRST_MOVE

    @torch.no_grad()
    def step(self, closure: Callable[[], float]) -> float:
        """Evaluate the loss and its gradient, and change the values; the loss before the change."""
        with torch.enable_grad():
            loss = closure()
        assert self._values.grad is not None
        here, gradient = self._values.clone().flatten(), self._values.grad.flatten()
        if self._before is not None and not loss <= _WORSE * self._before[2]:
            here, gradient = self._taken_back()
        else:
            self._learn(here, gradient)
            self._before = (here, gradient.clone(), loss)
        # What the gradient would draw over its bound stays there (Bertsekas 1982).
        held = torch.where(gradient > 0, here <= self._low, here >= self._high)
        direction = self._direction(gradient.masked_fill(held, 0.0)).masked_fill_(held, 0.0)
        moved = (here + direction).clamp_(self._low, self._high)
        self._values.copy_(moved.view_as(self._values))
        return loss

    def _taken_back(self) -> tuple[Tensor, Tensor]:
        """Where the last step began; what led astray is forgotten."""
        assert self._before is not None
        self._pairs.clear()
        self._first_move /= 2
        return self._before[0], self._before[1]

    def _learn(self, here: Tensor, gradient: Tensor) -> None:
        if self._before is None:
            return
        move, turn = here - self._before[0], gradient - self._before[1]
        curvature = float(torch.dot(move, turn))
        if curvature > 1e-10 * float(torch.dot(turn, turn)):
            self._pairs.append((move, turn, curvature))

    def _direction(self, gradient: Tensor) -> Tensor:
        """Where to, and how far: the two loops of the algorithm."""
        if not self._pairs:
            size = float(gradient.abs().mean())
            return gradient * (-self._step * self._first_move / max(size, 1e-30))
        direction = -gradient
        shares = []
        for move, turn, curvature in reversed(self._pairs):
            share = float(torch.dot(move, direction)) / curvature
            direction.add_(turn, alpha=-share)
            shares.append(share)
        _, turn, curvature = self._pairs[-1]
        direction.mul_(curvature / float(torch.dot(turn, turn)))
        for (move, turn, curvature), share in zip(self._pairs, reversed(shares), strict=True):
            back = float(torch.dot(turn, direction)) / curvature
            direction.add_(move, alpha=share - back)
        return direction.mul_(self._step)
