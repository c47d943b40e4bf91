"""How near pictures are to others, pixel by pixel: RMSE, PSNR and SSIM."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# Luma of BT.601, as JPEG and most published SSIM figures of RGB pictures take it.
_LUMA = (0.299, 0.587, 0.114)

# The window and constants of Wang et al. 2004, for values from 0 to 1.
_WINDOW = 11
_WINDOW_DEVIATION = 1.5
_C1 = 0.01**2
_C2 = 0.03**2


def rmse(first: Tensor, second: Tensor) -> Tensor:
    """Root mean square error of each picture: (N,) of two float tensors (N, C, H, W)."""
    return (first.float() - second.float()).square().mean(dim=(1, 2, 3)).sqrt()


def psnr(first: Tensor, second: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture, in dB; infinite where they are the same.

    Args:
        first: float tensor (N, C, H, W), values in [0, 1].
        second: as `first`.

    Returns:
        Float32 tensor (N,).
    """
    return -20 * rmse(first, second).log10()


def ssim(first: Tensor, second: Tensor) -> Tensor:
    """Structural similarity of the luma of each picture (Wang et al. 2004, equation 13).

    Gaussian window of 11 pixels and deviation 1.5, where it fits wholly into the picture.

    Args:
        first: float tensor (N, 3, H, W), RGB in [0, 1], H and W at least 11.
        second: as `first`.

    Returns:
        Float32 tensor (N,), at most 1, which is reached by equal pictures alone.
    """
    return torch.tensor([_ssim(*pair) for pair in zip(_luma(first), _luma(second), strict=True)])


def _ssim(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    mean_a, mean_b = _blur(a), _blur(b)
    variance_a = _blur(a * a) - mean_a**2
    variance_b = _blur(b * b) - mean_b**2
    covariance = _blur(a * b) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    scale = (mean_a**2 + mean_b**2 + _C1) * (variance_a + variance_b + _C2)
    return float((likeness / scale).mean(dtype=np.float64))


def _luma(pictures: Tensor) -> NDArray[np.float32]:
    """The luma of pictures (N, 3, H, W), (N, H, W)."""
    weights = torch.tensor(_LUMA, device=pictures.device).view(1, 3, 1, 1)
    luma: NDArray[np.float32] = (pictures.float() * weights).sum(dim=1).cpu().numpy()
    return luma


def _blur(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """The plane after the window, where it fits wholly in.

    OpenCV takes a quarter to a sixth of the time of PyTorch's convolutions of one channel.
    """
    weights = cv2.getGaussianKernel(_WINDOW, _WINDOW_DEVIATION, cv2.CV_32F)
    edge = _WINDOW // 2
    blurred = np.asarray(cv2.sepFilter2D(plane, -1, weights, weights), np.float32)
    return blurred[edge:-edge, edge:-edge]
