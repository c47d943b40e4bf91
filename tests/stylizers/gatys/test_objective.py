from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.stylizers.gatys.tiny import tiny_features
from vidstyle.losses.features import gram_matrix
from vidstyle.losses.total_variation import total_variation_loss
from vidstyle.stylizers.gatys.feature_networks import DEVIATION_IN_LEVELS, LoadedFeatures
from vidstyle.stylizers.gatys.objective import Objective, style_targets
from vidstyle.stylizers.gatys.options import LossWeights, Measure
from vidstyle.stylizers.gatys.temporal_term import TemporalTerm

WEIGHTS = LossWeights(content=2, style=3, total_variation=5, temporal=7)


@pytest.fixture(scope="module")
def loaded() -> LoadedFeatures:
    return tiny_features()


def pictures(count: int = 1, *, seed: int = 0, side: int = 12) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(seed))


def objective(loaded: LoadedFeatures, weights: LossWeights, **more: Tensor) -> Objective:
    styles = style_targets(loaded, [(pictures(seed=9, side=10), 1.0)], weights.measure)
    return Objective(loaded, pictures(2), styles, weights, **more)  # type: ignore[arg-type]


def test_relative_losses_are_shares_of_what_is_there(loaded: LoadedFeatures) -> None:
    painted = pictures(2, seed=1)

    total, losses = objective(loaded, WEIGHTS)(painted)

    ours, content = loaded.network(painted), loaded.network(pictures(2))
    style = loaded.network(pictures(seed=9, side=10))
    drawn, wanted = (functional.instance_norm(features["deep"]) for features in (ours, content))
    shares = []
    for layer in ("shallow", "deep"):
        target = gram_matrix(style[layer])
        apart = (gram_matrix(ours[layer]) - target).square().sum((1, 2))
        shares.append((apart / target.square().sum()).mean())
    expected = {
        "content": functional.mse_loss(drawn, wanted),
        "style": torch.stack(shares).mean(),
        "total_variation": total_variation_loss(painted, squared=True),
    }
    torch.testing.assert_close(losses, expected, rtol=1e-4, atol=1e-6)
    summed = 2 * sum(getattr(WEIGHTS, name) * loss for name, loss in losses.items())
    torch.testing.assert_close(total, summed)


@pytest.mark.parametrize(
    ("measure", "unit"), [(Measure.LEVELS, 64.0), (Measure.DEVIATIONS, 64.0 / DEVIATION_IN_LEVELS)]
)
def test_published_losses_are_mean_squares(
    loaded: LoadedFeatures, measure: Measure, unit: float
) -> None:
    painted = pictures(2, seed=1)

    _, losses = objective(loaded, replace(WEIGHTS, measure=measure))(painted)

    ours, content = loaded.network(painted), loaded.network(pictures(2))
    style = loaded.network(pictures(seed=9, side=10))
    squares = []
    for layer in ("shallow", "deep"):
        apart = gram_matrix(ours[layer] * unit) - gram_matrix(style[layer] * unit)
        square = apart.square().mean(0)
        squares.append(square.sum() if measure is Measure.LEVELS else square.mean())
    torch.testing.assert_close(
        losses["content"], functional.mse_loss(ours["deep"] * unit, content["deep"] * unit)
    )
    torch.testing.assert_close(losses["style"], torch.stack(squares).sum(), rtol=1e-4, atol=1e-6)


def test_relative_losses_do_not_depend_on_the_size(loaded: LoadedFeatures) -> None:
    def tiled(times: int) -> dict[str, Tensor]:
        content, style, painted = (
            pictures(seed=seed, side=32).repeat(1, 1, times, times) for seed in (0, 9, 1)
        )
        styles = style_targets(loaded, [(style, 1.0)], Measure.RELATIVE)
        return Objective(loaded, content, styles, WEIGHTS)(painted)[1]

    once, twice = tiled(1), tiled(2)

    assert float(twice["content"]) == pytest.approx(float(once["content"]), rel=0.05)
    assert float(twice["style"]) == pytest.approx(float(once["style"]), rel=0.1)


def test_a_mix_is_the_weighted_sum_of_its_styles(loaded: LoadedFeatures) -> None:
    first, second = pictures(seed=5), pictures(seed=6, side=14)
    painted = pictures(1, seed=1)

    def loss(*styles: tuple[Tensor, float]) -> Tensor:
        targets = style_targets(loaded, list(styles), Measure.RELATIVE)
        return Objective(loaded, pictures(1), targets, WEIGHTS)(painted)[1]["style"]

    mixed = loss((first, 0.3), (second, 0.7))

    alone = 0.3 * loss((first, 1.0)) + 0.7 * loss((second, 1.0))
    torch.testing.assert_close(mixed, alone, rtol=1e-4, atol=1e-7)


def test_the_style_looks_like_itself(loaded: LoadedFeatures) -> None:
    style = pictures(seed=9, side=10)

    _, losses = Objective(
        loaded, style, style_targets(loaded, [(style, 1.0)], Measure.RELATIVE), WEIGHTS
    )(style)

    assert float(losses["style"]) == pytest.approx(0, abs=1e-9)
    assert float(losses["content"]) == 0


def test_what_weighs_nothing_is_left_out(loaded: LoadedFeatures) -> None:
    term = TemporalTerm(pictures(2), torch.ones(2, 1, 12, 12))
    weights = LossWeights(content=0, style=1, total_variation=0, temporal=0)

    _, losses = objective(loaded, weights, temporal=term)(pictures(2, seed=1))  # type: ignore[arg-type]

    assert list(losses) == ["style"]


def test_the_temporal_loss_is_one_of_them(loaded: LoadedFeatures) -> None:
    painted = pictures(2, seed=1)
    term = TemporalTerm(painted + 0.1, torch.ones(2, 1, 12, 12))

    _, losses = objective(loaded, WEIGHTS, temporal=term)(painted)  # type: ignore[arg-type]

    assert float(losses["temporal"]) == pytest.approx(0.01, rel=1e-4)
