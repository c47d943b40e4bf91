import csv
import re
import signal
from pathlib import Path
from typing import Any

import cv2
import pytest
import torch
from safetensors import safe_open

from tests.training.conftest import MakeConfig, write_pictures
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.training import loop
from vidstyle.training.checkpoint import Checkpoint
from vidstyle.training.config import TrainingConfig
from vidstyle.training.loop import CHECKPOINT, Progress, train
from vidstyle.training.trainer import RESULT


def weights_in(config: TrainingConfig) -> dict[str, Any]:
    content = torch.load(config.run.folder / CHECKPOINT, weights_only=True)
    return {kind: content[kind] for kind in ("model", "average", "step")}


@pytest.mark.parametrize(("cached", "optimizer"), [(False, "adam"), (True, "adam"), (True, "soap")])
def test_a_continued_run_ends_as_one_without_a_break(
    make_config: MakeConfig, tmp_path: Path, cached: bool, optimizer: str
) -> None:
    options = {"data": {"cached": cached}, "optimizer": {"kind": optimizer}}
    whole = make_config(run={"folder": tmp_path / "whole", "checkpoint_every": 2}, **options)
    train(whole)
    broken = make_config(run={"checkpoint_every": 2}, **options)

    with pytest.raises(KeyboardInterrupt):
        train(broken, on_progress=_interrupt_at(3))
    lines: list[str] = []
    result = train(broken, on_start=lines.append)

    assert lines[0].endswith("continued at step 2")
    assert result.step == 4
    torch.testing.assert_close(weights_in(broken), weights_in(whole), rtol=0, atol=0)
    assert _steps_in(broken) == [1, 2, 3, 4], "steps done twice are told once"


