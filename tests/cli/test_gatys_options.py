"""The options of `--method gatys`, as a user writes them."""

from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from vidstyle.cli.gatys_options import gatys_options, with_gatys_options
from vidstyle.errors import UsageError
from vidstyle.stylizers.gatys.options import Features, GatysOptions, Optimizer, Preset, Start


def test_nothing_chosen_is_nothing() -> None:
    assert gatys_options() is None


def test_everything_can_be_chosen() -> None:
    options = gatys_options(
        features="vgg16",
        content_layers="relu2_2",
        style_layers="relu1_2,relu3_3",
        optimizer="adam",
        learning_rate=0.2,
        iterations="50,20",
        init="noise",
        preset="tutorial",
        content_weight=2.0,
        style_weight=3.0,
        tv_weight=4.0,
        temporal_weight=5.0,
        scales=2,
        style_scale=0.5,
        batch=3,
        backward=True,
        seed=7,
    )

    assert options == GatysOptions(
        features=Features.VGG16,
        content_layers=("relu2_2",),
        style_layers=("relu1_2", "relu3_3"),
        optimizer=Optimizer.ADAM,
        learning_rate=0.2,
        iterations=50,
        following_iterations=20,
        start=Start.NOISE,
        preset=Preset.TUTORIAL,
        content_weight=2.0,
        style_weight=3.0,
        total_variation_weight=4.0,
        temporal_weight=5.0,
        scales=2,
        style_scale=0.5,
        batch=3,
        backward=True,
        seed=7,
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"iterations": "many"}, "'many' is not a number of iterations"),
        ({"iterations": "1,2,3"}, "'1,2,3' is not a number of iterations"),
        ({"init": "noise", "iterations": "0"}, "noise to start with needs iterations"),
        ({"style_layers": " , "}, "' , ' names no layer"),
        ({"backward": True, "temporal_weight": 0.0, "init": "content"}, "backward changes nothing"),
        ({"optimizer": "sgd"}, "optimizer 'sgd' is not one of lbfgs, adam, adamw"),
        ({"features": "vgg91"}, r"did you mean 'vgg19'\?"),
        ({"style_weight": -1.0}, "style weight -1 must be a finite number, 0 or more"),
    ],
)
def test_what_cannot_work_is_one_line(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        gatys_options(**options)


def test_a_command_gets_them_beside_its_own() -> None:
    seen: list[Any] = []

    @with_gatys_options
    def paint(
        source: Annotated[str, typer.Argument()], loud: bool = False, gatys: Any = None
    ) -> None:
        """What it does."""
        seen.append((source, loud, gatys))

    app = typer.Typer()
    app.command()(paint)
    runner = CliRunner()
    for arguments in (["a.jpg"], ["a.jpg", "--loud", "--seed", "3", "--backward"]):
        assert runner.invoke(app, arguments).exit_code == 0

    assert seen == [
        ("a.jpg", False, None),
        ("a.jpg", True, GatysOptions(seed=3, backward=True)),
    ]
    assert "--seed" in runner.invoke(app, ["--help"]).output
