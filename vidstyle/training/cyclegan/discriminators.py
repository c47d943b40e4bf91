"""The two discriminators of a run."""

from torch import Tensor, nn

from vidstyle.nets.cyclegan import initialise
from vidstyle.nets.patch_gan import PatchDiscriminator


class Discriminators(nn.Module):
    """One discriminator for each kind of pictures.

    Args:
        width: see `PatchDiscriminator`.
    """

    def __init__(self, *, width: int) -> None:
        super().__init__()
        self.of_style = PatchDiscriminator(width=width)
        self.of_content = PatchDiscriminator(width=width)
        initialise(self)

    def forward(self, style: Tensor, content: Tensor) -> tuple[Tensor, Tensor]:
        """The scores (N, 1, h, w) of pictures (N, 3, H, W) of each kind."""
        return self.of_style(style), self.of_content(content)
