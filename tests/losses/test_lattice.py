import pytest
import torch

from vidstyle.losses.lattice import SMALLEST, lattice_loss

# Noise that no grid binds.
PICTURE = torch.rand(2, 3, 192, 128, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("period", [2, 4, 8])
def test_what_repeats_counts_by_its_variance(period: int) -> None:
    marked = 0.2 * PICTURE
    marked[:, :, ::period] += 0.1
    # A row in `period` that is lighter.
    expected = 0.1**2 * (1 / period) * (1 - 1 / period)
    assert lattice_loss(marked).item() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("period", [3, 5, 7])
def test_what_repeats_otherwise_does_not_count(period: int) -> None:
    marked = PICTURE.clone()
    marked[:, :, ::period] += 0.5
    # Nor is it less than nothing: stripes of that width would be paid for.
    assert 0 <= lattice_loss(marked).item() < 1e-3


def test_noise_and_plain_pictures_have_none() -> None:
    assert lattice_loss(PICTURE).item() == pytest.approx(0, abs=2e-4)
    plane = torch.linspace(0.2, 0.9, SMALLEST).expand(1, 3, SMALLEST, SMALLEST)
    assert lattice_loss(plane).item() == pytest.approx(0, abs=1e-6)


def test_its_gradient_takes_a_lattice_away() -> None:
    marked = torch.full((1, 1, 128, 128), 0.5)
    marked[:, :, ::4] = 0.6
    marked.requires_grad_()
    (gradient,) = torch.autograd.grad(lattice_loss(marked), [marked])
    assert lattice_loss(marked - 1000 * gradient) < 0.75 * lattice_loss(marked)
