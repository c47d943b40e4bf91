from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.engines.elsewhere import open_as_on_a_gpu
from tests.runs.checkpoints import johnson_checkpoint
from tests.stylizers.fakes import FakeEngine
from tests.stylizers.lite_weights import adain_lite_weights, slim_johnson_weights
from vidstyle.engines import Network, open_eager
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.johnson import TransformerNet
from vidstyle.stylizers.johnson import Johnson, johnson_network
from vidstyle.stylizers.style import Style
from vidstyle.training.checkpoint import export
from vidstyle.video.colour import BT709_LIMITED

CPU = partial(open_eager, device="cpu")
BLACK = np.zeros((2, 5, 7, 3), np.uint8)


def whitened(frames: NDArray[Any], strength: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.round(frames + (255 - frames) * strength), np.uint8)


def johnson(**options: float) -> Johnson:
    return Johnson(lambda style: FakeEngine(whitened, f"johnson-{style.name}"), **options)


def test_the_network_of_the_style_is_used() -> None:
    stylizer = johnson()
    stylizer.set_style([Style(name="candy")])

    assert stylizer.info == "johnson-candy · eager · fp32 · cpu"
    assert np.array_equal(stylizer.stylize(BLACK), BLACK + 255)


def test_strength_blends_with_the_content() -> None:
    stylizer = johnson(strength=0.2)
    stylizer.set_style([Style(name="candy")])
    assert np.unique(stylizer.stylize(BLACK)).tolist() == [51]

    stylizer.strength = 0.0
    assert np.array_equal(stylizer.stylize(BLACK), BLACK)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_is_from_zero_to_one(strength: float) -> None:
    with pytest.raises(UsageError, match="must be from 0"):
        johnson(strength=strength)


def test_styles_cannot_be_mixed() -> None:
    with pytest.raises(UsageError, match=r"exactly one style, not 2 \(candy, udnie\)"):
        johnson().set_style([Style(name="candy"), Style(name="udnie")])


def test_a_style_is_needed() -> None:
    with pytest.raises(UsageError, match=r"exactly one style, not 0 \(none\)"):
        johnson().set_style([])
    with pytest.raises(UsageError, match="none was set"):
        johnson().stylize(BLACK)
    with pytest.raises(UsageError, match="weights file for style starry"):
        Johnson.load(open_engine=CPU).set_style([Style(name="starry")])


def test_a_checkpoint_of_ones_own(tmp_path: Path) -> None:
    torch.save(TransformerNet().state_dict(), tmp_path / "mine.pth")
    stylizer = Johnson.load(open_engine=CPU)
    stylizer.set_style([Style(name="mine", checkpoint=tmp_path / "mine.pth")])

    assert stylizer.info == "johnson-mine · eager · fp32 · cpu"
    assert stylizer.stylize(BLACK).shape == BLACK.shape


def test_a_slim_network_is_known_by_its_notes(tmp_path: Path) -> None:
    checkpoint = slim_johnson_weights(tmp_path / "slim.safetensors")
    stylizer = Johnson.load(open_engine=CPU)
    stylizer.set_style([Style(name="slim", checkpoint=checkpoint)])

    result = stylizer.stylize(np.random.default_rng(0).integers(0, 256, (2, 37, 50, 3), np.uint8))

    assert result.shape == (2, 37, 50, 3)
    assert result.std() > 1, "it paints something"


def test_planes_in_place_of_pictures(tmp_path: Path) -> None:
    checkpoint = slim_johnson_weights(tmp_path / "slim.safetensors")
    conversion = BT709_LIMITED.conversion
    stylizer = Johnson.load(open_engine=open_as_on_a_gpu)
    assert stylizer.planar(conversion, height=36, width=48) is None, "it has no network yet"
    stylizer.set_style([Style(name="slim", checkpoint=checkpoint)])
    assert stylizer.planar(conversion, height=38, width=48) is None, "it would be padded"

    planar = stylizer.planar(conversion, height=36, width=48)

    assert planar is not None
    painted = planar.stylize(np.full((2, 54, 48), 128, np.uint8))
    assert painted.shape == (2, 54, 48)
    assert planar.info == "johnson-slim yuv420p · eager · fp32 · cuda:0"
    assert stylizer.info == "johnson-slim · eager · fp32 · cuda:0"


def test_a_trained_network_of_another_width(tmp_path: Path) -> None:
    checkpoint = tmp_path / "narrow.safetensors"
    about = {"kind": "johnson", "width": "4"}
    export(TransformerNet(width=4).state_dict(), checkpoint, about=about)
    stylizer = Johnson.load(open_engine=CPU)
    stylizer.set_style([Style(name="narrow", checkpoint=checkpoint)])

    assert stylizer.stylize(BLACK).shape == BLACK.shape


def test_styles_of_one_structure_differ_in_their_weights_alone(tmp_path: Path) -> None:
    def network(checkpoint: Path) -> Network:
        return johnson_network(Style(name=checkpoint.stem, checkpoint=checkpoint))

    slim = [
        network(slim_johnson_weights(tmp_path / f"slim-{seed}.safetensors", seed=seed))
        for seed in range(2)
    ]
    published = johnson_checkpoint(tmp_path / "published.pth")
    narrow = tmp_path / "narrow.safetensors"
    export(TransformerNet(width=4).state_dict(), narrow, about={"kind": "johnson", "width": "4"})

    assert slim[0].weights != slim[1].weights
    assert slim[0].structure == slim[1].structure
    assert len({slim[0].structure, network(published).structure, network(narrow).structure}) == 3


def test_a_network_of_another_method_is_refused(tmp_path: Path) -> None:
    checkpoint = adain_lite_weights(tmp_path / "any.safetensors")
    with pytest.raises(UsageError, match="is a network of adain-lite, not of johnson"):
        Johnson.load(open_engine=CPU).set_style([Style(name="any", checkpoint=checkpoint)])


def test_a_failed_change_keeps_the_old_style(tmp_path: Path) -> None:
    torch.save(TransformerNet().state_dict(), tmp_path / "mine.pth")
    stylizer = Johnson.load(open_engine=CPU)
    stylizer.set_style([Style(name="mine", checkpoint=tmp_path / "mine.pth")])

    with pytest.raises(VidstyleError, match="No such file"):
        stylizer.set_style([Style(name="other", checkpoint=tmp_path / "other.pth")])

    assert stylizer.info.startswith("johnson-mine")


def test_candy_is_colourful(shared_weights: Path) -> None:
    checkpoint = shared_weights / "johnson_candy.fp16.safetensors"
    stylizer = Johnson.load(open_engine=CPU)
    stylizer.set_style([Style(name="candy", checkpoint=checkpoint)])
    noise = np.random.default_rng(0).integers(100, 150, (1, 61, 70, 3), np.uint8)

    result = stylizer.stylize(noise)[0].astype(int)

    assert result.shape == (61, 70, 3)
    red, _, blue = result.mean((0, 1))
    assert red > blue + 15, "candy is red and yellow"
    edges = np.concatenate([result[0], result[-1], result[:, 0], result[:, -1]])
    assert abs(edges.mean() - result.mean()) < 40, "the borders look as the rest"
