from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.candidates import Candidate, open_candidate
from benchmarks.yardstick import square
from vidstyle.errors import UsageError
from vidstyle.nets.adain import AdaINDecoder
from vidstyle.nets.pictures import from_pictures
from vidstyle.training.checkpoint import export


def test_a_weights_file_is_opened_by_its_notes(tiny_weights: Path) -> None:
    candidate = open_candidate(str(tiny_weights))
    assert candidate.name == "tiny, step 7"
    assert candidate.own_style is None
    random = np.random.default_rng(0)
    candidate.set_style(random.integers(0, 256, (64, 64, 3), np.uint8))
    painted = candidate.paint(random.integers(0, 256, (50, 70, 3), np.uint8))
    assert painted.shape == (50, 70, 3)


def test_cost_tells_a_frame_from_a_style(tiny_weights: Path) -> None:
    candidate = open_candidate(str(tiny_weights))
    cost = candidate.cost()
    assert 0 < cost.frame_parameters < cost.parameters
    assert cost.multiply_adds > 0
    # Counted on a copy: the network itself can still paint.
    candidate.set_style(np.zeros((32, 32, 3), np.uint8))
    assert candidate.paint(np.zeros((32, 32, 3), np.uint8)).shape == (32, 32, 3)


def test_other_weights_have_another_key(tiny_weights: Path) -> None:
    candidate = open_candidate(str(tiny_weights))
    other = replace(candidate, frame=replace(candidate.frame, weights="0" * 64))
    assert candidate.key == open_candidate(str(tiny_weights)).key != other.key


def test_a_style_that_is_known_by_name_has_its_own_code() -> None:
    by_picture, by_name = open_candidate("adain-lite"), open_candidate("adain-lite-styles")
    assert by_picture.key != by_name.key
    random = np.random.default_rng(0)
    picture, frame = random.integers(0, 256, (2, 64, 64, 3), np.uint8)

    def painted(candidate: Candidate, name: str) -> NDArray[np.uint8]:
        candidate.set_style(picture, name=name)
        return candidate.paint(frame)

    unknown = painted(by_name, "picture")
    assert np.array_equal(unknown, painted(by_picture, "starry_night"))
    assert not np.array_equal(unknown, painted(by_name, "starry_night"))


def test_a_network_of_one_style_keeps_it(shared_weights: Path) -> None:
    candidate = open_candidate(str(shared_weights / "johnson_udnie.fp16.safetensors"))
    assert candidate.own_style is not None
    photograph = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)

    def painted(level: int) -> NDArray[np.uint8]:
        candidate.set_style(np.full((32, 32, 3), level, np.uint8))
        return candidate.paint(photograph)

    assert np.array_equal(painted(0), painted(255))


def test_a_trained_decoder_is_the_classics(tmp_path: Path, shared_weights: Path) -> None:
    path = tmp_path / "run" / "network.safetensors"
    path.parent.mkdir()
    torch.manual_seed(0)
    export(AdaINDecoder().state_dict(), path, about={"kind": "adain-vgg19", "step": "3"})
    candidate = open_candidate(str(path))
    assert candidate.name == "run, step 3"
    assert candidate.cost().multiply_adds == pytest.approx(483e3, rel=0.02)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UsageError, match="no network 'microsat'"):
        open_candidate("microsat")


def test_microast_is_the_published_network(score: ModuleType, shared_data: Path) -> None:
    """Its pictures are near the style: with a part of it wrong, the loss is above 2."""
    candidate = open_candidate("microast")
    content = square(shared_data / "val/content/bsds_2092.jpg", 128)
    style = square(shared_data / "val/style/kao_00002488.jpg", 128)
    candidate.set_style(style)
    painted = candidate.paint(content)
    vgg = score.Vgg()
    features = [vgg(from_pictures(each)) for each in (painted, style)]
    assert score.style_loss(*features) < 0.7


def test_microast_costs_what_is_published() -> None:
    cost = open_candidate("microast").cost()
    assert cost.parameters == pytest.approx(0.472e6, rel=0.01)
    assert cost.multiply_adds == pytest.approx(27_772, rel=0.01)
