import pytest
import torch
from torch import Tensor

from vidstyle.stylizers.gatys.temporal_term import Link, TemporalTerm, merged


def some(count: int = 1, *, seed: int = 0) -> Tensor:
    return torch.rand(count, 3, 6, 8, generator=torch.Generator().manual_seed(seed))


def test_what_is_hidden_is_free() -> None:
    target = some()
    weight = torch.ones(1, 1, 6, 8)
    weight[..., :4] = 0
    changed = target.clone()
    changed[..., :4] = 0.5

    assert float(TemporalTerm(target, weight)(changed)) == 0
    assert float(TemporalTerm(target, 1 - weight)(changed)) > 0


def test_it_is_a_mean_over_pixels_and_a_sum_over_pictures() -> None:
    target = some(2)
    term = TemporalTerm(target, torch.ones(2, 1, 6, 8))

    assert float(term(target + 0.1)) == pytest.approx(2 * 0.01, rel=1e-4)


def test_a_link_holds_a_frame_to_where_the_other_has_moved_to() -> None:
    first = some()
    second = first.roll(2, dims=3)  # All has moved two pixels to the right.
    flow = torch.zeros(1, 2, 6, 8)
    flow[:, 0] = -2
    weight = torch.ones(1, 1, 6, 8)
    weight[..., :2] = 0
    nothing = TemporalTerm(torch.zeros(2, 3, 6, 8), torch.zeros(2, 1, 6, 8))
    linked = TemporalTerm(nothing.target, nothing.weight, [Link(1, 0, flow, weight)])

    assert float(linked(torch.cat([first, second]))) == pytest.approx(0, abs=1e-10)
    assert float(linked(torch.cat([first, first]))) > 0.01
    assert float(nothing(torch.cat([first, first]))) == 0


def test_both_ends_of_a_link_are_drawn() -> None:
    pictures = some(2).requires_grad_()
    link = Link(1, 0, torch.zeros(1, 2, 6, 8), torch.ones(1, 1, 6, 8))
    term = TemporalTerm(torch.zeros(2, 3, 6, 8), torch.zeros(2, 1, 6, 8), [link])

    (gradient,) = torch.autograd.grad(term(pictures), [pictures])

    torch.testing.assert_close(gradient[0], -gradient[1])
    assert float(gradient.abs().sum()) > 0


def test_one_target_stands_for_several() -> None:
    targets = [some(seed=1), some(seed=2)]
    weights = [torch.rand(1, 1, 6, 8, generator=torch.Generator().manual_seed(s)) for s in (3, 4)]

    def apart(pictures: Tensor) -> Tensor:
        terms = [TemporalTerm(t, w)(pictures) for t, w in zip(targets, weights, strict=True)]
        return torch.stack(terms).sum()

    one = TemporalTerm(*merged(targets, weights))
    first, second = some(seed=5), some(seed=6)
    torch.testing.assert_close(one(first) - one(second), apart(first) - apart(second))
