import pytest
import torch

from vidstyle.losses.adversarial import discriminator_loss, generator_loss


def test_by_hand() -> None:
    assert generator_loss(torch.tensor([1.0, 0.0, -1.0])).item() == pytest.approx(5 / 3)
    loss = discriminator_loss(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0, 1.0]))
    assert loss.item() == pytest.approx((1 / 2 + 5 / 3) / 2)


def test_a_right_discriminator_has_no_loss() -> None:
    assert discriminator_loss(torch.ones(2, 1, 4, 4), torch.zeros(2, 1, 4, 4)).item() == 0


def test_they_pull_in_opposite_directions() -> None:
    scores = torch.full((1, 1, 4, 4), 0.3, requires_grad=True)

    (towards_real,) = torch.autograd.grad(generator_loss(scores), [scores])
    (towards_fake,) = torch.autograd.grad(discriminator_loss(torch.ones(1), scores), [scores])

    assert (towards_real < 0).all()
    assert (towards_fake > 0).all()
