"""The discriminator of CycleGAN: PatchGAN (Isola et al. 2017, arXiv:1611.07004)."""

from torch import Tensor, nn

from vidstyle.nets.instance_norm import InstanceNorm


class PatchDiscriminator(nn.Module):
    """Scores overlapping patches of pictures, of 70 × 70 pixels with three strides.

    Layout and names follow the authors' public code.

    Args:
        width: channels of the first convolution.
        strides: convolutions with a stride of 2; each doubles the channels, up to 8 × `width`.
    """

    def __init__(self, *, width: int = 64, strides: int = 3) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        channels = width
        for number in range(1, strides + 1):
            # The last of them keeps the size.
            stride = 2 if number < strides else 1
            inputs, channels = channels, width * min(2**number, 8)
            layers += [
                nn.Conv2d(inputs, channels, 4, stride, 1),
                InstanceNorm(channels),
                nn.LeakyReLU(0.2),
            ]
        self.model = nn.Sequential(*layers, nn.Conv2d(channels, 1, 4, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Float (N, 3, H, W), RGB in [0, 1], from 32 pixels up, to scores (N, 1, h, w).

        The scores have no sigmoid: see `losses.adversarial`.
        """
        scores: Tensor = self.model(pictures * 2.0 - 1.0)
        return scores
