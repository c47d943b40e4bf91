"""Networks on frames as video codecs keep them: planes of YUV 4:2:0, a chroma sample a square.

Planes are (N, H · 3/2, W): H rows of luma, then both planes of chroma, H/2 × W/2 each, without gaps
(FFmpeg's yuv420p). H and W are even.

A conversion is a float tensor (2, 3, 4): the matrix and, as its last column, the offset that lead
from levels of YUV to levels of RGB, and those that lead back. It is an input, so that one network
serves every video, whatever its matrix and range.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

JFIF = torch.tensor(
    [
        [[1, 0, 1.402, -179.456], [1, -0.344136, -0.714136, 135.45882], [1, 1.772, 0, -226.816]],
        [
            [0.299, 0.587, 0.114, 0],
            [-0.168736, -0.331264, 0.5, 128],
            [0.5, -0.418688, -0.081312, 128],
        ],
    ]
)
"""The conversion of JPEG pictures: BT.601 in full range."""

_FULL = 255.0


class PlanarTransfer(nn.Module):
    """A graph of `nets.graphs` that takes and gives planes.

    Args:
        graph: from frames (N, H, W, 3), and others, to such frames; levels may be floats. One that
            has `on_planes` takes planes as they are, and a conversion last, and gives whole floats.
    """

    def __init__(self, graph: nn.Module) -> None:
        super().__init__()
        # Not `graph`: what PyTorch makes of an exported graph has its own attribute of that name.
        self.network = graph

    def forward(self, planes: Tensor, *others: Tensor) -> Tensor:
        """Stylised planes.

        Args:
            planes: uint8 tensor (N, H · 3/2, W); or a float one of the same levels.
            others: what the graph takes beside frames; then a conversion.

        Returns:
            Planes of the shape and type of `planes`.
        """
        *steering, conversion = others
        on_planes = getattr(self.network, "on_planes", self._by_way_of_rgb)
        painted: Tensor = on_planes(planes, *steering, conversion)
        return painted.to(planes.dtype)

    def _by_way_of_rgb(self, planes: Tensor, *others: Tensor) -> Tensor:
        *steering, conversion = others
        return to_planes(self.network(to_rgb(planes, conversion), *steering), conversion)


def to_rgb(planes: Tensor, conversion: Tensor) -> Tensor:
    """Planes (N, H · 3/2, W) to levels of RGB: whole floats (N, H, W, 3) in 0 to 255.

    Chroma is repeated, as `video.convert.ToRgb` does.
    """
    count, rows, width = (int(length) for length in planes.shape)
    height = rows * 2 // 3
    levels = planes.float()
    chroma = levels[:, height:].reshape(count, 2, height // 2, width // 2)
    yuv = (levels[:, :height], *functional.interpolate(chroma, scale_factor=2.0).unbind(1))
    of_y, of_u, of_v, offset = conversion[0].unbind(1)
    y, u, v = (plane.unsqueeze(-1) for plane in yuv)
    return (y * of_y + u * of_u + v * of_v + offset).clamp(0.0, _FULL).round()


def to_planes(levels: Tensor, conversion: Tensor) -> Tensor:
    """Levels of RGB (N, H, W, 3) in 0 to 255, of any type, to planes (N, H · 3/2, W), whole floats.

    Chroma is that of the mean of each square, as of `video.convert.FromRgb`.
    """
    count, height, width, _ = (int(length) for length in levels.shape)
    levels = levels.float()
    squares = levels.reshape(count, height // 2, 2, width // 2, 2, 3).mean((2, 4))
    to_y, to_u, to_v = conversion[1].unbind(0)
    luma = _mixed(levels, to_y)
    chroma = torch.stack([_mixed(squares, to_u), _mixed(squares, to_v)], dim=1)
    planes = torch.cat([luma, chroma.reshape(count, height // 2, width)], dim=1)
    return planes.clamp(0.0, _FULL).round()


def _mixed(levels: Tensor, weights: Tensor) -> Tensor:
    """The sum of three channels, (…, 3) to (…), by the weights; the fourth of them is added."""
    red, green, blue = levels.unbind(-1)
    of_red, of_green, of_blue, offset = weights.unbind(0)
    return red * of_red + green * of_green + blue * of_blue + offset
