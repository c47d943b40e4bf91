"""Any picture as a style, light enough for a CPU: AdaIN at every normalisation of a small network.

The style encoder runs once for each style and gives the code; each frame costs the trunk alone.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.adain import channel_statistics
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk


class StyleEncoder(nn.Module):
    """From a style picture to its code: means and deviations at several depths, then a perceptron.

    Args:
        code_size: the length of a code.
        width: channels of the first convolution.
        hidden: width of the perceptron.
    """

    def __init__(self, code_size: int, *, width: int = 32, hidden: int = 256) -> None:
        super().__init__()
        widths = (width, 2 * width, 4 * width, 4 * width)
        self.stages = nn.ModuleList(
            nn.Conv2d(inputs, outputs, 3, stride=2, padding=1)
            for inputs, outputs in zip((3, *widths), widths, strict=False)
        )
        # Of the picture itself too: its colours.
        statistics = 2 * (3 + sum(widths))
        self.perceptron = nn.Sequential(
            nn.Linear(statistics, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, code_size),
        )
        self._start_near_zero()

    def forward(self, style: Tensor) -> Tensor:
        """Style pictures (N, 3, H, W), RGB in [0, 1], from 16 pixels, to codes (N, code_size)."""
        features = style * 2.0 - 1.0
        statistics = [*channel_statistics(features)]
        for stage in self.stages:
            features = functional.relu(stage(features))
            statistics += channel_statistics(features)
        code: Tensor = self.perceptron(torch.cat(statistics, dim=1).flatten(1))
        return code

    def _start_near_zero(self) -> None:
        """Start with scales about 1 and shifts about 0 for every style."""
        last = self.perceptron[-1]
        assert isinstance(last, nn.Linear)
        nn.init.normal_(last.weight, std=0.02)
        nn.init.zeros_(last.bias)


class AdaINLite(nn.Module):
    """A style encoder and the trunk that its codes steer.

    Codes may be mixed: a weighted sum of codes is a style between them.

    Args:
        shape: sizes of the trunk.
        style_width: channels of the style encoder's first convolution.
        style_hidden: width of the style encoder's perceptron.
    """

    def __init__(
        self, shape: LiteShape | None = None, *, style_width: int = 32, style_hidden: int = 256
    ) -> None:
        super().__init__()
        self.trunk = LiteTrunk(shape)
        self.style_encoder = StyleEncoder(
            self.trunk.code_size, width=style_width, hidden=style_hidden
        )

    @property
    def code_size(self) -> int:
        """The length of a style code."""
        return self.trunk.code_size

    def encode_style(self, style: Tensor) -> Tensor:
        """Codes of style pictures; best at the size that the network was trained with.

        Args:
            style: float tensor (N, 3, H, W), RGB in [0, 1]; any size from 16 pixels.

        Returns:
            float32 tensor (N, code_size).
        """
        code: Tensor = self.style_encoder(style)
        return code.float()

    def forward(self, content: Tensor, code: Tensor) -> Tensor:
        """Stylised pictures.

        Args:
            content: float tensor (N, 3, H, W), RGB in [0, 1]; of any size.
            code: float tensor (N, code_size), or (1, code_size) for all.

        Returns:
            Float tensor (N, 3, H, W), RGB in [0, 1].
        """
        stylised, _ = self.trunk.paint(content, code)
        return stylised
