import torch

from vidstyle.nets.adain import channel_statistics
from vidstyle.training.moments import condensed


def test_two_pixels_have_the_statistics_of_the_whole() -> None:
    features = 3 + 2 * torch.randn(2, 5, 7, 9)

    (mean, deviation), (kept_mean, kept_deviation) = (
        channel_statistics(features),
        channel_statistics(condensed(features)),
    )

    torch.testing.assert_close(kept_mean, mean)
    torch.testing.assert_close(kept_deviation, deviation, rtol=1e-4, atol=1e-4)


def test_the_gradient_is_that_of_the_whole() -> None:
    features = torch.rand(2, 3, 6, 5, requires_grad=True)
    weights = torch.randn(2, 2, 3, 1, 1)

    def gradient(source: torch.Tensor) -> torch.Tensor:
        loss = (torch.stack(channel_statistics(source)).square() * weights).sum()
        (found,) = torch.autograd.grad(loss, features)
        return found

    torch.testing.assert_close(
        gradient(condensed(features)), gradient(features), rtol=1e-3, atol=1e-4
    )


def test_flat_channels_have_a_finite_gradient() -> None:
    features = torch.full((1, 2, 4, 4), 7.0, requires_grad=True)

    torch.autograd.backward(condensed(features).square().sum())

    assert features.grad is not None
    assert features.grad.isfinite().all()
