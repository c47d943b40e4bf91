"""Encoders of timm beside timm's own feature extraction."""

from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets import timm_encoder
from vidstyle.nets.timm_encoder import TimmEncoder
from vidstyle.training.models import DecoderModel, make_model
from vidstyle.training.network_sections import AdaINTimmSection

NAMES = ("mobilenetv3_small_050", "convnext_atto", "resnet10t")


def timm() -> Any:
    return timm_encoder._timm()


def whole(name: str) -> Any:
    torch.manual_seed(3)
    return timm().create_model(name).eval()


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_features_are_those_of_the_whole_model(name: str, tmp_path: Path) -> None:
    model = whole(name)
    path = tmp_path / "whole.safetensors"
    safetensors.torch.save_file(model.state_dict(), path)
    section = AdaINTimmSection(kind="adain-timm", encoder=name, weights=path)
    built = make_model(section)
    assert isinstance(built, DecoderModel)
    pictures = torch.rand(2, 3, 64, 96)

    features = built.frozen_encoder(pictures)

    mean, deviation = (
        torch.tensor(model.pretrained_cfg[key]).view(1, 3, 1, 1) for key in ("mean", "std")
    )
    maps = model.forward_intermediates((pictures - mean) / deviation, intermediates_only=True)
    (expected,) = (each for each in maps if each.shape[2:] == (8, 12))
    torch.testing.assert_close(features, expected)
    count, all_of_it = (
        sum(each.numel() for each in part.parameters()) for part in (built.encoder, model)
    )
    assert count < all_of_it / 2, "what follows is left out"


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    safetensors.torch.save_file(whole("resnet10t").state_dict(), path)
    section = AdaINTimmSection(kind="adain-timm", encoder="convnext_atto", weights=path)
    with pytest.raises(VidstyleError, match="lacks "):
        make_model(section)


def test_a_model_without_feature_maps_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = type("Timm", (), {})()
    bare.list_models = lambda: ["bare"]
    bare.create_model = lambda name, **_: torch.nn.Linear(1, 1)
    monkeypatch.setattr(timm_encoder, "_timm", lambda: bare)
    with pytest.raises(UsageError, match="bare gives no feature maps"):
        TimmEncoder("bare")
