from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vidstyle.engines import open_eager
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.cyclegan import ResnetGenerator
from vidstyle.nets.generator_shape import GeneratorShape, Upsampling
from vidstyle.nets.johnson import TransformerNet
from vidstyle.stylizers import cyclegan
from vidstyle.stylizers.cyclegan import CycleGAN
from vidstyle.stylizers.style import Style
from vidstyle.training.checkpoint import export

CPU = partial(open_eager, device="cpu")
SHAPE = GeneratorShape(widths=(4, 6, 8), block_widths=(8, 8), upsampling=Upsampling.RESIZE)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "netG.pth"
    torch.save(ResnetGenerator(SHAPE).state_dict(), path)
    return path


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cyclegan, "_TILE", 128)
    monkeypatch.setattr(cyclegan, "free_bytes", lambda _device: 1_000_000)


def loaded(checkpoint: Path, **options: float) -> CycleGAN:
    stylizer = CycleGAN.load(open_engine=CPU, **options)
    stylizer.set_style([Style(name="mine", checkpoint=checkpoint)])
    return stylizer


def scene(height: int, width: int) -> NDArray[np.uint8]:
    """Smooth areas and edges, of no even brightness."""
    coarse = np.random.default_rng(3).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    ramp = np.linspace(0.2, 1, width)[:, np.newaxis]
    return np.asarray(picture * ramp, np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (5, 7), (64, 48), (99, 130)])
def test_frames_of_any_size(checkpoint: Path, size: tuple[int, int]) -> None:
    frames = np.stack([scene(*size)] * 3)

    assert loaded(checkpoint).stylize(frames).shape == frames.shape


def test_strength_blends_with_the_content(checkpoint: Path) -> None:
    frames = scene(32, 32)[np.newaxis]
    stylizer = loaded(checkpoint, strength=0.0)
    assert np.array_equal(stylizer.stylize(frames), frames)

    stylizer.strength = 1.0
    assert not np.array_equal(stylizer.stylize(frames), frames)


def test_a_batch_is_painted_as_its_frames_are(checkpoint: Path) -> None:
    stylizer = loaded(checkpoint)
    frames = np.stack([scene(40, 44), scene(40, 44)[::-1]])

    together = stylizer.stylize(frames)

    alone = np.concatenate([stylizer.stylize(frame[np.newaxis]) for frame in frames])
    assert np.abs(together.astype(int) - alone).max() <= 1


def test_more_frames_than_memory_holds_go_through(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stylizer = loaded(checkpoint)
    frames = np.stack([scene(40, 44)] * 3)
    wanted = stylizer.stylize(frames)
    monkeypatch.setattr(cyclegan, "free_bytes", lambda _device: 1)

    found = stylizer.stylize(frames)

    assert np.abs(found.astype(int) - wanted).max() <= 1
    assert "tiles" not in stylizer.info, "they are no larger than a tile"


@pytest.mark.usefixtures("little_memory")
def test_large_pictures_are_painted_in_tiles_without_seams(checkpoint: Path) -> None:
    frame = scene(300, 260)
    stylizer = loaded(checkpoint)
    stylizer.prepare(height=300, width=260)

    painted = stylizer.stylize(frame[np.newaxis])[0].astype(int)

    assert stylizer.info.endswith("tiles of 128")
    assert painted.shape == frame.shape
    steps = np.abs(np.diff(painted, axis=1)).mean(axis=(0, 2))
    seam = 128 - SHAPE.reach - 1
    around = np.r_[steps[seam - 8 : seam - 1], steps[seam + 2 : seam + 9]]
    assert steps[seam] <= around.max() + 0.5


@pytest.mark.usefixtures("little_memory")
def test_tiles_have_the_colours_of_the_whole(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = scene(240, 240)[np.newaxis]
    tiled = loaded(checkpoint).stylize(frame).astype(float)
    monkeypatch.setattr(cyclegan, "free_bytes", lambda _device: None)
    whole = loaded(checkpoint).stylize(frame).astype(float)

    # Parts are compared: with statistics of its own, each would have the mean of all.
    parts = [each.reshape(4, 60, 4, 60, 3).mean(axis=(1, 3)) for each in (tiled[0], whole[0])]
    assert np.abs(parts[0] - parts[1]).max() < 0.25 * (parts[1].max() - parts[1].min())


def test_ones_own_training_is_known_by_its_weights(tmp_path: Path) -> None:
    path = tmp_path / "network.safetensors"
    export(ResnetGenerator(SHAPE).state_dict(), path, about={"kind": "cyclegan", "blocks": "2"})

    assert loaded(path).stylize(scene(16, 16)[np.newaxis]).shape == (1, 16, 16, 3)
    assert loaded(path).info == "cyclegan-mine · eager · fp32 · cpu"


def test_a_published_generator_is_loaded(shared_weights: Path) -> None:
    path = shared_weights / "cyclegan_horse2zebra_gancompressed.fp16.safetensors"

    assert loaded(path).stylize(scene(60, 70)[np.newaxis]).std() > 20


def test_a_style_is_needed() -> None:
    stylizer = CycleGAN.load(open_engine=CPU)
    with pytest.raises(UsageError, match=r"exactly one style, not 0 \(none\)"):
        stylizer.set_style([])
    with pytest.raises(UsageError, match="none was set"):
        stylizer.stylize(scene(8, 8)[np.newaxis])
    with pytest.raises(UsageError, match="weights file for style starry, not a picture"):
        stylizer.set_style([Style(name="starry")])


def test_what_is_no_generator_is_told(tmp_path: Path) -> None:
    other, damaged = tmp_path / "johnson.pth", tmp_path / "cut.safetensors"
    torch.save(TransformerNet(width=2).state_dict(), other)
    damaged.write_bytes(b"nothing")
    noted = tmp_path / "noted.safetensors"
    export({"weight": torch.zeros(1)}, noted, about={"kind": "slim-johnson"})

    with pytest.raises(VidstyleError, match=r"johnson\.pth is not a generator of CycleGAN"):
        loaded(other)
    with pytest.raises(VidstyleError, match="damaged"):
        loaded(damaged)
    with pytest.raises(UsageError, match="is a network of slim-johnson, not of cyclegan"):
        loaded(noted)
