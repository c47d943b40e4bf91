from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.engines.tiny import picture_network
from tests.stylizers.fakes import FakeEngine
from vidstyle.engines import Backend, Engine, EngineInfo, Input, Network, Precision, open_eager
from vidstyle.engines.sized import by_size
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.adain import AdaINDecoder
from vidstyle.stylizers.adain import AdaIN
from vidstyle.stylizers.adain_networks import adain_networks
from vidstyle.stylizers.style import Style
from vidstyle.weights.store import WeightStore

Frames = NDArray[np.uint8]
CPU = partial(open_eager, device="cpu")


def mean_colour(picture: Frames) -> NDArray[np.float32]:
    """Statistics with the mean colour as means, its double as deviations."""
    mean = picture.mean((1, 2), dtype=np.float32).reshape(1, 3, 1, 1)
    return np.stack([mean, 2 * mean])


def tinted(
    frames: Frames, mean: NDArray[Any], std: NDArray[Any], alpha: NDArray[Any]
) -> NDArray[Any]:
    assert np.array_equal(std, 2 * mean)
    return np.asarray(np.round(frames * (1 - alpha) + mean.reshape(3) * alpha), np.uint8)


def adain(*, strength: float = 1.0) -> AdaIN:
    engines = FakeEngine(mean_colour), FakeEngine(tinted, "adain-fake")
    return AdaIN(statistics=engines[0], transfer=engines[1], multiple=4, strength=strength)


def plain(value: int, name: str = "plain", *, share: float = 1.0, side: int = 40) -> Style:
    return Style(name=name, picture=np.full((side, side, 3), value, np.uint8), share=share)


BLACK = np.zeros((2, 5, 7, 3), np.uint8)


def test_the_style_arrives() -> None:
    stylizer = adain()
    stylizer.set_style([plain(80)])

    result = stylizer.stylize(BLACK)

    assert result.shape == BLACK.shape
    assert np.unique(result).tolist() == [80]


def test_planes_in_place_of_pictures() -> None:
    per_channel = Input(dtype="float32", shape=(1, 3, 1, 1))
    strength = Input(dtype="float32", shape=(1,))
    pictures = Input(dtype="uint8", shape=(None, None, None, 3))
    network = picture_network(inputs=(pictures, per_channel, per_channel, strength))
    info = EngineInfo(
        network="tiny", backend=Backend.TENSORRT, precision=Precision.FP16, device="cuda:0"
    )
    opened: list[FakeEngine] = []

    def open_network(sized: Network) -> Engine:
        opened.append(FakeEngine(lambda planes, *_: planes + 1, sized.name))
        return opened[-1]

    transfer = by_size(network, info=info, open_network=open_network)
    stylizer = AdaIN(statistics=FakeEngine(mean_colour), transfer=transfer, multiple=4)
    stylizer.set_style([plain(80)])
    conversion = np.ones((2, 3, 4), np.float32)
    assert stylizer.planar(conversion, height=38, width=40) is None, "it would be padded"
    planar = stylizer.planar(conversion, height=36, width=40)
    assert planar is not None
    planes = np.zeros((1, 54, 40), np.uint8)

    assert np.array_equal(planar.stylize(planes), planes + 1)
    ((given, mean, std, alpha, last),) = opened[0].calls
    assert given is planes
    assert (mean.shape, std.shape, alpha.shape) == ((1, 3, 1, 1), (1, 3, 1, 1), (1,))
    assert last is conversion
    assert planar.info.startswith("tiny yuv420p")


def test_a_mix_is_weighted_by_the_shares() -> None:
    stylizer = adain()
    stylizer.set_style([plain(100, share=3), plain(20, share=1)])

    assert np.unique(stylizer.stylize(BLACK)).tolist() == [80]


def test_strength_may_change_while_running() -> None:
    stylizer = adain(strength=0.5)
    stylizer.set_style([plain(80)])
    results = []
    for strength in (0.5, 0.0, 1.0):
        stylizer.strength = strength
        assert stylizer.strength == strength
        results.append(int(stylizer.stylize(BLACK)[0, 0, 0, 0]))

    assert results == [40, 0, 80]


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), float("inf")])
def test_strength_is_from_zero_to_one(strength: float) -> None:
    with pytest.raises(UsageError, match="must be from 0"):
        adain(strength=strength)
    with pytest.raises(UsageError, match="must be from 0"):
        adain().strength = strength


def test_styles_are_encoded_once_and_not_too_large() -> None:
    statistics = FakeEngine(mean_colour)
    stylizer = AdaIN(statistics=statistics, transfer=FakeEngine(tinted), multiple=4)
    stylizer.set_style([plain(1, side=1030), plain(2, side=33)])
    for _ in range(3):
        stylizer.stylize(BLACK)

    assert [inputs[0].shape for inputs in statistics.calls] == [(1, 512, 512, 3), (1, 36, 36, 3)]


def test_a_style_is_needed() -> None:
    with pytest.raises(UsageError, match="none was set"):
        adain().stylize(BLACK)
    with pytest.raises(UsageError, match="at least one style"):
        adain().set_style([])
    with pytest.raises(UsageError, match="needs a picture for style candy"):
        adain().set_style([Style(name="candy", checkpoint=Path("candy.pth"))])


def test_missing_weights_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"put wct_decoder_relu3_1\S+ ") as caught:
        adain_networks(WeightStore(folders=[], cache=tmp_path))

    assert "\n" not in str(caught.value)


def test_the_published_network(shared_weights: Path) -> None:
    stylizer = AdaIN.load(adain_networks(WeightStore(folders=[shared_weights])), open_engine=CPU)
    assert stylizer.info == "adain-vgg19 relu3_1 · eager · fp32 · cpu"
    grey = np.random.default_rng(0).integers(90, 160, (2, 45, 50, 3), np.uint8)

    colours = {}
    for name, colour in {"red": (220, 30, 30), "blue": (30, 30, 220)}.items():
        stylizer.set_style([Style(name=name, picture=np.full((64, 64, 3), colour, np.uint8))])
        result = stylizer.stylize(grey)
        assert result.shape == grey.shape
        colours[name] = result.mean((0, 1, 2))

    assert colours["red"][0] > colours["red"][2] + 30, "red is channel 0"
    assert colours["blue"][2] > colours["blue"][0] + 30


def test_the_papers_decoder_is_used_where_it_is(shared_weights: Path, tmp_path: Path) -> None:
    torch.save(AdaINDecoder().state_dict(), tmp_path / "decoder.pth")
    store = WeightStore(folders=[tmp_path, shared_weights])

    stylizer = AdaIN.load(adain_networks(store), open_engine=CPU)
    stylizer.set_style([plain(80)])

    assert stylizer.info.startswith("adain-vgg19 relu4_1 ")
    assert stylizer.stylize(BLACK).shape == BLACK.shape
