import torch
from torch import Tensor

from vidstyle.losses.features import gram_matrix
from vidstyle.stylizers.gatys.gram import gram_loss, gram_products


def some_features(dtype: torch.dtype = torch.float64) -> Tensor:
    values = torch.rand(2, 5, 4, 6, generator=torch.Generator().manual_seed(0), dtype=dtype)
    return values.contiguous(memory_format=torch.channels_last).requires_grad_()


def test_products_are_the_gram_matrix() -> None:
    features = some_features(torch.float32)

    torch.testing.assert_close(gram_products(features), gram_matrix(features))


def test_the_gradient_is_that_of_the_loss() -> None:
    features = some_features()
    target = torch.rand(5, 5, generator=torch.Generator().manual_seed(1))
    target = target + target.T  # As every Gram matrix is.

    loss = gram_loss(features, target, 0.7)
    (found,) = torch.autograd.grad(loss * 3, [features])

    rows = features.flatten(2)
    products = rows @ rows.transpose(1, 2) / (5 * 24)
    expected = 0.7 * (products - target.double()).square().sum()
    torch.testing.assert_close(loss.double(), expected, rtol=1e-5, atol=1e-5)
    (wanted,) = torch.autograd.grad(expected * 3, [features])
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)


def test_half_precision_stays_in_half_precision() -> None:
    features = some_features(torch.float32).detach().bfloat16().requires_grad_()

    loss = gram_loss(features, torch.zeros(5, 5), 1.0)
    (gradient,) = torch.autograd.grad(loss, [features])

    assert (loss.dtype, gradient.dtype) == (torch.float32, torch.bfloat16)
    assert gradient.is_contiguous(memory_format=torch.channels_last)
