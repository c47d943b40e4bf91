"""How far the features of a picture are from a style, whatever is where."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from vidstyle.stylizers.gatys.gram import gram_loss, gram_products
from vidstyle.stylizers.gatys.sliced import QUANTILES, quantiles, sliced_loss


@dataclass(frozen=True, kw_only=True)
class StyleDistance:
    """A squared distance of statistics.

    The weighted mean of several styles' statistics stands for all of them.

    Attributes:
        statistic: of features (N, C, H, W): float32 tensor (N, ...).
        loss: of features, a statistic (...) and a factor: that times the squared distance, summed
            over the pictures, with its gradient.
        unit: of a style's statistic: the squared distance that counts as 1.
        power: with which it grows with the features.
    """

    statistic: Callable[[Tensor], Tensor]
    loss: Callable[[Tensor, Tensor, float], Tensor]
    unit: Callable[[Tensor], float]
    power: int


# Of the variance of a style's values. By eye: with it one style weight does for Gram matrices and
# for quantiles.
_UNIT_OF_QUANTILES = 0.003


def _of_gram(gram: Tensor) -> float:
    return float(gram.square().sum())


def _of_quantiles(values: Tensor) -> float:
    return _UNIT_OF_QUANTILES * QUANTILES * float(values.var(dim=1, correction=0).sum())


GRAM = StyleDistance(statistic=gram_products, loss=gram_loss, unit=_of_gram, power=4)
"""Of Gram matrices (Gatys et al. 2016), for features of trained networks."""

SLICED = StyleDistance(statistic=quantiles, loss=sliced_loss, unit=_of_quantiles, power=2)
"""Of the distribution of each channel, for many random ones."""
