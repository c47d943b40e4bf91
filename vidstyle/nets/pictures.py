"""8-bit pictures as float tensors, and back."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def to_float(frames: Tensor) -> Tensor:
    """8-bit frames (N, H, W, 3) to floats (N, 3, H, W) in [0, 1]."""
    return frames.float().permute(0, 3, 1, 2) / 255.0


def to_levels(pictures: Tensor, dtype: torch.dtype = torch.uint8) -> Tensor:
    """Floats (N, 3, H, W), clamped to [0, 1], to whole levels, frames (N, H, W, 3) of a type."""
    levels = (pictures.float().clamp(0.0, 1.0) * 255.0).round()
    return levels.permute(0, 2, 3, 1).to(dtype).contiguous()


def from_pictures(pictures: NDArray[Any], device: torch.device | str = "cpu") -> Tensor:
    """8-bit pictures (N, H, W, 3), or a single one (H, W, 3), to floats (N, 3, H, W) in [0, 1]."""
    # PyTorch warns of arrays that it could write to by mistake.
    own = np.require(pictures, requirements=["C", "W"])
    return to_float(torch.from_numpy(own if own.ndim == 4 else own[np.newaxis]).to(device))
