"""Backward warping by optical flow, and what of a picture is seen in the next one."""

from enum import Enum

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vidstyle.temporal.flow import DISFlow


class Border(Enum):
    """What lies outside a picture that is warped."""

    REPLICATE = "border"
    """The nearest pixel of the picture."""
    REFLECT = "reflection"
    """The picture, mirrored at its outermost pixels."""


def pixel_grid(height: int, width: int, device: torch.device | None = None) -> Tensor:
    """The position of every pixel: float32 (1, 2, height, width), x then y."""
    y = torch.arange(height, dtype=torch.float32, device=device)
    x = torch.arange(width, dtype=torch.float32, device=device)
    grid_y, grid_x = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([grid_x, grid_y])[None]


def warp(image: Tensor, flow: Tensor, *, border: Border = Border.REPLICATE) -> Tensor:
    """Fetch every pixel from where the flow says: out(p) = image(p + flow(p)), bilinear.

    Args:
        image: float tensor (N, C, H, W): a picture, features, masks or a flow.
        flow: float tensor (N, 2, H, W), in pixels, x then y.
        border: what lies outside of `image`.

    Returns:
        Float tensor (N, C, H, W) of the image's precision.
    """
    height, width = image.shape[2:]
    # Half precision could not tell neighbouring pixels apart.
    target = pixel_grid(height, width, flow.device) + flow.float()
    extent = torch.tensor([max(width - 1, 1), max(height - 1, 1)], device=flow.device)
    grid = (target.permute(0, 2, 3, 1) * 2 - extent) / extent
    warped = functional.grid_sample(
        image.float(), grid, mode="bilinear", padding_mode=border.value, align_corners=True
    )
    return warped.to(image.dtype)


def inside(flow: Tensor) -> Tensor:
    """Whether p + flow(p) lies in the picture: bool (N, 1, H, W) of a flow (N, 2, H, W)."""
    height, width = flow.shape[2:]
    x, y = (pixel_grid(height, width, flow.device) + flow.float()).unbind(1)
    seen = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return seen[:, None]


def visible_by_consistency(forward: Tensor, backward: Tensor) -> Tensor:
    """The pixels of the first picture that are seen in the second one too.

    A pixel is seen where the flow there and back comes home, and stays inside (Sundaram, Brox &
    Keutzer 2010, "Dense point trajectories by GPU-accelerated large displacement optical flow",
    equation 5): |w + ŵ|² < 0.01 (|w|² + |ŵ|²) + 0.5.

    Args:
        forward: float tensor (N, 2, H, W), flow w from the first picture to the second.
        backward: float tensor (N, 2, H, W), flow ŵ from the second picture to the first.

    Returns:
        Bool tensor (N, 1, H, W).
    """
    back = warp(backward, forward)
    astray = _squared_length(forward + back)
    tolerance = 0.01 * (_squared_length(forward) + _squared_length(back)) + 0.5
    return (astray < tolerance) & inside(forward)


def flow_and_visible(
    estimate: DISFlow,
    first: NDArray[np.uint8],
    second: NDArray[np.uint8],
    device: torch.device | str = "cpu",
) -> tuple[Tensor, Tensor]:
    """The estimated flow from one picture to another, and what of the first is seen in the second.

    Of uint8 (H, W, 3), RGB: float32 tensor (1, 2, H, W), in pixels, x then y, and bool tensor
    (1, 1, H, W), on the device.
    """
    forward, backward = (
        torch.from_numpy(estimate(*pair)).permute(2, 0, 1)[None].to(device)
        for pair in ((first, second), (second, first))
    )
    return forward, visible_by_consistency(forward, backward)


def _squared_length(flow: Tensor) -> Tensor:
    return flow.float().square().sum(dim=1, keepdim=True)
