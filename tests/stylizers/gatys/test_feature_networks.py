from pathlib import Path

import pytest
import torch

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.stylizers.gatys.feature_networks import FEATURE_NETWORKS, load_features
from vidstyle.stylizers.gatys.options import Features, GatysOptions, Preset
from vidstyle.weights.manifest import SHIPPED
from vidstyle.weights.store import WeightStore


@pytest.fixture
def store(shared_weights: Path) -> WeightStore:
    return WeightStore(folders=[SHIPPED, shared_weights])


@pytest.fixture
def bare_store(tmp_path: Path) -> WeightStore:
    """Nothing but what comes with vidstyle."""
    return WeightStore(folders=[SHIPPED], cache=tmp_path)


@pytest.mark.parametrize("features", list(Features))
def test_every_network_has_its_layers(features: Features) -> None:
    row = FEATURE_NETWORKS[features]

    assert row.content
    assert set(row.content + row.style + row.study_style) <= set(row.known)


def test_vgg19_compares_where_gatys_did(store: WeightStore) -> None:
    loaded = load_features(GatysOptions(), store=store)

    assert loaded.name == "vgg19"
    assert loaded.content == ("relu4_2",)
    features = loaded.network(torch.rand(1, 3, 32, 32))
    assert list(features) == ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"]


def test_the_study_takes_one_layer_more(store: WeightStore) -> None:
    loaded = load_features(GatysOptions(preset=Preset.STUDY), store=store)

    assert "relu4_2" in loaded.style


def test_any_other_layers_can_be_had(store: WeightStore) -> None:
    options = GatysOptions(
        features=Features.VGG16, content_layers=("relu2_2",), style_layers=("relu1_1", "relu3_3")
    )

    features = load_features(options, store=store).network(torch.rand(1, 3, 32, 32))

    assert list(features) == ["relu1_1", "relu2_2", "relu3_3"]


def test_weights_that_stop_too_early_are_told(store: WeightStore) -> None:
    wanted = "ends before relu4_3: it has relu1_2, relu2_2, relu3_3 of .* --style-layers"
    with pytest.raises(VidstyleError, match=wanted):
        load_features(GatysOptions(features=Features.VGG16), store=store)


def test_a_layer_that_is_not_there_is_told(store: WeightStore) -> None:
    with pytest.raises(UsageError, match="vgg19 has no layer relu9_1: it has relu1_1,"):
        load_features(GatysOptions(style_layers=("relu9_1",)), store=store)


def test_patches_stand_in_and_that_is_said(bare_store: WeightStore) -> None:
    said: list[str] = []

    loaded = load_features(GatysOptions(), store=bare_store, on_message=said.append)

    assert loaded.name == "patches"
    assert "the weights of vgg19" in said[0]
    assert "compared by their patches" in said[0]
    assert list(loaded.network(torch.rand(1, 3, 64, 64))) == ["patches"]


def test_the_encoder_that_comes_with_vidstyle_can_be_had(bare_store: WeightStore) -> None:
    loaded = load_features(GatysOptions(features=Features.SHIPPED), store=bare_store)

    features = loaded.network(torch.rand(1, 3, 64, 64))

    assert features["stage4"].shape[2:] == (8, 8)


@pytest.mark.parametrize(
    "options",
    [GatysOptions(features=Features.VGG19), GatysOptions(content_layers=("relu3_1",))],
    ids=["network", "layers"],
)
def test_nothing_stands_in_for_what_was_asked_for(
    bare_store: WeightStore, options: GatysOptions
) -> None:
    with pytest.raises(VidstyleError, match="the weights of vgg19"):
        load_features(options, store=bare_store)
