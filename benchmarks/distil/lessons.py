"""What a pupil sees: photographs in many disguises, and codes of many styles."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.training.picture_set import PictureSet

# Shares of the pictures that are enlarged (a video's pixels show less of a scene than those of a
# small photograph do), faint, noisy, and between black bars.
_ENLARGED, _FAINT, _NOISY, _BARRED = 0.4, 0.3, 0.15, 0.07

# Shares of the codes: of styles by name, of single pictures; the others are between two of any.
_NAMED, _PICTURED = 0.4, 0.35

# How far beyond two codes those between them may be.
_BEYOND = 0.1


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Draws of pictures and codes.

    Attributes:
        photographs: what is painted.
        named: float tensor (S, C), codes that are to be learned best.
        pictured: float tensor (P, C), codes of style pictures; may be none.
        side: pixels of what is painted.
        batch: pictures at once.
    """

    photographs: PictureSet
    named: Tensor
    pictured: Tensor
    side: int = 192
    batch: int = 4

    def __call__(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Pictures (batch, 3, side, side), RGB in [0, 1], and codes (batch, C)."""
        pictures = [self._picture(generator) for _ in range(self.batch)]
        codes = [self._code(generator) for _ in range(self.batch)]
        return torch.cat(pictures), torch.stack(codes)

    def _picture(self, generator: torch.Generator) -> Tensor:
        side = self.side
        enlarged = _uniform(0, 1, generator) < _ENLARGED
        cut = _whole(side // 4, side, generator) if enlarged else side
        picture = self.photographs.random_crops(1, size=cut, generator=generator)
        if cut < side:
            picture = functional.interpolate(picture, size=(side, side), mode="bilinear")
        if _uniform(0, 1, generator) < _FAINT:
            middle, contrast = picture.mean(), _uniform(0.15, 1.0, generator)
            picture = middle + contrast * (picture - middle) + _uniform(-0.2, 0.2, generator)
        if _uniform(0, 1, generator) < _NOISY:
            noise = torch.randn(picture.shape, generator=generator)
            picture = picture + _uniform(0.01, 0.05, generator) * noise
        if _uniform(0, 1, generator) < _BARRED:
            bar = _whole(side // 8, side // 3, generator)
            picture[:, :, :bar] = picture[:, :, -bar:] = 0.0
        return picture.clamp(0.0, 1.0)

    def _code(self, generator: torch.Generator) -> Tensor:
        kind = _uniform(0, 1, generator)
        if kind < _NAMED or not len(self.pictured):
            return _one(self.named, generator)
        if kind < _NAMED + _PICTURED:
            return _one(self.pictured, generator)
        share = _uniform(-_BEYOND, 1 + _BEYOND, generator)
        return torch.lerp(self._any(generator), self._any(generator), share)

    def _any(self, generator: torch.Generator) -> Tensor:
        # As often a named one as one of a picture: there are far fewer of them.
        kind = self.named if _uniform(0, 1, generator) < 0.5 else self.pictured
        return _one(kind, generator)


def _one(codes: Tensor, generator: torch.Generator) -> Tensor:
    return codes[_whole(0, len(codes), generator)]


def _whole(low: int, high: int, generator: torch.Generator) -> int:
    """From `low` to below `high`."""
    return int(torch.randint(low, high, (), generator=generator))


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * float(torch.rand((), generator=generator))
