"""Random motion: similarity transforms and smooth deformation, as flow fields."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.temporal.draws import Draws
from vidstyle.temporal.warp import pixel_grid


def similarity_flow(
    size: tuple[int, int], centre: Tensor, *, shift: Tensor, zoom: Tensor, rotation: Tensor
) -> Tensor:
    """The flow of turning and growing about `centre`, then shifting.

    Args:
        size: height and width of the picture, in pixels.
        centre: float tensor (N, 2), x then y, in pixels.
        shift: float tensor (N, 2), x then y, in pixels.
        zoom: float tensor (N,), growth: 0.1 makes things 10 % larger.
        rotation: float tensor (N,), in degrees; positive turns x towards y.

    Returns:
        Float32 tensor (N, 2, H, W).
    """
    angle = torch.deg2rad(rotation)
    cosine, sine = (1 + zoom) * angle.cos(), (1 + zoom) * angle.sin()
    matrix = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    # The identity is taken off before multiplying: no motion is then exactly none.
    change = matrix - torch.eye(2, device=matrix.device)
    offset = pixel_grid(*size, device=centre.device) - centre[..., None, None]
    return torch.einsum("nij,njhw->nihw", change, offset) + shift[..., None, None]


def smooth_flow(size: tuple[int, int], draws: Draws, *, deviation: float, cell: float) -> Tensor:
    """Random flow at the nodes of a coarse grid, and smooth (bicubic) between them.

    After the compound regularisation of ReReVST (Wang et al. 2020, "Consistent video style transfer
    via relaxation and regularization").

    Args:
        size: height and width of the picture, in pixels.
        draws: where the random numbers come from.
        deviation: of the flow at a node, in pixels.
        cell: distance between nodes, in pixels.

    Returns:
        Float32 tensor (N, 2, H, W).
    """
    rows, columns = (math.ceil(side / cell) + 1 for side in size)
    nodes = draws.normal(2, rows, columns) * deviation
    return functional.interpolate(nodes, size=size, mode="bicubic", align_corners=True)
