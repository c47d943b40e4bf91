"""AdaIN around an encoder of timm, from a file to frames."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from tests.engines.tiny import make_workshop
from vidstyle.engines import Precision, open_eager
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.evaluation.cost import network_cost
from vidstyle.nets.timm_encoder import MirroredDecoder, TimmAdaIN, TimmEncoder
from vidstyle.stylizers import Method, Style, make_stylizer
from vidstyle.stylizers.adain import AdaIN
from vidstyle.stylizers.adain_timm_networks import adain_timm_networks
from vidstyle.weights.store import WeightStore

ENCODER, STRIDE = "mobilenetv3_small_050", 8
NOTES = {"kind": "adain-timm", "encoder": ENCODER, "stride": str(STRIDE)}
CPU = partial(open_eager, device="cpu")


@pytest.fixture(scope="module")
def network() -> TimmAdaIN:
    torch.manual_seed(0)
    encoder = TimmEncoder(ENCODER, stride=STRIDE)
    return TimmAdaIN(encoder, MirroredDecoder(encoder.channels, stride=STRIDE)).eval()


@pytest.fixture(scope="module")
def weights(network: TimmAdaIN, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(network, tmp_path_factory.mktemp("weights") / "network.safetensors")


def saved(network: TimmAdaIN, path: Path, **changes: str) -> Path:
    safetensors.torch.save_file(network.state_dict(), path, metadata={**NOTES, **changes})
    return path


def painting() -> Style:
    colours = np.random.default_rng(1).integers(0, 256, (64, 80, 3), np.uint8)
    return Style(name="painting", picture=colours)


def test_frames_are_painted_by_encoder_and_decoder(network: TimmAdaIN, weights: Path) -> None:
    stylizer = AdaIN.load(adain_timm_networks(weights), open_engine=CPU, strength=0.0)
    stylizer.set_style([painting()])
    frames = np.random.default_rng(0).integers(0, 256, (2, 48, 56, 3), np.uint8)

    painted = stylizer.stylize(frames)

    pictures = torch.from_numpy(frames).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        expected = network.decoder(network.encoder(pictures)).clamp(0, 1) * 255
    assert np.abs(painted - expected.permute(0, 2, 3, 1).numpy()).max() <= 1
    assert stylizer.info == f"adain-timm {ENCODER} · eager · fp32 · cpu"
    stylizer.strength = 1.0
    assert not np.array_equal(stylizer.stylize(frames), painted), "the style makes a difference"


def test_any_size_is_padded_to_the_stride(weights: Path) -> None:
    stylizer = AdaIN.load(adain_timm_networks(weights), open_engine=CPU)
    stylizer.set_style([painting()])
    frames = np.zeros((1, 35, 41, 3), np.uint8)
    assert stylizer.stylize(frames).shape == frames.shape


def test_the_work_is_known_without_the_network(network: TimmAdaIN, weights: Path) -> None:
    features = torch.rand(1, network.encoder.channels, 32 // STRIDE, 48 // STRIDE)
    cost = network_cost(network.decoder, features)
    expected = adain_timm_networks(weights).transfer.multiply_adds
    assert cost.multiply_adds / (32 * 48) == pytest.approx(expected, rel=0.01)


def test_openvino_runs_it(weights: Path, tmp_path: Path) -> None:
    transfer = adain_timm_networks(weights).transfer.at(height=64, width=64)
    record, _ = make_workshop(tmp_path).build(transfer, precisions=[Precision.FP32])
    assert record.key.network == f"adain-timm {ENCODER}"


def test_a_network_is_needed(weights: Path) -> None:
    with pytest.raises(UsageError, match=r"adain-timm needs a network .*: --weights PATH"):
        make_stylizer(Method.ADAIN_TIMM)
    stylizer = make_stylizer(
        Method.ADAIN_TIMM, store=WeightStore(own={"adain-timm": weights}), open_engine=CPU
    )
    with pytest.raises(UsageError, match="adain-timm needs a style: none was set"):
        stylizer.stylize(np.zeros((1, 32, 32, 3), np.uint8))


def test_files_of_something_else_are_told(network: TimmAdaIN, tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match="does not say which encoder of timm"):
        adain_timm_networks(saved(network, tmp_path / "strange.safetensors", stride="wide"))
    bare = tmp_path / "bare.safetensors"
    safetensors.torch.save_file(network.encoder.state_dict(), bare, metadata=NOTES)
    with pytest.raises(VidstyleError, match="is no network of adain-timm: it has no decoder"):
        adain_timm_networks(bare)
