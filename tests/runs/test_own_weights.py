"""Networks of the user's own in the place of a method's."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
from numpy.typing import NDArray

from vidstyle.errors import UsageError
from vidstyle.runs.live.loading import listed_styles
from vidstyle.runs.loading import DEFAULT_STYLES, StyleWish, build_command, load_stylizer
from vidstyle.runs.own_weights import store_with
from vidstyle.runs.trial_pictures import sample
from vidstyle.stylizers import Method
from vidstyle.video.pictures import read_picture
from vidstyle.weights.notes import read_notes
from vidstyle.weights.store import WeightStore


def trained(path: Path, *, kind: str = "adain-lite", brighter: float = 0.0) -> Path:
    """The shipped adain-lite under another name, or one that paints all channels brighter."""
    shipped = WeightStore().fetch("adain-lite")
    state = safetensors.torch.load_file(shipped)
    state["trunk.head.bias"] += brighter
    safetensors.torch.save_file(state, path, metadata=read_notes(shipped) | {"kind": kind})
    return path


def test_a_network_takes_the_place_of_the_methods_own(tmp_path: Path) -> None:
    style = sample("starry.jpg")
    frames = read_picture(sample("ink.jpg"))[np.newaxis, :64, :64]

    def painted(weights: Path | None) -> NDArray[np.uint8]:
        stylizer = load_stylizer("adain", weights=weights, styles=[style], backend="eager")
        return stylizer.stylize(frames)

    own = painted(None)
    np.testing.assert_array_equal(painted(trained(tmp_path / "same.safetensors")), own)
    brighter = trained(tmp_path / "brighter.safetensors", brighter=0.5)
    assert painted(brighter).mean() > own.mean() + 20


def test_styles_by_name_are_of_the_shipped_network_alone(tmp_path: Path) -> None:
    weights = trained(tmp_path / "own.safetensors")
    with pytest.raises(UsageError, match="with --weights, give a picture"):
        load_stylizer("adain", weights=weights, styles=["starry_night"])

    alone = [StyleWish("a.jpg")]
    assert listed_styles(Method.ADAIN, alone, store_with(weights, Method.ADAIN)) == alone
    assert len(listed_styles(Method.ADAIN, alone, WeightStore())) > 1
    assert listed_styles(Method.ADAIN, [], WeightStore())[0].text == DEFAULT_STYLES[Method.ADAIN]


def test_the_command_that_builds_engines_names_the_weights() -> None:
    assert build_command(Method.ADAIN, [], weights=Path("my own.safetensors")) == (
        "vidstyle build-engine --method adain --weights 'my own.safetensors'"
    )


@pytest.mark.parametrize(
    ("method", "kind", "complaint"),
    [
        (
            "adain",
            "adain-vgg19",
            "network of adain-vgg19, not of adain-lite: add --method adain-vgg19",
        ),
        (
            "adain-vgg19",
            "adain-lite",
            "network of adain-lite, not of adain-vgg19: add --method adain",
        ),
        ("adain", "slim-johnson", "not of adain-lite: give it as --style of --method johnson"),
        ("adain", "adain-timm", "of adain-timm, not of adain-lite: add --method adain-timm"),
        ("johnson", "slim-johnson", "weights are styles of johnson: give .* as --style"),
        ("gatys", "adain-lite", "gatys takes no weights"),
    ],
)
def test_weights_of_another_method_say_where_they_go(
    tmp_path: Path, method: str, kind: str, complaint: str
) -> None:
    path = tmp_path / "own.safetensors"
    safetensors.numpy.save_file({"a": np.zeros(1, np.float32)}, path, metadata={"kind": kind})
    with pytest.raises(UsageError, match=complaint):
        load_stylizer(method, weights=path, styles=["a.jpg"])


def test_weights_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such weights file"):
        store_with(tmp_path / "none.safetensors", Method.ADAIN)


def test_the_state_of_a_run_is_told_from_its_network(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    path.touch()
    with pytest.raises(UsageError, match=r"last\.ckpt is the state of a .*: give network\.safeten"):
        store_with(path, Method.ADAIN_TIMM)
