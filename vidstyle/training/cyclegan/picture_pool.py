"""Painted pictures of earlier steps, which a discriminator sees again."""

import torch
from torch import Tensor, nn


class PicturePool(nn.Module):
    """Keeps pictures, and mixes them among new ones (Shrivastava et al. 2017, arXiv:1612.07828).

    A discriminator that sees only the latest pictures forgets what it knew of earlier ones, and
    the two networks chase each other in circles.

    Args:
        size: how many are kept; with 0 pictures pass unchanged.
        side: of the pictures, in pixels.
    """

    pictures: Tensor
    filled: Tensor

    def __init__(self, size: int, *, side: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(size, 3, side, side))
        self.register_buffer("filled", torch.zeros((), dtype=torch.long))

    @torch.no_grad()
    def exchange(self, pictures: Tensor, *, generator: torch.Generator) -> Tensor:
        """As many pictures as come in, about half of them from earlier once the pool is full.

        Args:
            pictures: float (N, 3, side, side); while there is room each is kept and returned.
            generator: makes the draws, on any device.
        """
        if not len(self.pictures):
            return pictures.detach()
        return torch.stack([self._exchanged(each, generator) for each in pictures.detach().float()])

    def _exchanged(self, picture: Tensor, generator: torch.Generator) -> Tensor:
        size, filled = len(self.pictures), int(self.filled)
        if filled < size:
            self.pictures[filled] = picture
            self.filled += 1
            return picture
        if torch.rand((), generator=generator, device=generator.device) < 0.5:
            return picture
        place = int(torch.randint(size, (), generator=generator, device=generator.device))
        old = self.pictures[place].clone()
        self.pictures[place] = picture
        return old
