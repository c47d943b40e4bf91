"""Random numbers for pairs of pictures: from the caller's generator, onto the frames' device."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Draws:
    """Random tensors with one row for each of `count` pictures."""

    generator: torch.Generator
    count: int
    device: torch.device

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Float32 (count, *shape), evenly from `low` to `high`."""
        values = torch.rand(
            (self.count, *shape), generator=self.generator, device=self.generator.device
        )
        return values.to(self.device) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        """Float32 (count, *shape), normally distributed, of deviation 1."""
        values = torch.randn(
            (self.count, *shape), generator=self.generator, device=self.generator.device
        )
        return values.to(self.device)