def test_time_that_is_up_ends_a_run_with_a_checkpoint(
    make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_over", _true_at_call(3))

    result = train(make_config())

    assert not result.finished
    assert result.step == 2
    assert train(make_config()).finished


def test_ctrl_c_ends_a_run_with_a_checkpoint(make_config: MakeConfig) -> None:
    config = make_config(run={"steps": 4})

    result = train(config, on_progress=_ctrl_c_at(3))

    assert result.interrupted
    assert not result.finished
    assert weights_in(config)["step"] == result.step == 3
    assert train(config).finished


def test_ctrl_c_twice_ends_a_run_at_once(make_config: MakeConfig) -> None:
    config = make_config()

    with pytest.raises(KeyboardInterrupt):
        train(config, on_progress=_ctrl_c_at(3, times=2))

    assert not (config.run.folder / CHECKPOINT).exists()


def test_fresh_begins_anew(make_config: MakeConfig) -> None:
    train(make_config())
    lines: list[str] = []

    train(make_config(), fresh=True, on_start=lines.append)

    assert "continued" not in lines[0]


def test_what_is_changed_when_a_run_is_continued_is_told(make_config: MakeConfig) -> None:
    train(make_config())
    lines: list[str] = []
    changes = {"run": {"steps": 5, "log_every": 2, "seed": 7}, "losses": {"weights": {"style": 2}}}

    train(make_config(**changes), on_start=lines.append)
    train(make_config(**changes), on_start=lines.append)

    assert lines[0].endswith("continued at step 4 with another run.steps, run.seed, losses.weights")
    assert lines[1].endswith("continued at step 5")


def test_a_step_that_does_not_fit_is_one_line(
    make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to ...")

    monkeypatch.setattr("vidstyle.training.style_trainer.StyleTrainer.step", fail)
    with pytest.raises(VidstyleError, match=r"not enough memory for a step: lower data\.batch \("):
        train(make_config())


def test_half_precision_trains(make_config: MakeConfig) -> None:
    config = make_config(run={"precision": "bfloat16"}, losses={"precision": "bfloat16"})

    assert train(config).finished
    assert weights_in(config)["model"]["trunk.stem.weight"].dtype == torch.float32


def test_losses_fall(make_config: MakeConfig) -> None:
    told: list[Progress] = []
    config = make_config(
        run={"steps": 60}, losses={"weights": {"style": 1.0}}, optimizer={"learning_rate": 3e-3}
    )

    train(config, on_progress=told.append)

    assert told[-1].losses["style"] < 0.7 * told[0].losses["style"]


def test_a_run_leaves_figures_samples_and_weights(make_config: MakeConfig) -> None:
    config = make_config(run={"sample_every": 2})

    result = train(config)

    folder = config.run.folder
    assert result.weights == folder / RESULT
    assert cv2.imread(str(folder / "curves.png")) is not None
    sheet = cv2.imread(str(folder / "sample-000004.png"))
    assert sheet is not None
    assert sheet.shape == (4 * 192, 5 * 192, 3)
    assert list((folder / "tensorboard").iterdir())
    assert not list(folder.glob("*.part"))


def test_a_loss_that_is_not_finite_ends_the_run(make_config: MakeConfig) -> None:
    config = make_config(losses={"weights": {"style": 1e39}})

    with pytest.raises(
        VidstyleError, match=r"not finite at step 1 \(style .*, total inf\).*_rate$"
    ):
        train(config)


def test_weights_that_half_precision_cannot_hold_are_not_stored(make_config: MakeConfig) -> None:
    config = make_config(run={"checkpoint_every": 1}, optimizer={"learning_rate": 1e5})

    with pytest.raises(VidstyleError, match=r"weights are not finite after step 1: .*_rate$"):
        train(config)

    assert not (config.run.folder / CHECKPOINT).exists()
    assert not (config.run.folder / RESULT).exists()


@pytest.mark.parametrize("clip_norm", [0.0, 1.0])
def test_gradients_that_are_not_finite_end_the_run(
    make_config: MakeConfig, clip_norm: float
) -> None:
    optimizer = {"kind": "soap", "clip_norm": clip_norm}
    config = make_config(losses={"weights": {"style": 1e38}}, optimizer=optimizer)

    with pytest.raises(VidstyleError, match=r"gradients are not finite at step 1: .*_rate$"):
        train(config)


def test_a_run_that_diverges_later_keeps_its_last_checkpoint(
    make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(run={"steps": 1})
    train(config)
    files = [config.run.folder / name for name in (CHECKPOINT, RESULT)]
    before = [path.read_bytes() for path in files]
    monkeypatch.setattr(loop, "learning_rate", lambda *_arguments: 1e30)

    with pytest.raises(VidstyleError, match=r"after step 2: .*; the last checkpoint is kept$"):
        train(make_config(run={"checkpoint_every": 1}))

    assert [path.read_bytes() for path in files] == before


def test_a_large_seed_trains(make_config: MakeConfig) -> None:
    assert train(make_config(run={"steps": 1, "seed": 2**63 - 1})).finished


def test_broken_pictures_are_told_in_the_end(make_config: MakeConfig, tmp_path: Path) -> None:
    (tmp_path / "content" / "broken.jpg").write_text("no picture")
    lines: list[str] = []

    result = train(make_config(), on_start=lines.append)

    assert [path.name for path in result.skipped] == ["broken.jpg"]
    assert "1 broken pictures skipped" in lines[0]


def test_a_checkpoint_of_another_network_is_refused(make_config: MakeConfig) -> None:
    train(make_config())
    other = {**make_config().network.model_dump(), "half": 8}

    with pytest.raises(VidstyleError, match=r"another run \(half is 4 there, 8 here\)"):
        train(make_config(network=other))


def test_a_checkpoint_of_another_style_is_refused(make_config: MakeConfig, tmp_path: Path) -> None:
    style = write_pictures(tmp_path / "two", 2)
    network = {"kind": "johnson", "width": 4}
    train(make_config(network=network, data={"style": [style / "0.png"]}))

    with pytest.raises(
        VidstyleError, match=r"style is '0.png \w+' there, '1.png \w+' here\): give another"
    ):
        train(make_config(network=network, data={"style": [style / "1.png"]}))


def test_a_checkpoint_of_another_picture_of_that_name_is_refused(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    style = write_pictures(tmp_path / "two", 2)
    network = {"kind": "johnson", "width": 4}
    train(make_config(network=network, data={"style": [style / "0.png"]}))
    (style / "1.png").replace(style / "0.png")

    with pytest.raises(VidstyleError, match="another run"):
        train(make_config(network=network, data={"style": [style / "0.png"]}))


def test_figures_are_kept_before_the_checkpoint_that_has_done_them(
    make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise OSError("the power is gone")

    config = make_config(run={"log_every": 1})
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "save", die)
        with pytest.raises(OSError, match="power"):
            train(config)
    with (config.run.folder / "losses.csv").open() as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["1", "2", "3", "4"]


def test_crops_that_do_not_fit_the_network_are_refused(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    data = {"style": [write_pictures(tmp_path / "one", 1)], "crop": 34, "size": 40}
    with pytest.raises(UsageError, match=r"data\.crop is 34: johnson needs a multiple of 4"):
        train(make_config(network={"kind": "johnson", "width": 4}, data=data))


def test_context_that_does_not_fit_the_network_is_refused(make_config: MakeConfig) -> None:
    sections = {
        "network": {
            "kind": "adain-timm",
            "encoder": "mobilenetv3_small_050",
            "stride": 32,
            "pretrained": False,
        },
        "data": {"context": 16},
        "losses": {"weights": {"adain_content": 1.0}},
    }
    with pytest.raises(UsageError, match=r"data\.context is 16: adain-timm needs a multiple of 32"):
        train(make_config(**sections))


@pytest.mark.parametrize(("first", "second"), [("soap", "adam"), ("adam", "soap")])
def test_a_checkpoint_of_another_optimizer_is_refused(
    make_config: MakeConfig, first: str, second: str
) -> None:
    train(make_config(optimizer={"kind": first}, run={"steps": 1}))

    with pytest.raises(VidstyleError, match=f"optimizer is '{first}' there, '{second}' here"):
        train(make_config(optimizer={"kind": second}))


def test_a_checkpoint_of_another_start_is_refused(make_config: MakeConfig, tmp_path: Path) -> None:
    config = make_config(run={"folder": tmp_path / "first"})
    weights = train(config).weights
    train(make_config())

    with pytest.raises(VidstyleError, match=r"init is None there, '.*network.safetensors' here\)"):
        train(make_config(run={"init": str(weights)}))


def test_weights_tell_what_they_are_of(make_config: MakeConfig, tmp_path: Path) -> None:
    network = {"kind": "slim-johnson", "half": 4, "quarter": 8, "eighth": 8, "eighth_blocks": 1}
    style = write_pictures(tmp_path / "one", 1)

    result = train(make_config(network=network, data={"style": [style]}))

    with safe_open(result.weights, "pt") as file:
        about = file.metadata()
    assert re.fullmatch(r"0\.png \w{8}", about.pop("style"))
    assert about == {
        "step": "4",
        "kind": "slim-johnson",
        "half": "4",
        "quarter": "8",
        "eighth": "8",
        "quarter_blocks": "[1, 1]",
        "eighth_blocks": "1",
        "mixing_rank": "8",
        "optimizer": "adam",
    }


@pytest.mark.parametrize(
    "network",
    [
        {"kind": "slim-johnson", "half": 4, "quarter": 8, "eighth": 8, "eighth_blocks": 1},
        {"kind": "johnson", "width": 4},
    ],
    ids=lambda network: network["kind"],
)
def test_networks_of_one_style_train(
    make_config: MakeConfig, tmp_path: Path, network: dict[str, Any]
) -> None:
    style = write_pictures(tmp_path / "one", 1)

    result = train(make_config(network=network, data={"style": [style]}, run={"sample_every": 4}))

    assert result.finished


def _interrupt_at(step: int) -> Any:
    def interrupt(progress: Progress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    return interrupt


def _ctrl_c_at(step: int, *, times: int = 1) -> Any:
    def interrupt(progress: Progress) -> None:
        if progress.step == step:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    return interrupt


def _true_at_call(number: int) -> Any:
    calls = iter(range(1, 1_000))
    return lambda *_arguments: next(calls) == number


def _steps_in(config: TrainingConfig) -> list[int]:
    with (config.run.folder / "losses.csv").open() as file:
        return [int(float(row["step"])) for row in csv.DictReader(file)]
