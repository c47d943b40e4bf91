"""Altered copies of style pictures: a style encoder that saw few paintings guesses badly at others.

Trained on 1,504 paintings, the style loss of adain-lite was an eighth higher with new ones.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.training.picture_set import PictureSet

# Smallest share of the side that is cut out and enlarged: strokes become broader, not yet blurred.
_SMALLEST_CUT = 0.65

# Factors and shares that colours change by; the hue goes round the whole circle.
_SATURATION = (0.5, 1.4)
_CONTRAST = (0.8, 1.2)
_BRIGHTNESS = 0.1

# From a colour to the grey that is its mean.
_GREY = torch.full((3, 3), 1.0 / 3.0)


def with_variants(styles: PictureSet, count: int, *, seed: int) -> PictureSet:
    """The pictures, followed by `count` altered copies of each.

    A copy is a part of the picture, enlarged to its size, perhaps mirrored, whose hue, saturation,
    contrast and brightness are others.

    Args:
        styles: the pictures, N of them.
        count: copies of each.
        seed: of all draws.
    """
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.cat([styles.pixels] * (1 + count))
    for copy in pixels[len(styles) :]:
        copy.copy_(_altered(copy, generator))
    return PictureSet(pixels, styles.paths * (1 + count), styles.skipped)


def _altered(picture: Tensor, generator: torch.Generator) -> Tensor:
    """Another uint8 picture (3, size, size) from one."""
    colours = _recoloured(_cut(picture.float() / 255.0, generator), generator)
    return (colours.clamp(0.0, 1.0) * 255.0).round().to(torch.uint8)


def _cut(picture: Tensor, generator: torch.Generator) -> Tensor:
    """A part of the picture, at the picture's size."""
    size = picture.shape[1]
    side = round(size * _uniform(_SMALLEST_CUT, 1.0, generator))
    top, left = torch.randint(size - side + 1, (2,), generator=generator).tolist()
    part = picture[:, top : top + side, left : left + side]
    if _uniform(0.0, 1.0, generator) < 0.5:
        part = part.flip(2)
    return functional.interpolate(part[None], size=(size, size), mode="bicubic")[0]


def _recoloured(picture: Tensor, generator: torch.Generator) -> Tensor:
    saturation = _uniform(*_SATURATION, generator)
    turned = _hue_turn(_uniform(-math.pi, math.pi, generator))
    # What keeps grey as it is stays; the rest of the turn is what takes a colour away from grey.
    mixing = _GREY + saturation * (turned - _GREY)
    colours = torch.einsum("oc,chw->ohw", mixing, picture)
    middle = colours.mean()
    contrast = _uniform(*_CONTRAST, generator)
    return middle + contrast * (colours - middle) + _uniform(-_BRIGHTNESS, _BRIGHTNESS, generator)


def _hue_turn(angle: float) -> Tensor:
    """The rotation (3, 3) of RGB about its grey axis (Rodrigues' formula)."""
    axis = 1.0 / math.sqrt(3.0)
    cross = axis * torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
    return math.cos(angle) * torch.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * _GREY


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * float(torch.rand((), generator=generator))
