import pytest
import torch
from torch import Tensor

from vidstyle.stylizers.gatys.bounded_lbfgs import BoundedLBFGS


class Bowl:
    """Σ force (x - goal)², with forces that differ much, and coupled neighbours."""

    def __init__(self, goal: Tensor, *, spread: float = 100.0) -> None:
        self.goal = goal
        self.force = torch.logspace(0, torch.log10(torch.tensor(spread)), len(goal))
        self.calls = 0

    def closure(self, values: Tensor) -> float:
        self.calls += 1
        values.grad = None
        away = values - self.goal
        loss = (self.force * away.square()).sum() + (away[1:] - away[:-1]).square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())


def run(bowl: Bowl, start: Tensor, steps: int, *, step: float = 1.0) -> tuple[Tensor, list[float]]:
    values = start.clone().requires_grad_()
    optimizer = BoundedLBFGS(values, low=-0.5, high=0.5, step=step, history=10)
    losses = [optimizer.step(lambda: bowl.closure(values)) for _ in range(steps)]
    return values.detach(), losses


def test_it_finds_the_least() -> None:
    goal = torch.linspace(-0.4, 0.4, 50)

    found, losses = run(Bowl(goal), torch.zeros(50), 60)

    torch.testing.assert_close(found, goal, atol=1e-3, rtol=0)
    assert losses[-1] < 1e-4 * losses[0]


def test_it_is_faster_than_going_down_the_gradient() -> None:
    goal = torch.linspace(-0.4, 0.4, 50)
    bowl = Bowl(goal)
    values = torch.zeros(50, requires_grad=True)
    for _ in range(60):
        loss = bowl.closure(values)
        with torch.no_grad():
            values -= values.grad / 220  # type: ignore[operator]

    _, losses = run(Bowl(goal), torch.zeros(50), 60)

    assert losses[-1] < 1e-3 * loss


def test_a_step_is_one_evaluation() -> None:
    bowl = Bowl(torch.linspace(-0.4, 0.4, 20))

    run(bowl, torch.zeros(20), 15)

    assert bowl.calls == 15


def test_values_stay_within_bounds_and_the_others_reach_their_least() -> None:
    goal = torch.linspace(-1.5, 1.5, 40)
    bowl = Bowl(goal)

    found, _ = run(bowl, torch.zeros(40), 80)

    assert float(found.abs().max()) <= 0.5
    values = found.clone().requires_grad_()
    bowl.closure(values)
    assert values.grad is not None
    free = found.abs() < 0.5
    assert free.any()
    assert float(values.grad[free].abs().max()) < 0.01 * 2 * 100  # Of what it was.
    # Those at a bound are held there by it alone.
    assert bool((values.grad[~free].sign() == -found[~free].sign()).all())


def test_a_step_that_goes_astray_is_taken_back() -> None:
    """Far steps make the loss grow at first; in the end it is small all the same."""
    goal = torch.linspace(-0.4, 0.4, 30)

    found, losses = run(Bowl(goal, spread=2.0), torch.zeros(30), 60, step=1.9)

    assert losses[-1] < 1e-2 * losses[0]
    assert float((found - goal).abs().max()) < 0.1


@pytest.mark.parametrize("start", [0.0, 0.5])
def test_at_the_least_it_stays(start: float) -> None:
    goal = torch.full((10,), start)

    found, _ = run(Bowl(goal), goal, 5)

    torch.testing.assert_close(found, goal)
