"""Any picture as a style, with the project's own network (`nets.adain_lite`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Engine, OpenEngine, open_eager
from vidstyle.errors import UsageError
from vidstyle.stylizers.adain_lite_networks import adain_lite_networks
from vidstyle.stylizers.padded_stylizer import PaddedStylizer
from vidstyle.stylizers.resampling import resampled
from vidstyle.stylizers.style import Style, mixed

STYLE_SIDE = 256
"""Pixels. The shorter side of what the network was trained to encode: `data.size` and
`data.style_size` of its configuration. At another size strokes would be read as finer or coarser.
"""

# Times the shorter side. What is longer is squeezed: a strip of a picture must not fill the memory.
_LONGEST = 4


class AdaINLite(PaddedStylizer):
    """Adaptive instance normalisation at several depths: a style is one flat code.

    Args:
        encoder: engine from uint8 pictures (1, H, W, 3) to float32 codes (1, C)
            (`nets.graphs.StyleCode`).
        transfer: engine from frames, code and strength to frames (`nets.graphs.LiteTransfer`).
        strength: share of the stylised pixels in the result, 0 to 1. Codes between that of the
            content and that of the style would do, too: at the same style loss they lose more of
            the content, jump near 0, and cost the encoder for every frame.
    """

    _name = "adain"

    # The network takes any size; only frames that are too small are padded.
    _multiple = 1

    def __init__(self, *, encoder: Engine, transfer: Engine, strength: float = 1.0) -> None:
        super().__init__(strength=strength)
        self._encoder = encoder
        self._engine = transfer
        self._code: NDArray[np.float32] | None = None

    @classmethod
    def load(
        cls, weights: Path, *, open_engine: OpenEngine = open_eager, strength: float = 1.0
    ) -> Self:
        """The network in a weights file of `vidstyle train`.

        Raises:
            UsageError: `strength` or the device cannot work.
            VidstyleError: the file cannot be read, or is of another network.
        """
        networks = adain_lite_networks(weights)
        return cls(
            encoder=open_engine(networks.encoder),
            transfer=open_engine(networks.transfer),
            strength=strength,
        )

    def set_style(self, styles: Sequence[Style]) -> None:
        """Take up a style, or a mix of styles: the weighted sum of their codes."""
        if not styles:
            raise UsageError("adain needs at least one style")
        self._code = mixed(styles, self.code_of)

    @property
    def _steering(self) -> tuple[NDArray[np.float32], ...]:
        return () if self._code is None else (self._code, self._strength)

    def encode(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The code of a picture, uint8 (H, W, 3) RGB of any size: float32 (1, C)."""
        return self._encoder(_resized(picture)[np.newaxis])

    def code_of(self, style: Style) -> NDArray[np.float32]:
        """Its own, or that of its picture: float32 (1, C).

        Raises:
            UsageError: it has neither.
        """
        if style.code is not None:
            return style.code
        if style.picture is None:
            raise UsageError(f"adain needs a picture for style {style.name}, not a weights file")
        return self.encode(style.picture)


def _resized(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with its shorter side at `STYLE_SIDE`."""
    height, width = picture.shape[:2]
    scale = STYLE_SIDE / min(height, width)
    longest = _LONGEST * STYLE_SIDE
    size = (min(longest, round(width * scale)), min(longest, round(height * scale)))
    return resampled(picture, size)
