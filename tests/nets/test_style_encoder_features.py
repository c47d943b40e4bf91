import pytest
import torch

from vidstyle.nets.adain_lite import StyleEncoder
from vidstyle.nets.style_encoder_features import STYLE_ENCODER_LAYERS, StyleEncoderFeatures


def test_every_stage_after_the_first_halves_the_size() -> None:
    network = StyleEncoderFeatures(StyleEncoder(10, width=4), STYLE_ENCODER_LAYERS)

    features = network(torch.rand(1, 3, 32, 48))

    assert {name: tuple(layer.shape[1:]) for name, layer in features.items()} == {
        "picture": (3, 32, 48),
        "stage1": (4, 32, 48),
        "stage2": (8, 16, 24),
        "stage3": (16, 8, 12),
        "stage4": (16, 4, 6),
    }


def test_its_features_are_what_a_code_is_made_of_at_more_positions() -> None:
    torch.manual_seed(0)
    encoder = StyleEncoder(10, width=4)
    network = StyleEncoderFeatures(encoder, ["stage1"])
    picture = torch.rand(1, 3, 16, 16)

    expected = torch.relu(encoder.stages[0](picture * 2 - 1))

    torch.testing.assert_close(network(picture)["stage1"][..., ::2, ::2], expected)


def test_only_its_layers_can_be_had() -> None:
    with pytest.raises(ValueError, match="layers must be some of picture"):
        StyleEncoderFeatures(StyleEncoder(10, width=4), ["relu1_1"])
