"""Random changes of pictures that are no motion: noise, brightness, blur."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.temporal.draws import Draws


def add_noise(pictures: Tensor, draws: Draws, *, largest: float) -> Tensor:
    """Add white Gaussian noise whose deviation is drawn for each picture, from 0 to `largest`."""
    deviation = draws.uniform(0, largest, 1, 1, 1)
    return pictures + draws.normal(*pictures.shape[1:]) * deviation


def shift_brightness(pictures: Tensor, draws: Draws, *, largest: float) -> Tensor:
    """Add one value to all of a picture, drawn from -`largest` to `largest`."""
    return pictures + draws.uniform(-largest, largest, 1, 1, 1)


def blur(pictures: Tensor, draws: Draws, *, largest: float) -> Tensor:
    """Gaussian blur whose deviation is drawn for each picture, from 0 to `largest` pixels."""
    return gaussian_blur(pictures, draws.uniform(0, largest), radius=math.ceil(3 * largest))


def gaussian_blur(pictures: Tensor, deviations: Tensor, *, radius: int) -> Tensor:
    """Blur each picture by its own deviation.

    Args:
        pictures: float tensor (N, C, H, W); mirrored outside.
        deviations: float tensor (N,), in pixels; 0 leaves a picture as it is.
        radius: of the kernel, in pixels; held to what fits the picture.
    """
    count, channels, height, width = pictures.shape
    radius = min(radius, height - 1, width - 1)
    kernel = _kernels(deviations, radius).repeat_interleave(channels, 0).to(pictures.dtype)
    # Every channel of every picture is a group of its own, so that each has its own kernel.
    planes = pictures.reshape(1, count * channels, height, width)
    planes = functional.pad(planes, (radius, radius, radius, radius), mode="reflect")
    planes = functional.conv2d(planes, kernel[:, None, None, :], groups=count * channels)
    planes = functional.conv2d(planes, kernel[:, None, :, None], groups=count * channels)
    return planes.reshape(pictures.shape)


def _kernels(deviations: Tensor, radius: int) -> Tensor:
    """Gaussian kernels (N, 2 radius + 1) of sum 1."""
    offsets = torch.arange(-radius, radius + 1, device=deviations.device)
    # A deviation of nothing would divide by zero; this one already gives a single spike.
    weights = torch.exp(-0.5 * (offsets / deviations.clamp(min=1e-2)[:, None]) ** 2)
    return weights / weights.sum(dim=1, keepdim=True)
