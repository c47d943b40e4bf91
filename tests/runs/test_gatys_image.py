"""Pictures by optimisation, with the network that comes with vidstyle."""

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.image import stylize_image
from vidstyle.runs.image_result import ImageResult
from vidstyle.runs.progress import Progress
from vidstyle.stylizers.gatys.options import Features, GatysOptions, Start
from vidstyle.video.pictures import read_picture, write_picture

OPTIONS = GatysOptions(features=Features.SHIPPED, iterations=2, scales=1)


def noise(seed: int, *, height: int = 40, width: int = 48) -> Any:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(("style.png", "a.png", "b.png")):
        write_picture(tmp_path / name, noise(number))
    return tmp_path


def paint(
    folder: Path, *names: str, output: str = "out.png", gatys: GatysOptions = OPTIONS, **more: Any
) -> ImageResult:
    return stylize_image(
        [folder / name for name in names],
        folder / output,
        method="gatys",
        styles=[folder / "style.png"],
        gatys=gatys,
        device="cpu",
        **more,
    )


def test_a_picture_is_painted(folder: Path) -> None:
    result = paint(folder, "a.png", output_size="32", report=folder / "run.json")

    assert result.network == "gatys shipped, lbfgs, 2 iterations (fp32, eager on cpu)" or (
        "bf16" in result.network
    )
    painted = read_picture(folder / "out.png")
    assert painted.shape == (32, 38, 3)
    report = json.loads((folder / "run.json").read_text())
    assert report["painted"][0]["iterations"] == 2
    assert sorted(path.name for path in folder.glob("*preview*")) == []


def test_pictures_do_not_know_of_each_other(folder: Path) -> None:
    paint(folder, "a.png", "b.png", output="both")
    paint(folder, "b.png", output="alone.png")

    np.testing.assert_array_equal(
        read_picture(folder / "both" / "b.png"), read_picture(folder / "alone.png")
    )


def test_the_same_seed_gives_the_same_picture(folder: Path) -> None:
    for number, seed in enumerate((1, 1, 2)):
        paint(
            folder,
            "a.png",
            output=f"out{number}.png",
            gatys=replace(OPTIONS, start=Start.NOISE, seed=seed),
        )
    first, again, other = (read_picture(folder / f"out{number}.png") for number in range(3))

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_interruption_writes_the_picture_as_it_is(folder: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.detail:
            signal.raise_signal(signal.SIGINT)

    result = paint(
        folder,
        "a.png",
        "b.png",
        output="both",
        gatys=replace(OPTIONS, iterations=100_000),
        on_progress=interrupt,
    )

    assert result.outputs == (folder / "both" / "a.png",)
    assert not np.array_equal(read_picture(folder / "both" / "a.png"), noise(1))
    assert result.notes == (f"{folder / 'both' / 'a.png'} is as it was by then, 1 more not begun",)
    assert result.failed == 0
    assert result.interrupted


def test_a_picture_that_is_called_like_a_preview_is_left_alone(folder: Path) -> None:
    for name in ("a.preview.png", "out.preview.png"):
        (folder / name).write_bytes((folder / "b.png").read_bytes())

    paint(folder, "a.preview.png", "a.png", output="both")
    paint(folder, "a.png", output="out.png")

    kept = {"a.preview.png", "out.preview.png", "out.png"}
    assert kept <= {path.name for path in folder.iterdir()}
    assert {path.name for path in (folder / "both").iterdir()} == {"a.png", "a.preview.png"}


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 8), (600, 12), (1, 400)])
def test_a_style_picture_may_be_small(folder: Path, width: int, height: int) -> None:
    small = np.random.default_rng(1).integers(0, 255, (height, width, 3)).astype(np.uint8)
    write_picture(folder / "style.png", small)

    assert paint(folder, "a.png", output="out.png").failed == 0


def test_a_broken_picture_does_not_stop_the_others(folder: Path) -> None:
    (folder / "b.png").write_bytes(b"no picture")

    result = paint(folder, "b.png", "a.png", output="both")

    assert (len(result.outputs), result.failed) == (1, 1)
    with pytest.raises(VidstyleError, match=r"b\.png is not a picture"):
        paint(folder, "b.png")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"backend": "openvino"}, "computed by PyTorch, not openvino: leave --backend out"),
        ({"precision": "int8"}, "precision 'int8' is not one of auto, fp32, bf16"),
        ({"build": True}, "gatys has no engine: leave --build out"),
        ({"size": "13000"}, r"needs about .* GB of memory .* add --size \d+"),
    ],
)
def test_what_cannot_work_is_told_before_it_begins(
    folder: Path, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(VidstyleError, match=told):
        paint(folder, "a.png", **arguments)
    assert not (folder / "out.png").exists()


def test_options_of_videos_are_refused(folder: Path) -> None:
    for options in (GatysOptions(batch=2), GatysOptions(backward=True)):
        with pytest.raises(UsageError, match="is for videos alone: leave it out"):
            paint(folder, "a.png", gatys=options)


def test_a_mask_leaves_the_rest_as_it_is(folder: Path) -> None:
    half = np.zeros((40, 48, 3), np.uint8)
    half[20:] = 255
    write_picture(folder / "mask.png", half)

    paint(folder, "a.png", mask=folder / "mask.png", size="20", detail=0.0)

    painted, source = read_picture(folder / "out.png"), noise(1)
    np.testing.assert_array_equal(painted[:20], source[:20])
    assert np.abs(painted[20:].astype(int) - source[20:]).mean() > 5


def test_its_options_are_its_own(folder: Path) -> None:
    with pytest.raises(UsageError, match="for gatys, not identity"):
        stylize_image(folder / "a.png", method="identity", gatys=OPTIONS)
