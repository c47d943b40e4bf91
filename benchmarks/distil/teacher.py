"""The heavier trunk: three blocks at ¼, and two normalisations in every block."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk, StyledBlock, StyledNorm
from vidstyle.nets.pairs import PADDING

_BLOCKS = ("before", "deep", "after")


class NormalisedBlock(StyledBlock):
    """A block that normalises between its convolutions too, and borders each by itself."""

    def __init__(self, channels: int, *, mixing_rank: int = 0) -> None:
        super().__init__(channels, mixing_rank=mixing_rank)
        self.first[1].register_parameter("bias", None)
        self.first_norm = StyledNorm(channels)

    def forward(self, features: Tensor, code: Tensor) -> Tensor:
        first, mixing, second = torch.split(code, self.code_sizes, dim=1)
        inner = functional.relu(self.first_norm(self.first(_bordered(features)), first))
        if self.mixing is not None:
            inner = self.mixing(inner, mixing)
        residual: Tensor = self.second_norm(self.second(_bordered(inner)), second)
        return features + residual


class TeacherTrunk(LiteTrunk):
    """A trunk of `NormalisedBlock`s, two of them last at ¼.

    Args:
        state: its weights.
    """

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        super().__init__(LiteShape(quarter_blocks=(1, 2)))
        shape = self.shape
        for blocks, channels, rank in (
            (self.before, shape.quarter, 0),
            (self.deep, shape.eighth, shape.mixing_rank),
            (self.after, shape.quarter, 0),
        ):
            for place in range(len(blocks)):
                blocks[place] = NormalisedBlock(channels, mixing_rank=rank)
        self.load_state_dict(state)
        self.eval().requires_grad_(False)

    def kept(self) -> Tensor:
        """Places in its code (code_size,) that are those of a pupil's, in order."""
        dropped, last = (int(block.code_size) for block in self.after)  # type: ignore[arg-type]
        start = self.code_size - self.up_norm.code_size - last - dropped
        return torch.cat([torch.arange(start), torch.arange(start + dropped, self.code_size)])

    @torch.no_grad()
    def pupil(self, pictures: Tensor, codes: Tensor) -> LiteTrunk:
        """A trunk of the usual shape that begins as this one, without the first of the last blocks.

        What divided and shifted the channels between the convolutions of a block, picture by
        picture, is now the mean of that, in the weights.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1], to measure with.
            codes: float tensor (N, code_size), of this trunk.
        """
        pupil = LiteTrunk()
        dropped, last = "after.0.", "after.1."
        state = {
            name.replace(last, dropped): each
            for name, each in self.state_dict().items()
            if not name.startswith(dropped)
        }
        pupil.load_state_dict(state, strict=False)
        means = self._between(pictures, codes)
        for blocks in _BLOCKS:
            mine, theirs = getattr(self, blocks), getattr(pupil, blocks)
            for old, new in zip(list(mine)[-len(theirs) :], theirs, strict=True):
                mean, deviation = means[old]
                pointwise = new.first[1]
                pointwise.weight /= deviation[:, None, None, None]
                pointwise.bias.copy_(-mean / deviation)
        return pupil

    def _between(self, pictures: Tensor, codes: Tensor) -> dict[nn.Module, tuple[Tensor, Tensor]]:
        """Means and deviations (C,) of the channels after each block's first convolution."""
        found: dict[nn.Module, tuple[Tensor, Tensor]] = {}

        def measure(block: NormalisedBlock, features: Tensor) -> None:
            variance = features.var((2, 3), correction=0).mean(0)
            deviation = (variance + block.first_norm.epsilon).sqrt()
            found[block] = features.mean((0, 2, 3)), deviation

        hooks = [
            block.first.register_forward_hook(lambda _m, _i, out, block=block: measure(block, out))
            for blocks in _BLOCKS
            for block in getattr(self, blocks)
        ]
        self.paint(pictures, codes)
        for hook in hooks:
            hook.remove()
        return found


def _bordered(features: Tensor) -> Tensor:
    return functional.pad(features, (1, 1, 1, 1), mode=PADDING)
