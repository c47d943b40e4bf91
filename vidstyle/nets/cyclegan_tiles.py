"""A generator on parts of a picture, with the statistics of the whole.

Instance normalisation looks at all of a picture: painted alone, each part would come out in colours
of its own. Here the statistics come from outside, such as those of a small copy of the picture
(thumbnail instance normalisation, Chen et al. 2021, arXiv:2103.11784).
"""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from vidstyle.nets.cyclegan import ResnetGenerator
from vidstyle.nets.graphs import PictureTransfer
from vidstyle.nets.instance_norm import InstanceNorm, normalised, statistics
from vidstyle.nets.pictures import to_float


class PictureStatistics(nn.Module):
    """What the normalisations of a generator find in a picture.

    Args:
        generator: whose; it is copied.
    """

    def __init__(self, generator: ResnetGenerator) -> None:
        super().__init__()
        self.generator, self._norms = _with_norms(generator, _TellingNorm)

    def forward(self, frames: Tensor) -> Tensor:
        """8-bit RGB (1, H, W, 3), H and W multiples of 4, to float32 (2, 1, C, 1, 1).

        First the means, then the variances, of the channels of all normalisations in their order.
        """
        self.generator(to_float(frames))
        means = [norm.mean for norm in self._norms]
        variances = [norm.variance for norm in self._norms]
        return torch.stack([torch.cat(means, dim=1), torch.cat(variances, dim=1)])


class TileTransfer(nn.Module):
    """A generator whose normalisations take statistics from outside.

    Args:
        generator: which; it is copied.
    """

    def __init__(self, generator: ResnetGenerator) -> None:
        super().__init__()
        generator, self._norms = _with_norms(generator, _ToldNorm)
        self.transfer = PictureTransfer(generator)

    def forward(self, tiles: Tensor, strength: Tensor, found: Tensor) -> Tensor:
        """Translated tiles.

        Args:
            tiles: uint8 tensor (N, H, W, 3), RGB; H and W multiples of 4.
            strength: float32 tensor (1,) in [0, 1]; 0 gives the content back.
            found: float32 tensor (2, 1, C, 1, 1), as of `PictureStatistics`.

        Returns:
            uint8 tensor (N, H, W, 3), RGB.
        """
        start = 0
        for norm in self._norms:
            norm.mean, norm.variance = found[:, :, start : start + norm.channels]
            start += norm.channels
        translated: Tensor = self.transfer(tiles, strength)
        return translated


class _KeepingNorm(InstanceNorm):
    """Holds statistics between calls."""

    mean: Tensor
    variance: Tensor


class _TellingNorm(_KeepingNorm):
    """Normalises, and keeps the statistics that it finds."""

    def forward(self, features: Tensor) -> Tensor:
        self.mean, self.variance = statistics(features)
        return normalised(features, self.mean, self.variance)


class _ToldNorm(_KeepingNorm):
    """Normalises by the statistics that it was given."""

    def forward(self, features: Tensor) -> Tensor:
        return normalised(features, self.mean, self.variance)


def _with_norms(
    generator: ResnetGenerator, make: Callable[[int], _KeepingNorm]
) -> tuple[ResnetGenerator, list[_KeepingNorm]]:
    """A copy of the generator with other normalisations, and these in their order."""
    changed = copy.deepcopy(generator)
    for parent in list(changed.modules()):
        for name, child in parent.named_children():
            if isinstance(child, InstanceNorm):
                setattr(parent, name, make(child.channels))
    norms = [module for module in changed.modules() if isinstance(module, _KeepingNorm)]
    return changed, norms
