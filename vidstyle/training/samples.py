"""Sheets of pictures that show how far a run has come."""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vidstyle.training.models import StyleModel
from vidstyle.training.picture_set import PictureSet

STRENGTHS = (0.1, 0.5, 0.9)
"""At which the samples are painted."""

_ROWS = 4

# Pixels of a picture's side in the sheet.
_TILE = 192


@torch.no_grad()
def sample_grid(
    model: StyleModel, content: PictureSet, styles: PictureSet, *, device: torch.device
) -> NDArray[np.uint8]:
    """Rows of content, style, and the result at each of `STRENGTHS`: uint8 (H, W, 3), RGB.

    The pictures are spread evenly over the sets, so that sheets of one run can be compared.
    """
    photographs = spread_pictures(content, multiple=model.multiple).to(device)
    paintings = spread_pictures(styles).to(device)
    columns = [photographs, paintings]
    columns += [model.blend(photographs, paintings, strength) for strength in STRENGTHS]
    return sheet(columns)


def spread_pictures(pictures: PictureSet, *, multiple: int = 1) -> Tensor:
    """A few of the pictures, spread evenly over the set, cut to a multiple of so many pixels."""
    count = len(pictures)
    chosen = torch.tensor([(2 * row + 1) * count // (2 * _ROWS) for row in range(_ROWS)])
    found = pictures.pictures(chosen)
    side = found.shape[2] // multiple * multiple
    return found[:, :, :side, :side]


def sheet(columns: Sequence[Tensor]) -> NDArray[np.uint8]:
    """Columns of pictures (N, 3, h, w) side by side: uint8 (H, W, 3), RGB."""
    tiles = torch.stack([_tile(column) for column in columns], dim=1)
    height = len(tiles) * _TILE
    laid = tiles.permute(0, 3, 1, 4, 2).reshape(height, -1, 3)
    return np.ascontiguousarray(laid.cpu().numpy())


def as_png(picture: NDArray[np.uint8]) -> bytes:
    """An RGB picture (H, W, 3) as the bytes of a PNG file."""
    _, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return data.tobytes()


def _tile(pictures: Tensor) -> Tensor:
    scaled = functional.interpolate(pictures.float(), size=(_TILE, _TILE), mode="area")
    return (scaled.clamp(0.0, 1.0) * 255.0).round().to(torch.uint8)
