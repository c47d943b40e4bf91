"""The light path from a picture to its stylised form: most of the work at ¼ and ⅛ of the size.

Every normalisation is an instance normalisation whose scale and shift come from outside (Huang &
Belongie 2017, arXiv:1703.06868, at several depths), all of them together in one flat style code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.pairs import PADDING, PairStem, QuadHead, continued, from_quads, to_pairs

# Variance added before the division. Much more than in the paper: flat channels, as of a fade to
# black, must not have their noise blown up.
_EPSILON = 1e-3

# The same for the first normalisation, whose input is the picture's own contrast: an empty road has
# a tenth of the usual, and at full contrast its noise would be painted.
_STEM_EPSILON = 0.1

# To [-1, 1], which networks are trained on.
_FROM_LEVELS = 2.0 / 255.0


@dataclass(frozen=True, kw_only=True)
class LiteShape:
    """Sizes of a `LiteTrunk`.

    Attributes:
        half: channels at ½ of the picture's height and width; OpenVINO is fast at multiples of 16.
        quarter: channels at ¼.
        eighth: channels at ⅛.
        quarter_blocks: residual blocks at ¼, before and after those at ⅛.
        eighth_blocks: residual blocks at ⅛.
        mixing_rank: how many directions each block at ⅛ adds with weights from the style code;
            0 leaves the style to scales and shifts alone.
    """

    half: int = 16
    quarter: int = 64
    eighth: int = 128
    quarter_blocks: tuple[int, int] = (1, 1)
    eighth_blocks: int = 4
    mixing_rank: int = 8


class StyledScale(nn.Module):
    """Scale and shift from the style code (Perez et al. 2018, arXiv:1709.07871)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.code_size = 2 * channels

    def forward(self, features: Tensor, code: Tensor) -> Tensor:
        """Features (N, C, H, W) and code (N or 1, 2 C) to (N, C, H, W); code 0 is scale 1."""
        scale, shift = code.float()[:, :, None, None].chunk(2, dim=1)
        return (features.float() * (scale + 1.0) + shift).to(features.dtype)


class StyledNorm(StyledScale):
    """Instance normalisation with scale and shift from the style code."""

    def __init__(self, channels: int, *, epsilon: float = _EPSILON) -> None:
        super().__init__(channels)
        self.channels = channels
        self.epsilon = epsilon

    def forward(self, features: Tensor, code: Tensor) -> Tensor:
        """Features (N, C, H, W) and code (N or 1, 2 C) to (N, C, H, W); code 0 is scale 1."""
        # One channel a group: on a CPU five times faster to train than what is written out.
        normalised = functional.group_norm(features.float(), self.channels, eps=self.epsilon)
        return super().forward(normalised, code).to(features.dtype)


class StyledMixing(nn.Module):
    """Adds directions of feature space, their weights per channel from the style code."""

    def __init__(self, channels: int, rank: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, rank, 1, bias=False)
        self.rank = rank
        self.code_size = channels * rank

    def forward(self, features: Tensor, code: Tensor) -> Tensor:
        """Features (N, C, H, W) and code (N or 1, C rank) to (N, C, H, W); code 0 adds nothing."""
        reduced = self.reduce(features)
        weights = code.view(code.shape[0], -1, self.rank).to(features.dtype)
        if len(weights) == 1:
            # To a sum, OpenVINO adds the result of a convolution as it goes.
            return features + functional.conv2d(reduced, weights[0, :, :, None, None])
        # Channels last, as they lie in memory: nothing is rearranged.
        mixed = torch.matmul(reduced.permute(0, 2, 3, 1), weights[:, None].transpose(2, 3))
        return features + mixed.permute(0, 3, 1, 2)


class StyledBlock(nn.Module):
    """Two separable convolutions and a skip connection.

    Each further pass over the features costs as much as a convolution. So nothing is normalised
    between the two, and what they need of a border is added once.
    """

    def __init__(self, channels: int, *, mixing_rank: int = 0) -> None:
        super().__init__()
        self.first = _separable(channels, channels, padding=0, bias=True)
        self.first_scale = StyledScale(channels)
        self.mixing = StyledMixing(channels, mixing_rank) if mixing_rank else None
        self.second = _separable(channels, channels, padding=0)
        self.second_norm = StyledNorm(channels)
        mixing_size = self.mixing.code_size if self.mixing else 0
        self.code_sizes = [self.first_scale.code_size, mixing_size, self.second_norm.code_size]
        self.code_size = sum(self.code_sizes)

    def forward(self, features: Tensor, code: Tensor) -> Tensor:
        """Features (N, C, H, W) and code (N or 1, code_size) to (N, C, H, W)."""
        first, mixing, second = torch.split(code, self.code_sizes, dim=1)
        bordered = functional.pad(features, (2, 2, 2, 2), mode=PADDING)
        inner = functional.relu(self.first_scale(self.first(bordered), first))
        if self.mixing is not None:
            inner = self.mixing(inner, mixing)
        residual: Tensor = self.second_norm(self.second(inner), second)
        return features + residual


