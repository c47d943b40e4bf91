"""Style pictures at other sizes."""

import numpy as np
from numpy.typing import NDArray


def resampled(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture at another size, by Lanczos's filter over all of the pixels that it covers.

    As sharp as a size allows, without aliasing. Averages over areas, which are quicker, blur fine
    strokes most where sizes differ least: a network that is shown them, or compared with them,
    paints blurred.

    Args:
        picture: uint8 (H, W, 3).
        size: width and height, in pixels.
    """
    # Runs with a named style resample nothing, and start sooner without it.
    from PIL import Image

    return np.array(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS), np.uint8)


def squared(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture's middle, uint8 (side, side, 3): its shorter side is scaled to `side`."""
    height, width = picture.shape[:2]
    scale = side / min(height, width)
    width, height = (max(side, round(length * scale)) for length in (width, height))
    top, left = (height - side) // 2, (width - side) // 2
    return resampled(picture, (width, height))[top : top + side, left : left + side]
