"""Light networks on planes of YUV 4:2:0, without RGB: it goes into what is next to it.

What planes and conversions are: see `engines.planar`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.pairs import continued, to_pairs
from vidstyle.nets.smoothing import MIDDLE, correction


def painted_in_planes(
    trunk: nn.Module, planes: Tensor, code: Tensor, strength: Tensor, conversion: Tensor
) -> Tensor:
    """Planes that a light network paints, blended with the content's.

    Args:
        trunk: `nets.lite_trunk.LiteTrunk`.
        planes: uint8 tensor (N, H · 3/2, W), or a float one of the same levels.
        code: float32 tensor (1, C).
        strength: float32 tensor (1,) in [0, 1]; 0 gives the content back.
        conversion: float32 tensor (2, 3, 4).

    Returns:
        Whole floats of the shape of `planes`.
    """
    count, rows, width = (int(length) for length in planes.shape)
    height = rows * 2 // 3
    # Twice from levels to floats: in OpenVINO that is faster than to keep them.
    luma = continued(planes[:, :height].unsqueeze(3)).permute(0, 3, 1, 2)
    chroma = planes[:, height:].reshape(count, 2, height // 2, width // 2)
    chroma = continued(chroma.permute(0, 2, 3, 1), multiple=4).permute(0, 3, 1, 2)
    added = correction(luma, cell=8)
    pairs = [to_pairs(part.permute(0, 2, 3, 1)) for part in (luma.float() - MIDDLE, added)]
    squares = torch.cat([chroma.float() - MIDDLE, correction(chroma, cell=4)], dim=1)
    quads = trunk(torch.cat(pairs, dim=1), code, squares, conversion[0, :, :3])
    # RGB is counted from ½, as levels are from their middle.
    luma, chroma = _from_rgb(quads.float() - 0.5, conversion[1])
    luma = luma[:, :height, :width]
    chroma = chroma[:, :, : height // 2, : width // 2].reshape(count, height // 2, width)
    painted = torch.cat([luma, chroma], dim=1) + MIDDLE
    return torch.lerp(planes.float(), painted, strength).clamp(0.0, 255.0).round()


def _from_rgb(quads: Tensor, to_yuv: Tensor) -> tuple[Tensor, Tensor]:
    """Levels less `MIDDLE`: luma (N, H, W), and chroma of each square, (N, 2, H / 2, W / 2).

    Args:
        quads: float32 tensor (N, 12, H / 2, W / 2), RGB in [-½, ½].
        to_yuv: from levels to levels, (3, 4).
    """
    matrix = to_yuv[:, :3] * 255.0
    of_luma = torch.eye(4, device=quads.device).unsqueeze(2) * matrix[:1]
    of_chroma = (matrix[1:].unsqueeze(1) / 4.0).expand(2, 4, 3)
    weight = torch.cat([of_luma, of_chroma]).reshape(6, 12, 1, 1)
    grey = matrix.sum(1) / 2.0 + to_yuv[:, 3] - MIDDLE
    added = torch.cat([grey[:1].expand(4), grey[1:]]).view(1, 6, 1, 1)
    # Pairs lie in memory as rows do. In OpenVINO rows are put together faster than squares taken
    # apart.
    above, below, chroma = (
        functional.conv2d(quads, kernels) + shift
        for kernels, shift in zip(torch.split(weight, 2), torch.split(added, 2, dim=1), strict=True)
    )
    count, _, rows, columns = (int(length) for length in quads.shape)
    luma = torch.cat(
        [each.permute(0, 2, 3, 1).reshape(count, rows, 1, 2 * columns) for each in (above, below)],
        dim=2,
    )
    return luma.reshape(count, 2 * rows, 2 * columns), chroma
