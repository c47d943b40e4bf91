"""The networks as engines run them: 8-bit pictures in and out, everything between in one graph.

8-bit pictures lie in memory as the channels_last format does, and nothing here changes that: it is
the faster one for these networks on CPUs and GPUs alike. TensorRT has no operations on 8-bit
numbers but to convert them, first of all and last: every graph takes the levels as floats as well,
and then gives floats.
"""

import torch
from torch import Tensor, nn

from vidstyle.nets.adain import adaptive_instance_normalization, channel_statistics
from vidstyle.nets.pairs import continued, from_quads, to_pairs
from vidstyle.nets.pictures import to_float, to_levels
from vidstyle.nets.planes import painted_in_planes
from vidstyle.nets.slim_johnson import SlimJohnson
from vidstyle.nets.smoothing import MIDDLE, correction


class StyleStatistics(nn.Module):
    """What AdaIN keeps of a style picture: the statistics of its encoded features."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pictures: Tensor) -> Tensor:
        """8-bit RGB (N, H, W, 3) to float32 (2, N, C, 1, 1): the means, then the deviations."""
        features = self.encoder(to_float(pictures))
        return torch.stack(channel_statistics(features))


class AdaINTransfer(nn.Module):
    """Content encoder, adaptive instance normalisation and decoder in one graph."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, frames: Tensor, mean: Tensor, std: Tensor, alpha: Tensor) -> Tensor:
        """Stylised frames; `alpha` blends with the content in feature space (equation 14).

        Args:
            frames: uint8 tensor (N, H, W, 3), RGB, or a float one of the same levels; H and W
                multiples of the encoder's stride.
            mean: float32 tensor (1, C, 1, 1), the style's means.
            std: float32 tensor (1, C, 1, 1), the style's deviations.
            alpha: float32 tensor (1,) in [0, 1]; 1 is the full style.

        Returns:
            RGB of the shape and type of `frames`.
        """
        content = self.encoder(to_float(frames))
        stylised = adaptive_instance_normalization(content, mean, std)
        blended = torch.lerp(content, stylised, alpha.to(content.dtype))
        return to_levels(self.decoder(blended), frames.dtype)


class StyleCode(nn.Module):
    """What `AdaINLite` keeps of a style picture: its code.

    Args:
        encoder: float pictures (N, 3, H, W) in [0, 1] to codes (N, C).
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pictures: Tensor) -> Tensor:
        """8-bit RGB (N, H, W, 3) to float32 codes (N, C)."""
        code: Tensor = self.encoder(to_float(pictures))
        return code.float()


class PictureTransfer(nn.Module):
    """A network from picture to picture, with its result blended with the content's pixels.

    Args:
        network: float (N, 3, H, W) in [0, 1] to the same shape.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, frames: Tensor, strength: Tensor) -> Tensor:
        """Stylised frames.

        Args:
            frames: uint8 tensor (N, H, W, 3), RGB; or a float one of the same levels.
            strength: float32 tensor (1,) in [0, 1]; 0 gives the content back.

        Returns:
            RGB of the shape and type of `frames`.
        """
        content = to_float(frames)
        stylised = self.network(content).clamp(0.0, 1.0)
        return to_levels(torch.lerp(content, stylised, strength), frames.dtype)


class LiteTransfer(nn.Module):
    """A light network that a style code steers, with its result blended with the content's pixels.

    Args:
        trunk: `nets.lite_trunk.LiteTrunk`, or another that takes and gives the same.
    """

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, frames: Tensor, code: Tensor, strength: Tensor) -> Tensor:
        """Stylised frames.

        Args:
            frames: uint8 tensor (N, H, W, 3), RGB; or a float one of the same levels.
            code: float32 tensor (1, C).
            strength: float32 tensor (1,) in [0, 1]; 0 gives the content back.

        Returns:
            RGB of the shape and type of `frames`.
        """
        return _painted_in_pairs(self.trunk, frames, code, strength)

    def on_planes(
        self, planes: Tensor, code: Tensor, strength: Tensor, conversion: Tensor
    ) -> Tensor:
        """The same of planes; see `nets.planes`."""
        return painted_in_planes(self.trunk, planes, code, strength, conversion)


class SlimTransfer(nn.Module):
    """A light network of one style, as `PictureTransfer`, but on pairs (see `LiteTransfer`).

    Args:
        network: its trunk and code.
    """

    def __init__(self, network: SlimJohnson) -> None:
        super().__init__()
        self.trunk = network.trunk
        # Not `code`: what PyTorch makes of an exported graph has its own attribute of that name.
        self.style_code = network.code

    def forward(self, frames: Tensor, strength: Tensor) -> Tensor:
        """Stylised frames.

        Args:
            frames: uint8 tensor (N, H, W, 3), RGB; or a float one of the same levels.
            strength: float32 tensor (1,) in [0, 1]; 0 gives the content back.

        Returns:
            RGB of the shape and type of `frames`.
        """
        return _painted_in_pairs(self.trunk, frames, self.style_code, strength)

    def on_planes(self, planes: Tensor, strength: Tensor, conversion: Tensor) -> Tensor:
        """The same of planes; see `nets.planes`."""
        return painted_in_planes(self.trunk, planes, self.style_code, strength, conversion)


def _painted_in_pairs(trunk: nn.Module, frames: Tensor, code: Tensor, strength: Tensor) -> Tensor:
    height, width = frames.shape[1:3]
    frames = continued(frames)
    added = correction(frames.permute(0, 3, 1, 2), cell=8).permute(0, 2, 3, 1)
    pairs = torch.cat([to_pairs(frames).float() - MIDDLE, to_pairs(added)], dim=1)
    stylised = from_quads(trunk(pairs, code).float())
    levels = torch.lerp(frames.float(), stylised * 255.0, strength).round()
    return levels[:, :height, :width].to(frames.dtype).contiguous()
