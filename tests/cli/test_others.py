"""`vidstyle image`, `styles` and `doctor`."""

import json
import re
import signal
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Call
from vidstyle.video.pictures import read_picture, write_picture


def test_image_repaints_a_picture(vidstyle: Call, tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.zeros((20, 30, 3), np.uint8))
    outcome = vidstyle("image", tmp_path / "a.png", "-m", "identity", "-o", tmp_path / "b.png")
    assert outcome.code == 0
    assert outcome.err.splitlines() == ["identity · 1 picture", f"done: {tmp_path / 'b.png'}"]


def test_image_takes_sizes_and_a_mask(vidstyle: Call, tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.zeros((20, 30, 3), np.uint8))
    write_picture(tmp_path / "mask.png", np.full((9, 9, 3), 255, np.uint8))
    sizes = ["--size", "16", "--output-size", "40", "--detail", "1"]
    regions = ["--mask", tmp_path / "mask.png", "--invert-mask"]
    outcome = vidstyle(
        "image", tmp_path / "a.png", "-m", "identity", "-o", tmp_path / "b.png", *sizes, *regions
    )
    assert outcome.code == 0, outcome.err
    assert read_picture(tmp_path / "b.png").shape == (40, 60, 3)


def test_image_optimises_and_tells_the_losses(vidstyle: Call, tmp_path: Path) -> None:
    for name in ("a.png", "style.png"):
        picture = np.random.default_rng(len(name)).integers(0, 255, (40, 48, 3), np.uint8)
        write_picture(tmp_path / name, picture)
    quickly = ["--features", "shipped", "--iterations", "2", "--scales", "1", "--device", "cpu"]
    outcome = vidstyle(
        "image",
        tmp_path / "a.png",
        *("-m", "gatys", "-s", tmp_path / "style.png", "-o", tmp_path / "b.png"),
        *("--report", tmp_path / "run.json", *quickly),
    )
    assert outcome.code == 0, outcome.err
    assert outcome.err.startswith("gatys shipped, lbfgs, 2 iterations")
    (painted,) = json.loads((tmp_path / "run.json").read_text())["painted"]
    assert set(painted["losses"]) >= {"content", "style"}


def test_image_fails_where_some_pictures_are_broken_and_keeps_the_others(
    vidstyle: Call, tmp_path: Path
) -> None:
    write_picture(tmp_path / "a.png", np.zeros((20, 30, 3), np.uint8))
    (tmp_path / "b.png").write_bytes(b"broken")
    outcome = vidstyle("image", tmp_path, "-m", "identity", "-o", tmp_path / "out")
    assert outcome.code == 1
    assert "b.png is not a picture" in outcome.err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["a.png"]


def test_image_interrupted_says_so_and_has_the_code_of_ctrl_c(
    vidstyle: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_: object, frames: np.ndarray) -> np.ndarray:
        signal.raise_signal(signal.SIGINT)
        return frames

    monkeypatch.setattr("vidstyle.stylizers.identity.Identity.stylize", press)
    write_picture(tmp_path / "a.png", np.zeros((20, 30, 3), np.uint8))
    outcome = vidstyle("image", tmp_path / "a.png", "-m", "identity", "-o", tmp_path / "b.png")
    assert outcome.code == 130
    assert outcome.err.splitlines()[-1] == f"interrupted, complete so far: {tmp_path / 'b.png'}"


def test_styles_lists_what_is_at_hand(
    vidstyle: Call, shared_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    outcome = vidstyle("styles")
    assert outcome.code == 0
    adain, johnson = outcome.out.splitlines()[:2]
    assert adain.startswith("adain: ")
    assert "starry_night" in adain
    assert johnson.startswith("johnson: ")
    assert "candy" in johnson


def test_doctor_names_what_is_missing_and_what_to_do(vidstyle: Call) -> None:
    outcome = vidstyle("doctor")
    assert outcome.code == 0
    for what in ("Python", "PyTorch", "GPU", "TensorRT", "FFmpeg", "h264", "Cameras"):
        assert what in outcome.out
    assert "put candy.pth (pytorch/examples, fast_neural_style) where" in outcome.out
    assert re.search(r"ok +adain-lite +comes with vidstyle", outcome.out)


def test_doctor_finds_weights(
    vidstyle: Call, shared_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    assert str(shared_weights / "johnson_candy.fp16.safetensors") in vidstyle("doctor").out
