from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines.elsewhere import open_as_on_a_gpu
from tests.stylizers.fakes import FakeEngine
from tests.stylizers.lite_weights import adain_lite_weights, slim_johnson_weights
from vidstyle.engines import open_eager
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.style import Style
from vidstyle.video.colour import BT709_LIMITED

Frames = NDArray[np.uint8]
CPU = partial(open_eager, device="cpu")

BLACK = np.zeros((2, 5, 7, 3), np.uint8)


def mean_colour(picture: Frames) -> NDArray[np.float32]:
    """The mean colour as code."""
    return np.asarray(picture.mean((1, 2)), np.float32)


def tinted(frames: Frames, code: NDArray[Any], strength: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.round(frames * (1 - strength) + code * strength), np.uint8)


def adain(**options: float) -> AdaINLite:
    engines = FakeEngine(mean_colour), FakeEngine(tinted)
    return AdaINLite(encoder=engines[0], transfer=engines[1], **options)


def plain(value: int, *, share: float = 1.0, size: tuple[int, int] = (40, 40)) -> Style:
    return Style(name="plain", picture=np.full((*size, 3), value, np.uint8), share=share)


def level(stylizer: AdaINLite, frames: Frames = BLACK) -> int:
    """The one level that all of the result has."""
    result = stylizer.stylize(frames)
    assert result.shape == frames.shape
    (found,) = np.unique(result).tolist()
    return int(found)


def test_the_style_arrives() -> None:
    stylizer = adain()
    stylizer.set_style([plain(80)])

    assert level(stylizer) == 80


def test_a_mix_is_weighted_by_the_shares() -> None:
    stylizer = adain()
    stylizer.set_style([plain(100, share=3), plain(20, share=1)])

    assert level(stylizer) == 80


def test_a_code_takes_the_place_of_a_picture() -> None:
    stylizer = adain()
    stylizer.set_style([Style(name="named", code=np.full((1, 3), 60, np.float32)), plain(20)])

    assert level(stylizer) == 40


def test_strength_may_change_while_running() -> None:
    stylizer = adain(strength=0.5)
    stylizer.set_style([plain(80)])
    levels = []
    for strength in (0.5, 0.0, 1.0):
        stylizer.strength = strength
        assert stylizer.strength == strength
        levels.append(level(stylizer))

    assert levels == [40, 0, 80]


@pytest.mark.parametrize(
    ("size", "encoded_at"),
    [
        ((1024, 2048), (256, 512)),
        ((300, 100), (768, 256)),
        ((32, 48), (256, 384)),
        ((1, 4000), (256, 1024)),
        ((5000, 2), (1024, 256)),
    ],
)
def test_pictures_are_encoded_at_the_size_of_training(
    size: tuple[int, int], encoded_at: tuple[int, int]
) -> None:
    encoder = FakeEngine(mean_colour)
    stylizer = AdaINLite(encoder=encoder, transfer=FakeEngine(tinted))
    stylizer.set_style([plain(7, size=size)])
    stylizer.stylize(BLACK)

    ((encoded,),) = encoder.calls
    assert encoded.shape == (1, *encoded_at, 3)
    assert np.unique(encoded).tolist() == [7]


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), float("inf")])
def test_strength_is_from_zero_to_one(strength: float) -> None:
    with pytest.raises(UsageError, match="must be from 0"):
        adain(strength=strength)
    with pytest.raises(UsageError, match="must be from 0"):
        adain().strength = strength


def test_a_style_is_needed() -> None:
    with pytest.raises(UsageError, match="none was set"):
        adain().stylize(BLACK)
    with pytest.raises(UsageError, match="at least one style"):
        adain().set_style([])
    with pytest.raises(UsageError, match="needs a picture for style candy"):
        adain().set_style([Style(name="candy", checkpoint=Path("candy.pth"))])


def test_a_network_as_training_wrote_it(tmp_path: Path) -> None:
    stylizer = AdaINLite.load(adain_lite_weights(tmp_path / "net.safetensors"), open_engine=CPU)
    noise = np.random.default_rng(0).integers(0, 255, (2, 45, 50, 3), np.uint8)

    results = []
    for style in (plain(30), plain(220)):
        stylizer.set_style([style])
        results.append(stylizer.stylize(noise))
        assert results[-1].shape == noise.shape

    assert stylizer.info == "adain-lite · eager · fp32 · cpu"
    assert np.abs(results[0].astype(int) - results[1]).mean() > 3, "styles differ"
    stylizer.strength = 0.0
    assert np.array_equal(stylizer.stylize(noise), noise)
    code = stylizer.encode(noise[0])
    assert code.shape == (1, code.size)
    assert code.dtype == np.float32


def test_a_weights_file_of_another_network(tmp_path: Path) -> None:
    slim = slim_johnson_weights(tmp_path / "slim.safetensors")
    with pytest.raises(VidstyleError, match="is no network of adain-lite"):
        AdaINLite.load(slim, open_engine=CPU)


@pytest.mark.parametrize("content", [None, b"", b"no tensors"])
def test_a_weights_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "net.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VidstyleError, match=r"net\.safetensors") as caught:
        AdaINLite.load(path, open_engine=CPU)
    assert "\n" not in str(caught.value)


def test_the_engine_gets_ready_for_the_style() -> None:
    told: list[Any] = []

    class Listening(FakeEngine):
        def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
            told.append(([each.ravel().tolist() for each in others], height, width))

    stylizer = AdaINLite(encoder=FakeEngine(mean_colour), transfer=Listening(tinted), strength=0.5)
    stylizer.prepare(height=36, width=64)
    stylizer.set_style([plain(30)])
    stylizer.prepare(height=36, width=64)

    assert told == [([], 36, 64), ([[30, 30, 30], [0.5]], 36, 64)]


def test_planes_of_frames_that_need_no_padding(tmp_path: Path) -> None:
    weights = adain_lite_weights(tmp_path / "net.safetensors")
    stylizer = AdaINLite.load(weights, open_engine=open_as_on_a_gpu, strength=0.5)
    stylizer.set_style([plain(30)])
    conversion = BT709_LIMITED.conversion
    for height, width in ((33, 48), (32, 49), (30, 48)):
        assert stylizer.planar(conversion, height=height, width=width) is None

    planar = stylizer.planar(conversion, height=34, width=48)

    assert planar is not None
    planar.prepare(height=34, width=48)
    assert planar.info == "adain-lite yuv420p · eager · fp32 · cuda:0"
    black = np.repeat(np.array([16] * 34 + [128] * 17, np.uint8)[:, None], 48, axis=1)
    painted = planar.stylize(np.stack([black, black]))
    assert painted.shape == (2, 51, 48)
    as_rgb = stylizer.stylize(np.zeros((1, 34, 48, 3), np.uint8))
    luma = as_rgb @ conversion[1, 0, :3] + conversion[1, 0, 3]
    assert np.abs(painted[0, :34] - luma[0]).max() <= 1
    assert stylizer.info == "adain-lite · eager · fp32 · cuda:0", "it still takes pictures"


def test_on_a_cpu_frames_are_best_given_as_rgb() -> None:
    stylizer = adain()
    stylizer.set_style([plain(30)])
    assert stylizer.planar(BT709_LIMITED.conversion, height=32, width=32) is None
