import pytest
import torch

from vidstyle.temporal.draws import Draws
from vidstyle.temporal.photometry import add_noise, blur, gaussian_blur, shift_brightness


@pytest.fixture
def draws() -> Draws:
    return Draws(torch.Generator().manual_seed(0), 64, torch.device("cpu"))


def test_noise_is_within_its_range_and_differs_between_pictures(draws: Draws) -> None:
    deviations = add_noise(torch.zeros(64, 3, 32, 32), draws, largest=0.1).std(dim=(1, 2, 3))

    assert deviations.max() < 0.11
    assert deviations.max() > 0.08
    assert deviations.min() < 0.02


def test_brightness_is_one_value_a_picture(draws: Draws) -> None:
    changed = shift_brightness(torch.zeros(64, 3, 8, 8), draws, largest=0.2)

    assert changed.std(dim=(1, 2, 3)).max() == 0
    values = changed[:, 0, 0, 0]
    assert -0.2 <= values.min() < -0.15
    assert 0.15 < values.max() <= 0.2


def test_no_blur_changes_nothing() -> None:
    pictures = torch.rand(2, 3, 9, 9)

    torch.testing.assert_close(gaussian_blur(pictures, torch.zeros(2), radius=3), pictures)


def test_blur_spreads_by_its_deviation() -> None:
    point = torch.zeros(2, 1, 41, 41)
    point[..., 20, 20] = 1.0

    spread = gaussian_blur(point, torch.tensor([1.0, 3.0]), radius=12)

    torch.testing.assert_close(spread.sum(dim=(1, 2, 3)), torch.ones(2))
    offsets = torch.arange(41) - 20.0
    variance = (spread.sum(dim=2)[:, 0] * offsets**2).sum(dim=1)
    torch.testing.assert_close(variance.sqrt(), torch.tensor([1.0, 3.0]), rtol=0.01, atol=0)


def test_each_picture_is_blurred_by_itself() -> None:
    pictures = torch.rand(3, 3, 16, 20)
    deviations = torch.tensor([0.5, 1.0, 2.0])

    together = gaussian_blur(pictures, deviations, radius=4)

    for index in range(3):
        alone = gaussian_blur(pictures[index : index + 1], deviations[index : index + 1], radius=4)
        torch.testing.assert_close(together[index], alone[0])


def test_blur_of_small_pictures(draws: Draws) -> None:
    assert blur(torch.rand(64, 3, 4, 2), draws, largest=5.0).shape == (64, 3, 4, 2)
