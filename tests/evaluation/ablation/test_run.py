"""Sweeps that are carried out, with what comes with vidstyle."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.evaluation.ablation.conftest import MakeSweep
from vidstyle.errors import InterruptedRunError, UsageError, VidstyleError
from vidstyle.evaluation.ablation.run import Event, SweepResult, run_sweep
from vidstyle.evaluation.ablation.sweep import Sweep
from vidstyle.video.pictures import read_picture, write_picture
from vidstyle.weights.store import WeightStore

Run = Callable[[Sweep], tuple[SweepResult, list[Event]]]


@pytest.fixture
def run(store: WeightStore) -> Run:
    def run(sweep: Sweep) -> tuple[SweepResult, list[Event]]:
        events: list[Event] = []
        return run_sweep(sweep, device="cpu", store=store, on_event=events.append), events

    return run


def test_every_cell_has_a_picture_and_figures_and_the_tables_have_them_all(
    run: Run, make_sweep: MakeSweep, tmp_path: Path
) -> None:
    result, events = run(make_sweep({"optimizer": ["lbfgs", "adam"]}))
    assert result.failed == 0
    assert [event.name for event in events] == ["lbfgs--content-style", "adam--content-style"]
    for event in events:
        assert read_picture(tmp_path / "out" / f"{event.name}.png").shape == (40, 48, 3)
        assert event.result is not None
        assert len(event.result.course) == 2
    assert (tmp_path / "out/references/content-style.png").exists()
    rows = list(csv.DictReader((tmp_path / "out/results.csv").read_text().splitlines()))
    assert [(row["optimizer"], row["pair"], row["network"]) for row in rows] == [
        *(("lbfgs", "content-style", "shipped"), ("adam", "content-style", "shipped"))
    ]
    assert all(float(row["style"]) > 0 and float(row["ssim"]) <= 1 for row in rows)
    table = (tmp_path / "out/results.md").read_text()
    assert table.startswith("| optimizer | style loss | content loss | RMSE")
    assert "| adam |" in table
    assert read_picture(tmp_path / "out/results.png").ndim == 3


def test_what_is_done_is_not_done_again(run: Run, make_sweep: MakeSweep) -> None:
    run(make_sweep({"iterations": [1, 2]}))
    _, again = run(make_sweep({"iterations": [1, 2, 3]}))
    assert [event.stored for event in again] == [True, True, False]


def test_what_is_done_is_not_replaced_by_a_sweep_of_other_options(
    run: Run, make_sweep: MakeSweep, tmp_path: Path
) -> None:
    run(make_sweep({"iterations": [2]}))
    with pytest.raises(UsageError, match=r"iterations2--content-style.json is of other options"):
        run(make_sweep({"iterations": [1, 2]}, style_weight=9.0))
    assert not (tmp_path / "out/iterations1--content-style.png").exists()
    _, again = run(make_sweep({"iterations": [2]}))
    assert [event.stored for event in again] == [True]


def test_what_is_done_is_not_replaced_by_another_picture_of_the_same_name(
    run: Run, make_sweep: MakeSweep, pair: dict[str, Any]
) -> None:
    sweep = make_sweep({"optimizer": ["adam"]})
    run(sweep)
    reference = sweep.sweep.folder / "references/content-style.png"
    before = reference.read_bytes()
    write_picture(Path(pair["style"]), np.full((50, 60, 3), 90, np.uint8))
    with pytest.raises(UsageError, match="other options or pictures: name another --folder"):
        run(sweep)
    assert reference.read_bytes() == before


@pytest.mark.parametrize("damage", ["", "{}", "[1]"])
def test_a_damaged_cell_is_made_anew(
    run: Run, make_sweep: MakeSweep, tmp_path: Path, damage: str
) -> None:
    sweep = make_sweep({"optimizer": ["adam"]})
    run(sweep)
    (tmp_path / "out/adam--content-style.json").write_text(damage)
    _, events = run(sweep)
    assert [event.stored for event in events] == [False]
    assert json.loads((tmp_path / "out/adam--content-style.json").read_text())["score"]


def test_a_cell_that_fails_is_told_and_the_others_go_on(
    run: Run, make_sweep: MakeSweep, tmp_path: Path
) -> None:
    sweep = make_sweep({"content_layers": [["nowhere"], ["stage2"]]})
    result, events = run(sweep)
    assert result.failed == 1
    assert "shipped has no layer nowhere" in str(events[0].error)
    assert "nowhere" not in (tmp_path / "out/results.md").read_text()


def test_after_an_interruption_there_are_tables_of_what_is_done(
    run: Run, store: WeightStore, make_sweep: MakeSweep, tmp_path: Path
) -> None:
    def interrupt(event: Event) -> None:
        raise KeyboardInterrupt

    sweep = make_sweep({"iterations": [1, 2]})
    with pytest.raises(InterruptedRunError, match=r"kept in .*out, the same command goes on"):
        run_sweep(sweep, device="cpu", store=store, on_event=interrupt)
    assert len((tmp_path / "out/results.csv").read_text().splitlines()) == 2
    _, events = run(sweep)
    assert [event.stored for event in events] == [True, False]


def test_a_folder_that_cannot_be_made_is_told(
    run: Run, make_sweep: MakeSweep, tmp_path: Path
) -> None:
    (tmp_path / "out").touch()

    with pytest.raises(
        VidstyleError, match=r"cannot make the folder .*references: Not a directory"
    ):
        run(make_sweep({"iterations": [1]}))


def test_names_of_files_are_never_too_long(
    run: Run, make_sweep: MakeSweep, pair: dict[str, Any]
) -> None:
    for kind in ("content", "style"):
        named = Path(pair[kind]).with_stem(kind[0] * 150)
        pair[kind] = str(Path(pair[kind]).rename(named))
    layers = [["stage1"] * 30 + ["stage2"], ["stage1"] * 30 + ["stage3"]]

    result, events = run(make_sweep({"style_layers": layers}))

    assert result.failed == 0
    assert events[0].name != events[1].name
    assert max(len(path.name) for path in (result.files[0].parent).rglob("*")) < 255


def test_results_are_compared_with_the_given_reference(
    run: Run, make_sweep: MakeSweep, pair: dict[str, Any]
) -> None:
    pair["reference"] = pair["content"]
    _, events = run(make_sweep({"iterations": [0]}, start="content"))
    assert events[0].result is not None
    score = events[0].result.score
    assert score.rmse == 0
    assert score.psnr is None
    assert score.ssim == pytest.approx(1)
    assert score.content == pytest.approx(0, abs=1e-6)


def test_more_iterations_have_less_style_loss(run: Run, make_sweep: MakeSweep) -> None:
    _, events = run(make_sweep({"iterations": [0, 20]}, features="patches"))
    few, many = (event.result for event in events)
    assert few is not None
    assert many is not None
    assert many.score.style < 0.7 * few.score.style


def test_a_picture_that_is_not_there_is_told(
    run: Run, make_sweep: MakeSweep, pair: dict[str, Any]
) -> None:
    pair["style"] = "nowhere.png"
    with pytest.raises(UsageError, match=r"no such picture: nowhere\.png"):
        run(make_sweep({"iterations": [1]}))


def test_a_device_that_is_not_there_is_told_before_anything_is_painted(
    store: WeightStore, make_sweep: MakeSweep, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="device 'tpu' is not one of"):
        run_sweep(make_sweep({"iterations": [1]}), device="tpu", store=store)
    assert not (tmp_path / "out").exists()
