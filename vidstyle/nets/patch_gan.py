"""The discriminator of CycleGAN: PatchGAN (Isola et al. 2017, arXiv:1611.07004)."""

from torch import Tensor, nn

from vidstyle.nets.instance_norm import InstanceNorm


class PatchDiscriminator(nn.Module):
    """Scores overlapping patches of pictures, of 70 × 70 pixels.

    Layout and names follow the authors' public code.

    Args:
        width: channels of the first convolution.
    """

    def __init__(self, *, width: int = 64) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for factor, stride in ((1, 2), (2, 2), (4, 1)):
            inputs, outputs = factor * width, 2 * factor * width
            layers += [
                nn.Conv2d(inputs, outputs, 4, stride, 1),
                InstanceNorm(outputs),
                nn.LeakyReLU(0.2),
            ]
        self.model = nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Float (N, 3, H, W), RGB in [0, 1], from 32 pixels up, to scores (N, 1, h, w).

        The scores have no sigmoid: see `losses.adversarial`.
        """
        scores: Tensor = self.model(pictures * 2.0 - 1.0)
        return scores