class LiteTrunk(nn.Module):
    """From a picture in pairs and a style code to the stylised picture in quads (`nets.pairs`).

    The stem and strided convolutions lead to ½, ¼ and ⅛, and back, with residual blocks of
    separable convolutions; upsampling is bilinear.

    Attributes:
        shape: its sizes.
        code_size: the length of a style code.
    """

    def __init__(self, shape: LiteShape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or LiteShape()
        half, quarter, eighth = shape.half, shape.quarter, shape.eighth
        before, after = shape.quarter_blocks
        self.stem = PairStem(half)
        self.stem_norm = StyledNorm(half, epsilon=_STEM_EPSILON)
        self.down = _convolution(half, quarter, stride=2)
        self.down_norm = StyledNorm(quarter)
        self.before = _blocks(quarter, before)
        self.deeper = _separable(quarter, eighth, stride=2)
        self.deeper_norm = StyledNorm(eighth)
        self.deep = _blocks(eighth, shape.eighth_blocks, mixing_rank=shape.mixing_rank)
        self.rise = nn.Conv2d(eighth, quarter, 1)
        self.after = _blocks(quarter, after)
        self.up = nn.Conv2d(quarter, half, 1)
        self.up_blend = _separable(half, half)
        self.up_norm = StyledNorm(half)
        self.head = QuadHead(half)
        self._code_sizes = [site.code_size for site in self._sites()]
        self.code_size = sum(self._code_sizes)
        _start_smooth(self.head)

    def forward(
        self,
        pairs: Tensor,
        code: Tensor,
        chroma: Tensor | None = None,
        to_rgb: Tensor | None = None,
    ) -> Tensor:
        """Stylised pictures, of levels of RGB or of YUV 4:2:0.

        Args:
            pairs: levels less a constant, and after them what is to be added (`nets.smoothing`),
                float tensor (N, 12, H, W / 2); H and W multiples of 8. With `chroma` those of luma,
                (N, 4, H, W / 2).
            code: float tensor (N, code_size), or (1, code_size) for all.
            chroma: likewise, float tensor (N, 4, H / 2, W / 2).
            to_rgb: float32 tensor (3, 3): from YUV to RGB, both in levels, but for a constant.

        Returns:
            Quads, float tensor (N, 12, H / 2, W / 2), RGB in [0, 1].
        """
        if to_rgb is None:
            to_rgb = torch.eye(3, device=pairs.device)
        features = self.stem.of_levels(pairs, to_rgb * _FROM_LEVELS, chroma)
        return self._drawn(self._painted(features, code), code)

    def paint(self, pictures: Tensor, code: Tensor) -> tuple[Tensor, Tensor]:
        """Stylised pictures, and the features before the rise, which temporal losses compare.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1]; of any size.
            code: as of `forward`.

        Returns:
            Float tensors (N, 3, H, W), RGB in [0, 1], and (N, quarter, H / 4, W / 4), rounded up.
        """
        height, width = pictures.shape[2:]
        frames = continued(pictures.permute(0, 2, 3, 1))
        stem = self.stem(to_pairs(frames) * 2.0 - 1.0)
        features = self._painted(stem, code)
        painted = from_quads(self._drawn(features, code)).permute(0, 3, 1, 2)
        rows, columns = -(-height // 4), -(-width // 4)
        return painted[:, :, :height, :width], features[:, :, :rows, :columns]

    def _painted(self, features: Tensor, code: Tensor) -> Tensor:
        """From the stem's features to those at ¼, all but the last of the styling done."""
        codes = iter(torch.split(code, self._code_sizes, dim=1))
        features = functional.relu(self.stem_norm(features, next(codes)))
        features = functional.relu(self.down_norm(self.down(features), next(codes)))
        for block in self.before:
            features = block(features, next(codes))
        deep = functional.relu(self.deeper_norm(self.deeper(features), next(codes)))
        for block in self.deep:
            deep = block(deep, next(codes))
        features = features + _doubled(self.rise(deep))
        for block in self.after:
            features = block(features, next(codes))
        return functional.relu(features)

    def _drawn(self, features: Tensor, code: Tensor) -> Tensor:
        """From features at ¼ to quads."""
        last = code[:, code.shape[1] - self.up_norm.code_size :]
        features = self.up_blend(_doubled(self.up(features)))
        features = functional.relu(self.up_norm(features, last))
        return torch.sigmoid(self.head(features))

    def _sites(self) -> Sequence[StyledNorm | StyledBlock]:
        """What takes a part of the code, in the order of `forward`."""
        return [
            self.stem_norm,
            self.down_norm,
            *self.before,
            self.deeper_norm,
            *self.deep,
            *self.after,
            self.up_norm,
        ]


def _blocks(channels: int, count: int, *, mixing_rank: int = 0) -> nn.ModuleList:
    return nn.ModuleList(StyledBlock(channels, mixing_rank=mixing_rank) for _ in range(count))


def _separable(
    inputs: int, outputs: int, *, stride: int = 1, padding: int = 1, bias: bool = False
) -> nn.Sequential:
    # Where a normalisation follows, it would take a bias off again.
    return nn.Sequential(
        _convolution(inputs, inputs, stride=stride, padding=padding, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=bias),
    )


def _convolution(
    inputs: int,
    outputs: int,
    *,
    stride: int = 1,
    padding: int = 1,
    groups: int = 1,
    bias: bool = True,
) -> nn.Conv2d:
    """A convolution of 3 × 3."""
    return nn.Conv2d(
        inputs,
        outputs,
        3,
        stride=stride,
        padding=padding,
        padding_mode=PADDING,
        groups=groups,
        bias=bias,
    )


def _doubled(features: Tensor) -> Tensor:
    # Repeated pixels would leave squares of 8 × 8 pixels in the pictures.
    return functional.interpolate(features, scale_factor=2.0, mode="bilinear")


def _start_smooth(head: nn.Conv2d) -> None:
    """Start with equal kernels for the four pixels of a shuffle: no checkerboard to unlearn.

    Aitken et al. 2017, arXiv:1707.02937.
    """
    with torch.no_grad():
        head.weight.copy_(head.weight[::4].repeat_interleave(4, dim=0))
        if head.bias is not None:
            head.bias.copy_(head.bias[::4].repeat_interleave(4))
