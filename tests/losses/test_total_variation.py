import pytest
import torch

from vidstyle.losses.total_variation import total_variation_loss

PICTURE = torch.tensor([[[[0.0, 1.0, 1.0], [2.0, 1.0, 4.0]]]])


def test_by_hand() -> None:
    # To the right 1, 0, 1, 3; down 2, 0, 3.
    assert total_variation_loss(PICTURE).item() == pytest.approx(5 / 4 + 5 / 3)


def test_squared_by_hand() -> None:
    assert total_variation_loss(PICTURE, squared=True).item() == pytest.approx(11 / 4 + 13 / 3)


def test_a_flat_picture_has_none() -> None:
    assert total_variation_loss(torch.full((2, 3, 5, 5), 0.7)).item() == 0


def test_noise_has_more_than_a_ramp() -> None:
    ramp = torch.linspace(0, 1, 32).expand(1, 3, 32, 32)
    noisy = ramp + torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 0.1

    assert total_variation_loss(noisy) > 2 * total_variation_loss(ramp)


def test_gradients_reach_the_picture() -> None:
    picture = torch.rand(1, 3, 5, 5, requires_grad=True)

    (gradient,) = torch.autograd.grad(total_variation_loss(picture), [picture])

    assert gradient.abs().sum() > 0
