"""The offline method that optimises pixels, from what a user names."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vidstyle.engines import AUTO, Backend
from vidstyle.errors import UsageError
from vidstyle.messages import OnMessage
from vidstyle.stylizers import Style
from vidstyle.stylizers.gatys.options import GatysOptions, Precision
from vidstyle.video.convert import Size
from vidstyle.weights.store import WeightStore

if TYPE_CHECKING:
    from vidstyle.stylizers.gatys.stylizer import Gatys


def load_gatys(
    styles: Sequence[Style],
    *,
    options: GatysOptions | None = None,
    strength: float = 1.0,
    preserve_color: bool = False,
    backend: str = AUTO,
    device: str = "auto",
    precision: str = "auto",
    build: bool = False,
    size: Size | None = None,
    store: WeightStore,
    on_message: OnMessage | None = None,
) -> "Gatys":
    """The method with its styles set.

    Args:
        styles: each with a picture.
        options: of the optimisation; None for its own.
        precision: that the network computes in: `auto`, `fp32` or `bf16`.
        The others are those of `load_stylizer`.

    Raises:
        UsageError: an argument cannot work.
        VidstyleError: weights or pictures cannot be read, or there is not enough memory.
    """
    if backend not in (AUTO, Backend.EAGER):
        raise UsageError(f"gatys is computed by PyTorch, not {backend}: leave --backend out")
    if build:
        raise UsageError("gatys has no engine: leave --build out")
    chosen = replace(options or GatysOptions(), precision=Precision.parse(precision))
    from vidstyle.stylizers.gatys.stylizer import Gatys

    stylizer = Gatys.load(
        chosen,
        store=store,
        device=device,
        strength=strength,
        preserve_color=preserve_color,
        on_message=on_message,
    )
    stylizer.set_style(styles)
    if size is not None:
        stylizer.prepare(height=size.height, width=size.width)
    return stylizer
