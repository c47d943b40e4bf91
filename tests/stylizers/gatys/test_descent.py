import pytest
import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.stylizers.gatys.descent import Moment, descend
from vidstyle.stylizers.gatys.options import LEARNING_RATES, Optimizer


class Valley:
    """Pixels are drawn to a goal, each with its own force."""

    def __init__(self, goal: Tensor) -> None:
        self.goal = goal
        self.force = torch.linspace(1, 9, goal.numel()).view_as(goal)
        self.calls = 0

    def __call__(self, pictures: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        self.calls += 1
        loss = (self.force * (pictures - self.goal).square()).sum()
        return loss, {"distance": loss.detach()}


def never(moment: Moment) -> bool:
    return False


@pytest.mark.parametrize("optimizer", list(Optimizer))
def test_every_optimizer_comes_near_the_goal(optimizer: Optimizer) -> None:
    goal = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(0)) * 0.5 + 0.3

    found = descend(
        Valley(goal),
        torch.full_like(goal, 0.5),
        optimizer=optimizer,
        step=LEARNING_RATES[optimizer],
        iterations=120,
        watch=never,
    )

    assert float((found - goal).abs().max()) < 0.03


def test_an_iteration_is_one_evaluation() -> None:
    valley = Valley(torch.full((1, 3, 2, 2), 0.4))

    descend(
        valley,
        torch.full((1, 3, 2, 2), 0.5),
        optimizer=Optimizer.LBFGS,
        step=1.0,
        iterations=9,
        watch=never,
    )

    assert valley.calls == 9


@pytest.mark.parametrize("optimizer", list(Optimizer))
def test_pictures_stay_within_what_can_be_shown(optimizer: Optimizer) -> None:
    seen: list[Moment] = []
    found = descend(
        Valley(torch.full((1, 3, 3, 3), 1.7)),
        torch.full((1, 3, 3, 3), 0.9),
        optimizer=optimizer,
        step=LEARNING_RATES[optimizer],
        iterations=20,
        watch=lambda moment: bool(seen.append(moment)),  # type: ignore[func-returns-value]
    )

    assert float(found.max()) <= 1
    assert all(float(moment.pictures.max()) <= 1 for moment in seen)


def test_the_watch_is_told_and_may_stop() -> None:
    seen: list[Moment] = []

    def watch(moment: Moment) -> bool:
        seen.append(moment)
        return moment.iteration == 3

    descend(
        Valley(torch.zeros(1, 3, 2, 2)),
        torch.ones(1, 3, 2, 2),
        optimizer=Optimizer.ADAM,
        step=0.1,
        iterations=50,
        watch=watch,
    )

    assert [moment.iteration for moment in seen] == [1, 2, 3]
    assert seen[0].iterations == 50
    assert seen[0].losses == {"distance": pytest.approx(seen[0].total)}
    assert seen[2].total < seen[0].total


def test_no_iterations_give_the_start_back() -> None:
    start = torch.rand(1, 3, 2, 2)
    valley = Valley(torch.zeros(1, 3, 2, 2))

    found = descend(valley, start, optimizer=Optimizer.LBFGS, step=1.0, iterations=0, watch=never)

    torch.testing.assert_close(found, start)
    assert valley.calls == 0


def test_a_loss_that_is_not_finite_is_told() -> None:
    def evaluate(pictures: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        loss = (pictures * float("inf")).sum()
        return loss, {"style": loss.detach()}

    with pytest.raises(VidstyleError, match=r"not finite at iteration 1 \(style inf\)"):
        descend(
            evaluate,
            torch.ones(1, 3, 2, 2),
            optimizer=Optimizer.ADAM,
            step=0.1,
            iterations=5,
            watch=never,
        )
