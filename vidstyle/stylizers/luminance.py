"""Light and dark without colour (Gatys et al. 2016, arXiv:1606.05897)."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import Pixels, layers_of, luma_of


def grey(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The luma (BT.601) of pictures (…, H, W, 3), RGB, in all three channels."""
    luma = cv2.cvtColor(pictures.reshape(-1, pictures.shape[-2], 3), cv2.COLOR_RGB2GRAY)
    return np.repeat(luma.reshape(*pictures.shape[:-1], 1), 3, axis=-1).astype(np.uint8)


def fitted_luma(luma: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A luma with the mean and deviation of another (equation 10 of the paper).

    What is darker than that would else darken the picture.

    Args:
        luma, other: uint8 (H, W), or `grey` pictures; of any two sizes.

    Returns:
        uint8 of the shape of `luma`.
    """
    scale = other.std() / max(float(luma.std()), 1.0)
    levels = (np.arange(256) - luma.mean()) * scale + other.mean()
    return np.asarray(cv2.LUT(luma, levels.round().clip(0, 255).astype(np.uint8)), np.uint8)


def with_luma_of(stylised: Pixels, content: Pixels, *, fitted: bool = False) -> Pixels:
    """The content with the luma of the stylised frame; both RGB, or planes.

    `fitted`: that is first given the mean and deviation of the content's own.
    """
    luma = luma_of(layers_of(stylised)[0])
    if fitted:
        luma = fitted_luma(luma, luma_of(layers_of(content)[0]))
    if content.ndim == 2:
        mixed_planes = content.copy()
        layers_of(mixed_planes)[0][...] = luma
        return mixed_planes
    mixed = cv2.cvtColor(content, cv2.COLOR_RGB2YCrCb)
    cv2.insertChannel(luma, mixed, 0)
    return np.asarray(cv2.cvtColor(mixed, cv2.COLOR_YCrCb2RGB), np.uint8)
