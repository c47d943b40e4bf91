from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.conftest import MakeConfig, set_up, write_pictures
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.loading import load_stylizer
from vidstyle.runs.trial_pictures import sample
from vidstyle.training.config import TrainingConfig
from vidstyle.training.loop import train
from vidstyle.training.models import make_model
from vidstyle.training.start import start_from
from vidstyle.weights.checkpoint import load_checkpoint, read_state_dict
from vidstyle.weights.manifest import Manifest, WeightsEntry
from vidstyle.weights.store import WeightStore


@pytest.fixture
def adain_lite(make_config: MakeConfig) -> tuple[TrainingConfig, Path]:
    """The run of a network for any style, and its weights."""
    config = make_config()
    return config, train(config).weights


def slim(config: TrainingConfig) -> dict[str, Any]:
    """`[network]` of a slim-johnson with the same trunk."""
    widths = {"kind", "style_width", "style_hidden"}
    return {"kind": "slim-johnson", **config.network.model_dump(exclude=widths)}


@torch.no_grad()
def test_a_network_of_one_style_starts_as_what_an_adain_lite_makes_of_it(
    make_config: MakeConfig, adain_lite: tuple[TrainingConfig, Path], tmp_path: Path
) -> None:
    config, weights = adain_lite
    style = write_pictures(tmp_path / "one", 1)

    parts = set_up(
        make_config(network=slim(config), data={"style": [style]}, run={"init": str(weights)})
    )

    any_style = make_model(config.network)
    load_checkpoint(any_style.network, weights)
    content = parts.batches.content.pictures(torch.tensor([0, 1]))
    painting = parts.batches.styles.pictures(torch.tensor([0, 0]))
    expected = any_style.blend(content, painting, 1.0)
    torch.testing.assert_close(parts.model.blend(content, painting, 1.0), expected)


def test_weights_may_be_named(
    make_config: MakeConfig, adain_lite: tuple[TrainingConfig, Path]
) -> None:
    config, weights = adain_lite
    entry = WeightsEntry(
        name="mine", architecture="adain-lite", file=weights.name, licence="", source=""
    )
    store = WeightStore(manifest=Manifest((entry,)), folders=[weights.parent])

    parts = set_up(make_config(run={"init": "mine"}), store=store)

    fresh = set_up(config).model.network.state_dict()
    named = parts.model.network.state_dict()
    assert not torch.equal(fresh["trunk.stem.weight"], named["trunk.stem.weight"])


def test_a_network_starts_from_its_own_kind(
    make_config: MakeConfig, adain_lite: tuple[TrainingConfig, Path], tmp_path: Path
) -> None:
    network = slim(adain_lite[0])
    data = {"style": [write_pictures(tmp_path / "one", 1)]}
    first = train(make_config(network=network, data=data, run={"folder": tmp_path / "first"}))

    parts = set_up(make_config(network=network, data=data, run={"init": str(first.weights)}))

    assert parts.model.network.state_dict()["code"].abs().max() > 0


def test_a_trunk_of_another_shape_is_told(adain_lite: tuple[TrainingConfig, Path]) -> None:
    config, weights = adain_lite
    other = config.network.model_copy(update={"half": 8})
    network = make_model(type(config.network).model_validate(other.model_dump())).network
    style, store = torch.rand(1, 3, 32, 32), WeightStore()

    with pytest.raises(VidstyleError, match=r"does not fit AdaINLite: trunk\.\S+ has shape"):
        start_from(network, str(weights), style=style, store=store)


def test_weights_that_are_not_there_are_told(make_config: MakeConfig) -> None:
    with pytest.raises(VidstyleError, match=r"run.init is nowhere.safetensors: there is neither"):
        set_up(make_config(run={"init": "nowhere.safetensors"}))


def test_a_typo_in_the_name_of_weights_suggests_the_nearest(make_config: MakeConfig) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'adain-lite'"):
        set_up(make_config(run={"init": "adain-lit"}))


def test_a_network_around_an_encoder_of_timm_is_used_and_trained_on(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    network = {"kind": "adain-timm", "encoder": "mobilenetv3_small_050", "pretrained": False}
    losses = {"style_layers": ["relu1_1"], "weights": {"style": 1.0}}
    weights = train(make_config(network=network, losses=losses, run={"steps": 1})).weights

    stylizer = load_stylizer(
        "adain-timm", weights=weights, styles=[sample("starry.jpg")], backend="eager"
    )
    continued = set_up(
        make_config(
            network=network, losses=losses, run={"folder": tmp_path / "on", "init": str(weights)}
        )
    )

    frames = np.zeros((1, 32, 40, 3), np.uint8)
    assert stylizer.stylize(frames).shape == frames.shape
    both = continued.model.stored(continued.model.network)
    torch.testing.assert_close(dict(both.state_dict()), read_state_dict(weights))
