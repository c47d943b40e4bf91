"""The style encoder of `AdaINLite` as a feature extractor."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.adain_lite import StyleEncoder
from vidstyle.nets.extractors import check_layers

_STAGES = ("stage1", "stage2", "stage3", "stage4")

STYLE_ENCODER_LAYERS = ("picture", *_STAGES)
"""Every layer that features can be taken from, shallow to deep; the first is the picture itself,
which the encoder takes statistics of too."""


class StyleEncoderFeatures(nn.Module):
    """A loss network: the convolutions of a style encoder, with average pooling for strides.

    Args:
        encoder: trained; its convolutions are used as they are.
        layers: the features to return, out of `STYLE_ENCODER_LAYERS`.

    Raises:
        ValueError: there is no such layer.
    """

    def __init__(self, encoder: StyleEncoder, layers: Sequence[str]) -> None:
        super().__init__()
        self.layers = check_layers(layers, known=STYLE_ENCODER_LAYERS)
        self.stages = encoder.stages

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Features by layer name.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1].

        Returns:
            For each of `layers` a float tensor (N, C, H / stride, W / stride), rounded down.
        """
        found = {"picture": pictures}
        features = pictures * 2.0 - 1.0
        for name, stage in zip(_STAGES, self.stages, strict=True):
            assert isinstance(stage, nn.Conv2d)
            # At every position, not at every second one: pixels in between would do as they like.
            found[name] = functional.relu(
                functional.conv2d(features, stage.weight, stage.bias, padding=1)
            )
            features = functional.avg_pool2d(found[name], 2)
        return {layer: found[layer] for layer in self.layers}
