"""One small network for each style (Johnson et al. 2016, arXiv:1603.08155)."""

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Engine, Target
from vidstyle.errors import UsageError
from vidstyle.stylizers.padding import with_padding
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer, check_strength

_MULTIPLE = 4


class Johnson(Stylizer):
    """A network trained for one style.

    Args:
        load_engine: from a style to the engine of its network, from frames and strength to frames
            (`nets.graphs.PictureTransfer`).
        strength: share of the stylised pixels in the result, 0 to 1.
    """

    def __init__(self, load_engine: Callable[[Style], Engine], *, strength: float = 1.0) -> None:
        self._load_engine = load_engine
        self._engine: Engine | None = None
        self.strength = strength

    @classmethod
    def load(cls, *, target: Target, strength: float = 1.0) -> Self:
        """The published architecture, with a checkpoint for each style.

        Raises:
            UsageError: `strength` cannot work.
        """

        def load_engine(style: Style) -> Engine:
            from vidstyle.engines.build import build
            from vidstyle.nets.graphs import PictureTransfer
            from vidstyle.nets.johnson import TransformerNet
            from vidstyle.weights.checkpoint import load_checkpoint

            if style.checkpoint is None:
                raise UsageError(
                    f"johnson needs a weights file for style {style.name}, not a picture"
                )
            network = TransformerNet()
            load_checkpoint(network, style.checkpoint)
            return build(PictureTransfer(network), network=f"johnson-{style.name}", target=target)

        return cls(load_engine, strength=strength)

    @property
    def info(self) -> str:
        return "johnson" if self._engine is None else str(self._engine.info)

    @property
    def strength(self) -> float:
        """Share of the stylised pixels in the result, 0 to 1; may be set at any time."""
        return float(self._strength[0])

    @strength.setter
    def strength(self, strength: float) -> None:
        self._strength = np.array([check_strength(strength)], np.float32)

    def set_style(self, styles: Sequence[Style]) -> None:
        if len(styles) != 1:
            names = ", ".join(style.name for style in styles) or "none"
            raise UsageError(f"johnson takes exactly one style, not {len(styles)} ({names})")
        self._engine = self._load_engine(styles[0])

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._engine is None:
            raise UsageError("johnson needs a style: none was set")
        engine, strength = self._engine, self._strength

        def run(padded: NDArray[np.uint8]) -> NDArray[np.uint8]:
            return engine(padded, strength)

        return with_padding(run, frames, multiple=_MULTIPLE)

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""
