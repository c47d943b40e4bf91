"""Random shapes that are cut out of one picture to move over another."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vidstyle.temporal.draws import Draws

# Lobes of the outline; with these depths it stays free of self-crossings (their sum is below 1).
_LOBES = ((2, 0.25), (3, 0.15), (5, 0.08))

# Pixels over which an edge goes from nothing to full: about what a lens leaves.
_SOFTNESS = 1.5


@dataclass(frozen=True)
class Cutouts:
    """One lobed shape for each of N pictures.

    Attributes:
        centre: float tensor (N, 2), x then y, in pixels.
        radius: float tensor (N,), of the shape without its lobes, in pixels; 0 is no shape.
        phases: float tensor (N, lobes), the directions of the lobes, in radians.
    """

    centre: Tensor
    radius: Tensor
    phases: Tensor

    @classmethod
    def draw(
        cls, size: tuple[int, int], draws: Draws, *, smallest: float, largest: float
    ) -> "Cutouts":
        """Random shapes in pictures of `size` (height, width).

        Args:
            size: height and width of the pictures, in pixels.
            draws: where the random numbers come from.
            smallest: diameter of the smallest shape, as a share of the picture's shorter side.
            largest: diameter of the largest one.
        """
        height, width = size
        extent = torch.tensor([width - 1.0, height - 1.0], device=draws.device)
        return cls(
            centre=draws.uniform(0.1, 0.9, 2) * extent,
            radius=draws.uniform(smallest, largest) * min(size) / 2,
            phases=draws.uniform(0, 2 * torch.pi, len(_LOBES)),
        )

    def alpha(self, positions: Tensor) -> Tensor:
        """How much of each position the shape covers.

        Args:
            positions: float tensor (N, 2, H, W) or (1, 2, H, W), x then y, in pixels.

        Returns:
            Float tensor (N, 1, H, W): 1 inside, 0 outside, between on the soft edge.
        """
        x, y = (positions - self.centre[..., None, None]).unbind(1)
        angle = torch.atan2(y, x)
        outline = torch.ones_like(angle)
        for lobe, (count, depth) in enumerate(_LOBES):
            outline += depth * torch.cos(count * angle + self.phases[:, lobe, None, None])
        to_edge = self.radius[:, None, None] * outline - torch.hypot(x, y)
        exists = (self.radius > 0)[:, None, None]
        return ((to_edge / _SOFTNESS).clamp(0, 1) * exists)[:, None]
