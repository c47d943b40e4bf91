"""Any picture as a style, by an encoder and a decoder (Huang & Belongie 2017, arXiv:1703.06868)."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Engine, OpenEngine, open_eager
from vidstyle.errors import UsageError
from vidstyle.stylizers.adain_networks import AdaINNetworks
from vidstyle.stylizers.padded_stylizer import PaddedStylizer
from vidstyle.stylizers.padding import pad
from vidstyle.stylizers.style import Style, mixed, shrunk


class AdaIN(PaddedStylizer):
    """Adaptive instance normalisation: a style is the statistics of its encoded picture.

    Args:
        statistics: engine from uint8 pictures (1, H, W, 3) to float32 (2, 1, C, 1, 1), the means
            and deviations (`nets.graphs.StyleStatistics`).
        transfer: engine from frames, means, deviations and alpha to frames
            (`nets.graphs.AdaINTransfer`).
        multiple: what the engines need heights and widths to be a multiple of.
        strength: the paper's alpha, 0 (content) to 1 (full style).
        method: as the user names it.
    """

    def __init__(
        self,
        *,
        statistics: Engine,
        transfer: Engine,
        multiple: int,
        strength: float = 1.0,
        method: str = "adain-vgg19",
    ) -> None:
        super().__init__(strength=strength)
        self._name = method
        self._statistics = statistics
        self._engine = transfer
        self._multiple = multiple
        self._style: NDArray[np.float32] | None = None

    @classmethod
    def load(
        cls,
        networks: AdaINNetworks,
        *,
        open_engine: OpenEngine = open_eager,
        strength: float = 1.0,
    ) -> Self:
        """Around an encoder and a decoder: the published ones, or others.

        Raises:
            UsageError: `strength` or the device cannot work.
        """
        return cls(
            statistics=open_engine(networks.statistics),
            transfer=open_engine(networks.transfer),
            multiple=networks.multiple,
            strength=strength,
            method=networks.method,
        )

    def set_style(self, styles: Sequence[Style]) -> None:
        """Encode the styles' pictures; a mix has the weighted sum of their statistics.

        AdaIN is linear in the style's statistics, so that this is the paper's interpolation
        between styles (equation 15) at the price of one style.
        """
        if not styles:
            raise UsageError(f"{self._name} needs at least one style picture")
        self._style = mixed(styles, self._encoded)

    @property
    def _steering(self) -> tuple[NDArray[np.float32], ...]:
        return () if self._style is None else (*self._style, self._strength)

    def _encoded(self, style: Style) -> NDArray[np.float32]:
        if style.picture is None:
            raise UsageError(f"{self._name} needs a picture for style {style.name}")
        return self._statistics(pad(shrunk(style.picture)[None], multiple=self._multiple))
