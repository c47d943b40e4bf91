"""The sizes of a CycleGAN generator, and how they are seen from its weights; without PyTorch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vidstyle.choice import Choice

Shapes = Mapping[str, tuple[int, ...]]
"""Shapes of tensors by the names they have in a state dict."""

MULTIPLE = 4
"""What the sides of a generator's input are multiples of."""

FIRST_BLOCK = 10
"""The place of the first residual block among the generator's layers."""


class Upsampling(Choice):
    """How a generator comes back to the size of its input."""

    TRANSPOSED = "transposed"
    """Transposed convolutions, as published; they can leave a checkerboard."""
    RESIZE = "resize"
    """Nearest-neighbour ×2, then a convolution (Odena et al. 2016): no checkerboard."""


@dataclass(frozen=True, kw_only=True)
class GeneratorShape:
    """Sizes of a `ResnetGenerator`.

    Attributes:
        widths: channels at the full size, at a half and at a quarter of it.
        block_widths: channels between the two convolutions of each residual block, of which there
            are as many.
        upsampling: of the last layers.
        separable: whether the blocks' convolutions are split into one for each channel and one
            that mixes them, as compressed generators have them (Li et al. 2020, arXiv:2003.08936).
        dropout: whether the blocks have a place for dropout, which shifts the names of what
            follows; nothing is dropped.
    """

    widths: tuple[int, int, int] = (64, 128, 256)
    block_widths: tuple[int, ...] = (256,) * 9
    upsampling: Upsampling = Upsampling.TRANSPOSED
    separable: bool = False
    dropout: bool = False

    @property
    def multiply_adds(self) -> float:
        """For each pixel of a picture."""
        full, half, quarter = self.widths
        ends = 2 * 3 * full * 49
        down = 9 * (full * half / 4 + half * quarter / 16)
        up = down if self.upsampling is Upsampling.TRANSPOSED else 4 * down
        blocks = sum(self._convolution(quarter, inner) for inner in self.block_widths)
        return ends + down + up + blocks / 16

    @property
    def normalised_channels(self) -> tuple[int, ...]:
        """Channels of each instance normalisation, in their order."""
        full, half, quarter = self.widths
        blocks = [
            channels
            for inner in self.block_widths
            for channels in (
                (quarter, inner, inner, quarter) if self.separable else (inner, quarter)
            )
        ]
        return (full, half, quarter, *blocks, half, full)

    @property
    def reach(self) -> int:
        """How many pixels away a change of the picture may be seen; statistics reach everywhere."""
        return 16 + 8 * len(self.block_widths)

    def _convolution(self, outer: int, inner: int) -> int:
        """Multiply-adds of a block's two convolutions, for each position."""
        if self.separable:
            return 9 * (outer + inner) + 2 * outer * inner
        return 2 * 9 * outer * inner

    @classmethod
    def of_weights(cls, shapes: Shapes) -> "GeneratorShape | None":
        """The shape of the generator with these weights; None where they are of something else.

        Args:
            shapes: of a state dict's tensors, in the naming of the authors' public code.
        """
        numbers = {int(found[1]) for name in shapes if (found := _BLOCK.match(name))}
        blocks = len(numbers)
        if numbers != set(range(FIRST_BLOCK, FIRST_BLOCK + blocks)) or not blocks:
            return None
        separable = f"model.{FIRST_BLOCK}.conv_block.1.conv.2.weight" in shapes
        mixing = "conv.2.weight" if separable else "weight"
        after = FIRST_BLOCK + blocks
        transposed = f"model.{after}.weight" in shapes
        try:
            return cls(
                widths=(
                    shapes["model.1.weight"][0],
                    shapes["model.4.weight"][0],
                    shapes["model.7.weight"][0],
                ),
                block_widths=tuple(
                    shapes[f"model.{number}.conv_block.1.{mixing}"][0] for number in sorted(numbers)
                ),
                upsampling=Upsampling.TRANSPOSED if transposed else Upsampling.RESIZE,
                separable=separable,
                dropout=any(".conv_block.6." in name for name in shapes),
            )
        except (KeyError, IndexError):
            return None


_BLOCK = re.compile(r"model\.(\d+)\.conv_block\.")
