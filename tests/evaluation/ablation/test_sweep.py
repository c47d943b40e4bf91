"""Sweeps as their files say them."""

from pathlib import Path
from typing import Any

import pytest

from vidstyle.errors import UsageError
from vidstyle.evaluation.ablation.sweep import read_sweep
from vidstyle.stylizers.gatys.options import Optimizer, Start

_SWEEPS = Path(__file__).parents[3] / "configs" / "sweeps"

_FILE = """
[sweep]
folder = "out"
[grid]
optimizer = ["lbfgs", "adam"]
iterations = [3, 5]
[options]
start = "noise"
[[pairs]]
content = "a.png"
style = "b.png"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sweep.toml"
    path.write_text(_FILE)
    return path


def test_a_grid_is_all_combinations(file: Path) -> None:
    points = read_sweep(file).points()
    assert [(point.options.optimizer, point.options.iterations) for point in points] == [
        *((Optimizer.LBFGS, 3), (Optimizer.LBFGS, 5)),
        *((Optimizer.ADAM, 3), (Optimizer.ADAM, 5)),
    ]
    assert all(point.options.start is Start.NOISE for point in points)
    assert points[0].label == "lbfgs, iterations 3"
    assert points[0].slug == "lbfgs-iterations3"


def test_a_combination_that_is_named_twice_is_one(file: Path) -> None:
    settings = {"grid.optimizer": ["adam", "lbfgs", "Adam"], "grid.iterations": [5, 3, 5]}

    labels = [point.label for point in read_sweep(file, settings=settings).points()]

    assert labels == [
        *("adam, iterations 5", "adam, iterations 3"),
        *("lbfgs, iterations 5", "lbfgs, iterations 3"),
    ]


def test_settings_take_the_place_of_values(file: Path) -> None:
    sweep = read_sweep(file, settings={"sweep.size": 64, "grid.iterations": [1]})
    assert sweep.sweep.size == 64
    assert len(sweep.points()) == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sweep.sise": 64}, r"unknown key sweep\.sise \(did you mean 'size'\?\)"),
        ({"sweep.size": 3}, r"sweep\.size is 3: input should be greater"),
        ({"sweep.reference": "johnson"}, r"sweep\.reference is 'johnson': input should be 'adain'"),
        ({"sweep.folder": ""}, r"sweep\.folder is '': a path cannot be empty"),
        ({"sweep.folder": "a\0b"}, r"sweep\.folder is .*: a path cannot hold a NUL character"),
        ({"grid.optimiser": ["adam"]}, r"no option optimiser .*did you mean 'optimizer'"),
        ({"grid.optimizer": ["sgd"]}, "optimizer 'sgd' is not one of lbfgs, adam, adamw"),
        ({"grid.optimizer": [3]}, "optimizer 3 must be a name"),
        ({"grid.iterations": []}, r"grid\.iterations has no values"),
        ({"grid.iterations": ["many"]}, "a value is of the wrong kind"),
        ({"grid.iterations": [1.5]}, r"iterations 1\.5 must be a whole number"),
        ({"options.scales": 1.5}, r"scales 1\.5 must be a whole number"),
        ({"grid.start": ["content"]}, "start is in grid and in options"),
        ({"options.iterations": 0}, "iterations is in grid and in options"),
        ({"grid.iterations": [0]}, "noise to start with needs iterations"),
        ({"grid.optimizer": "adam"}, r"grid\.optimizer is 'adam': it must be a list, such as"),
        ({"grid.iterations": [True]}, r"grid\.iterations\.0 is True: it must be a name, a number"),
        ({"options.style_weight": True}, r"options\.style_weight is True: it must be a name, a"),
        ({"options.style_weight": [3, 4]}, r"style_weight is \[3, 4\]: it must be a name, a numb"),
        ({"options.style_weight": float("nan")}, "style weight nan must be a finite number"),
        ({"options.content_layers": "a"}, r"content_layers 'a' must be a list of names"),
        ({"options.batch": 2}, "no option batch for pictures"),
    ],
)
def test_what_is_wrong_is_told(file: Path, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_sweep(file, settings=settings)


def test_pairs_of_one_name_are_told(file: Path) -> None:
    file.write_text(_FILE + '[[pairs]]\ncontent = "other/a.png"\nstyle = "b.png"\n')
    with pytest.raises(UsageError, match="two pairs are called a-b"):
        read_sweep(file)


def test_no_file_and_no_toml_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read_sweep(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[sweep")
    with pytest.raises(UsageError, match="is not TOML"):
        read_sweep(tmp_path / "bad.toml")


@pytest.mark.parametrize("path", sorted(_SWEEPS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_sweeps_that_come_with_vidstyle_can_be_read(path: Path) -> None:
    sweep = read_sweep(path)
    assert len(sweep.points()) > 1
    root = path.parents[2]
    assert all((root / pair.content).exists() for pair in sweep.pairs)
    assert all((root / pair.style).exists() for pair in sweep.pairs)
