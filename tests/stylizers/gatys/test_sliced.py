import pytest
import torch
from torch import Tensor

from vidstyle.stylizers.gatys.sliced import QUANTILES, quantiles, sliced_loss
from vidstyle.stylizers.gatys.style_distance import SLICED


def some_features(count: int = 1, *, side: int = 12, seed: int = 0) -> Tensor:
    return torch.rand(count, 5, side, side, generator=torch.Generator().manual_seed(seed))


def test_values_that_have_changed_places_are_as_far_as_none() -> None:
    features = some_features()
    order = torch.randperm(144, generator=torch.Generator().manual_seed(1))
    shuffled = features.flatten(2)[:, :, order].view_as(features)

    loss = sliced_loss(shuffled, quantiles(features)[0], 1.0)

    assert float(loss) < 1e-4 * float(sliced_loss(features * 0.5, quantiles(features)[0], 1.0))


def test_a_shift_counts_once_for_every_quantile() -> None:
    features = some_features(2)
    target = quantiles(features[:1])[0]

    loss = sliced_loss(features[:1].expand(2, -1, -1, -1) + 0.5, target, 0.1)

    assert float(loss) == pytest.approx(2 * 0.1 * 5 * QUANTILES * 0.25, rel=1e-3)


def test_the_size_of_the_picture_hardly_matters() -> None:
    target = quantiles(some_features(side=64, seed=3))[0]
    scale = 1 / SLICED.unit(target)

    losses = [float(sliced_loss(some_features(side=side) ** 2, target, scale)) for side in (40, 80)]

    assert losses[0] == pytest.approx(losses[1], rel=0.05)


def test_the_gradient_moves_every_value_towards_its_rank() -> None:
    features = some_features().requires_grad_()
    target = quantiles(features.detach() + 1)[0]

    (gradient,) = torch.autograd.grad(sliced_loss(features, target, 1.0), [features])

    assert bool((gradient < 0).all())
    torch.testing.assert_close(gradient, gradient.mean().expand_as(gradient), rtol=0.05, atol=0.0)
