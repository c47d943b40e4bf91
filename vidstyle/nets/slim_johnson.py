"""One style, one network (Johnson et al. 2016, arXiv:1603.08155), light enough for a CPU."""

import torch
from torch import Tensor, nn

from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk


class SlimJohnson(nn.Module):
    """The trunk of `AdaINLite` with one learned code: affine instance normalisation.

    Args:
        shape: sizes of the trunk.
    """

    def __init__(self, shape: LiteShape | None = None) -> None:
        super().__init__()
        self.trunk = LiteTrunk(shape)
        self.code = nn.Parameter(torch.zeros(1, self.trunk.code_size))

    @torch.no_grad()
    def start_as(self, network: AdaINLite, style: Tensor) -> None:
        """Become what a network for any style, of the same trunk, is with this style.

        Args:
            network: whose trunk to take.
            style: float tensor (1, 3, H, W), RGB in [0, 1]; see `AdaINLite.encode_style`.
        """
        self.trunk.load_state_dict(network.trunk.state_dict())
        self.code.copy_(network.encode_style(style))

    def forward(self, pictures: Tensor) -> Tensor:
        """Stylised pictures.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1]; of any size.

        Returns:
            Float tensor (N, 3, H, W), RGB in [0, 1].
        """
        stylised, _ = self.trunk.paint(pictures, self.code)
        return stylised
