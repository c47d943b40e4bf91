"""The method that changes nothing: to check the rest of a video's way."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer


class Identity(Stylizer):
    """Gives the frames back as they came; styles are accepted and have no effect."""

    @property
    def info(self) -> str:
        return "identity"

    def set_style(self, styles: Sequence[Style]) -> None:
        return

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return frames

    def reset(self) -> None:
        return
