from typing import Any

import pytest
import torch
from torch import Tensor

from vidstyle.evaluation.fidelity import psnr, rmse, ssim


def pictures(count: int = 2) -> Tensor:
    return torch.rand(count, 3, 24, 32, generator=torch.Generator().manual_seed(0))


def test_rmse_and_psnr_by_hand() -> None:
    first = torch.zeros(2, 3, 4, 4)
    second = torch.stack([torch.full((3, 4, 4), 0.1), torch.zeros(3, 4, 4)])

    torch.testing.assert_close(rmse(first, second), torch.tensor([0.1, 0.0]))
    assert psnr(first, second)[0].item() == pytest.approx(20, abs=1e-4)
    assert psnr(first, second)[1].item() == float("inf")


def test_equal_pictures_are_wholly_similar() -> None:
    torch.testing.assert_close(ssim(pictures(), pictures()), torch.ones(2))


def test_flat_pictures_are_compared_by_their_luminance() -> None:
    # Only (2 a b + c1) / (a² + b² + c1) is left of the formula.
    first, second = torch.full((1, 3, 16, 16), 0.2), torch.full((1, 3, 16, 16), 0.6)

    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.04 + 0.36 + 1e-4)
    assert ssim(first, second).item() == pytest.approx(expected, rel=1e-3)


def test_noise_costs_similarity() -> None:
    noisy = pictures() * 0.5 + torch.rand(2, 3, 24, 32) * 0.5

    assert (ssim(noisy, pictures()) < 0.95).all()


def test_each_picture_counts_by_itself() -> None:
    first, second = pictures(3), torch.rand(3, 3, 24, 32)

    for measure in (rmse, psnr, ssim):
        together = measure(first, second)
        assert together.shape == (3,)
        torch.testing.assert_close(together[1:2], measure(first[1:2], second[1:2]))


def test_ssim_is_the_yardsticks(yardstick: Any) -> None:
    first = pictures(1)
    second = (first * 0.7 + torch.rand(1, 3, 24, 32) * 0.3).clamp(0, 1)

    assert ssim(first, second).item() == pytest.approx(yardstick.ssim(first, second), abs=1e-4)
