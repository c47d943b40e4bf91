from pathlib import Path

import pytest
import torch

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.adain import AdaINDecoder
from vidstyle.nets.timm_encoder import MirroredDecoder, TimmEncoder
from vidstyle.training.models import DecoderModel, Painted, StyleModel, make_model
from vidstyle.training.network_sections import (
    AdaINLiteSection,
    AdaINTimmSection,
    AdaINVGG19Section,
    JohnsonSection,
)
from vidstyle.weights.store import WeightStore

SMALL = AdaINLiteSection(kind="adain-lite", quarter=16, eighth=16, eighth_blocks=1)
TINY_TIMM = "mobilenetv3_small_050"


@pytest.fixture(scope="module")
def timm_model() -> StyleModel:
    section = AdaINTimmSection(kind="adain-timm", encoder=TINY_TIMM, stride=8, pretrained=False)
    return make_model(section)


@torch.no_grad()
def test_which_tells_the_style_of_each_picture() -> None:
    model = make_model(SMALL)
    content, styles = torch.rand(1, 3, 32, 32), torch.rand(2, 3, 32, 32)
    styles[1] = 0

    painted = model(content.expand(3, -1, -1, -1), styles, torch.tensor([1, 0, 1]))

    torch.testing.assert_close(painted.pictures[0], painted.pictures[2])
    assert (painted.pictures[0] - painted.pictures[1]).abs().max() > 1e-5
    assert painted.features.shape == (3, 16, 8, 8)


@torch.no_grad()
def test_no_strength_is_the_content() -> None:
    model = make_model(SMALL)
    content, styles = torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(model.blend(content, styles, 0.0), content)


@torch.no_grad()
def test_a_network_of_one_style_blends_pixels() -> None:
    model = make_model(JohnsonSection(kind="johnson", width=4))
    content = torch.rand(2, 3, 32, 32)

    painted = model(content, content[:1], torch.zeros(2, dtype=torch.long))

    assert painted.features.shape == (2, 16, 8, 8)
    torch.testing.assert_close(model.blend(content, content, 0.0), content)
    torch.testing.assert_close(model.blend(content, content, 1.0), painted.pictures)


def test_a_margin_is_cut_off_features_too() -> None:
    pictures, features = torch.rand(1, 3, 64, 96), torch.rand(1, 8, 16, 24)

    inner = Painted(pictures, features).cut(16)

    assert torch.equal(inner.pictures, pictures[..., 16:48, 16:80])
    assert inner.features is not None
    assert torch.equal(inner.features, features[..., 4:12, 4:20])
    assert inner.targets is None


def test_only_the_decoder_of_an_adain_is_trained(timm_model: StyleModel) -> None:
    assert isinstance(timm_model, DecoderModel)
    timm_model.train()

    trained = {name for name, each in timm_model.named_parameters() if each.requires_grad}

    assert trained
    assert all(name.startswith("network.") for name in trained)
    assert not timm_model.encoder.training
    assert timm_model.network.training


@torch.no_grad()
def test_an_encoder_of_timm(timm_model: StyleModel) -> None:
    pictures = torch.rand(2, 3, 64, 64)

    painted = timm_model(pictures, timm_model.read_styles(pictures), torch.arange(2))

    assert painted.pictures.shape == (2, 3, 64, 64)
    assert timm_model.frozen_encoder is not None
    seen = timm_model.frozen_encoder(pictures)
    torch.testing.assert_close(painted.targets, seen, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "stride", "complaint"),
    [
        ("mobilenetv3_smal_050", 8, r"no model 'mobilenetv3_smal_050' \(did you mean"),
        (TINY_TIMM, 3, f"{TINY_TIMM} has no features at stride 3: it has 2, 4, 8, 16, 32"),
    ],
)
def test_an_encoder_that_is_not_there_is_told(name: str, stride: int, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        TimmEncoder(name, stride=stride)


def test_weights_that_cannot_be_downloaded_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_arguments: object, **_options: object) -> None:
        raise OSError("no connection")

    monkeypatch.setattr(TimmEncoder, "__init__", offline)
    section = AdaINTimmSection(kind="adain-timm", encoder=TINY_TIMM)

    with pytest.raises(VidstyleError, match=r"cannot be downloaded .*network.pretrained = false"):
        make_model(section)


@torch.no_grad()
def test_a_decoder_mirrors_any_stride() -> None:
    decoder = MirroredDecoder(24, stride=16, width=4)

    assert decoder(torch.rand(1, 24, 3, 2)).shape == (1, 3, 48, 32)


@torch.no_grad()
def test_adain_with_vgg19(shared_weights: Path) -> None:
    model = make_model(
        AdaINVGG19Section(kind="adain-vgg19"), store=WeightStore(folders=[shared_weights])
    )
    pictures = torch.rand(1, 3, 32, 32)

    assert isinstance(model.network, AdaINDecoder)
    styles = model.read_styles(pictures)
    assert styles.shape == (1, 2, 512, 1, 1)
    painted = model(pictures, styles, torch.zeros(1, dtype=torch.long))
    assert painted.pictures.shape == (1, 3, 32, 32)
