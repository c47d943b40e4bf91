from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from vidstyle.nets.vgg import (
    RELU_LAYERS,
    VGG16_LAYERS,
    NormalisedVGGEncoder,
    VGG16Features,
    VGG19Features,
    channels_of,
    stride_of,
)


@pytest.mark.parametrize(
    ("layer", "channels", "stride"),
    [("relu1_1", 64, 1), ("relu2_2", 128, 2), ("relu3_1", 256, 4), ("relu5_1", 512, 16)],
)
def test_the_shape_of_a_layer(layer: str, channels: int, stride: int) -> None:
    assert (channels_of(layer), stride_of(layer)) == (channels, stride)


@pytest.mark.parametrize("layer", ["relu1_1", "relu1_2", "relu2_1", "relu3_1"])
def test_the_encoder_stops_at_its_layer(layer: str) -> None:
    features = NormalisedVGGEncoder(layer)(torch.rand(2, 3, 32, 48))

    stride = stride_of(layer)
    assert features.shape == (2, channels_of(layer), 32 // stride, 48 // stride)


def test_the_encoder_has_the_published_names() -> None:
    convolutions = [name for name in NormalisedVGGEncoder().state_dict() if name.endswith("weight")]

    indices = [int(name.split(".")[0]) for name in convolutions]
    assert indices == [0, 2, 5, 9, 12, 16, 19, 22, 25, 29]


def test_features_have_torchvisions_names() -> None:
    names = VGG19Features(["relu5_1"]).state_dict()

    indices = [int(name.split(".")[1]) for name in names if name.endswith("weight")]
    assert indices == [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28]


def test_features_come_by_name_in_the_order_asked_for() -> None:
    features = VGG19Features(["relu2_1", "relu1_1"])(torch.rand(1, 3, 16, 24))

    assert {layer: tuple(f.shape) for layer, f in features.items()} == {
        "relu2_1": (1, 128, 8, 12),
        "relu1_1": (1, 64, 16, 24),
    }
    assert list(features) == ["relu2_1", "relu1_1"]


def test_a_shallow_feature_is_not_touched_by_deeper_layers() -> None:
    network = VGG19Features(["relu1_1", "relu1_2"])
    picture = torch.rand(1, 3, 16, 16)

    mean = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1)
    first = network.get_submodule("features.0")(picture * 255 - mean)
    torch.testing.assert_close(network(picture)["relu1_1"], functional.relu(first))


def test_a_deeper_state_dict_loads_strictly() -> None:
    deep, shallow = VGG19Features(["relu2_1"]), VGG19Features(["relu1_2"])
    state = {**deep.state_dict(), "classifier.0.weight": torch.zeros(1)}

    shallow.load_state_dict(state)

    assert torch.equal(shallow.state_dict()["features.2.weight"], state["features.2.weight"])
    assert "features.5.weight" in state, "the caller's dictionary is left alone"


def test_a_deeper_encoder_loads_strictly() -> None:
    NormalisedVGGEncoder("relu1_1").load_state_dict(NormalisedVGGEncoder("relu2_1").state_dict())


def test_a_shallower_state_dict_does_not_load() -> None:
    state = NormalisedVGGEncoder("relu1_1").state_dict()

    with pytest.raises(RuntimeError, match="Missing key"):
        NormalisedVGGEncoder("relu1_2").load_state_dict(state)


def test_foreign_names_do_not_load() -> None:
    encoder = NormalisedVGGEncoder("relu1_1")

    with pytest.raises(RuntimeError, match="Unexpected key"):
        encoder.load_state_dict({**encoder.state_dict(), "1.weight": torch.zeros(1)})


@pytest.mark.parametrize("layers", [[], ["relu6_1"], ["relu1_1", "conv1_1"]])
def test_unknown_layers_are_refused(layers: list[str]) -> None:
    with pytest.raises(ValueError, match="layers must be"):
        VGG19Features(layers)


def test_all_layers_are_known() -> None:
    assert len(RELU_LAYERS) == 16
    assert len(VGG16_LAYERS) == 13


def test_vgg16_has_torchvisions_names() -> None:
    names = VGG16Features(["relu4_3"]).state_dict()

    indices = [int(name.split(".")[1]) for name in names if name.endswith("weight")]
    assert indices == [0, 2, 5, 7, 10, 12, 14, 17, 19, 21]


def test_vgg16_has_no_fourth_convolutions() -> None:
    with pytest.raises(ValueError, match="relu3_3, relu4_1"):
        VGG16Features(["relu3_4"])


def test_the_published_vgg16_fits(shared_weights: Path) -> None:
    network = VGG16Features(["relu1_2", "relu3_3"])
    network.load_state_dict(load_file(shared_weights / "vgg16_features_relu3_3.fp16.safetensors"))

    with torch.inference_mode():
        features = network(torch.rand(1, 3, 32, 32))

    assert features["relu3_3"].shape == (1, 256, 8, 8)
    assert 1 < features["relu1_2"].mean() < 1000, "in the size of VGG's activations"


def test_the_published_weights_fit(shared_weights: Path) -> None:
    vgg = VGG19Features(["relu5_1"])
    vgg.load_state_dict(load_file(shared_weights / "vgg19_features_relu5_1.fp16.safetensors"))
    encoder = NormalisedVGGEncoder("relu4_1")
    encoder.load_state_dict(load_file(shared_weights / "vgg_normalised_relu4_1.fp16.safetensors"))

    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        features = encoder(picture)
        assert vgg(picture)["relu5_1"].shape == (1, 512, 4, 4)
    # Rescaled so that the mean activation is about 1 on photographs; VGG-19's is in the hundreds.
    assert 0.02 < features.mean() < 5


def test_both_forms_are_one_network(shared_weights: Path) -> None:
    """The normalised encoder is VGG-19 with each channel rescaled, away from the borders."""
    vgg = VGG19Features(["relu2_1"])
    vgg.load_state_dict(load_file(shared_weights / "vgg19_features_relu5_1.fp16.safetensors"))
    encoder = NormalisedVGGEncoder("relu2_1")
    encoder.load_state_dict(load_file(shared_weights / "vgg_normalised_relu4_1.fp16.safetensors"))

    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours = encoder(picture)[0, :, 4:-4, 4:-4].flatten(1)
        reference = vgg(picture)["relu2_1"][0, :, 4:-4, 4:-4].flatten(1)
    alive = (reference.std(1) > 1) & (ours.std(1) > 1e-3)
    likeness = functional.cosine_similarity(ours[alive], reference[alive])
    assert alive.sum() > 100
    assert likeness.min() > 0.999
