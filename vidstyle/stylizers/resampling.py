"""Style pictures at other sizes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def resampled(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture at another size, by Lanczos's filter over all of the pixels that it covers.

    As sharp as a size allows, without aliasing. Averages over areas, which are quicker, blur fine
    strokes most where sizes differ least: a network that is shown them, or compared with them,
    paints blurred.

    Args:
        picture: uint8 (H, W, 3).
        size: width and height, in pixels.
    """
    return np.array(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS), np.uint8)
