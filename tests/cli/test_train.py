import signal
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.training.conftest import tiny_loss_network, write_pictures
from vidstyle.training.style_trainer import StyleTrainer

CONFIG = """
[run]
folder = "{folder}/run"
steps = 2
log_every = 1
sample_every = 0
device = "cpu"

[data]
content = ["{folder}/content"]
style = ["{folder}/style"]
size = 40
crop = 32
batch = 1

[network]
kind = "johnson"
width = 4

[losses]
style_layers = ["relu1_1"]
weights = {{ content = 1.0, style = 1.0 }}
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a tiny run, with its pictures."""
    monkeypatch.setattr("vidstyle.training.setup.make_loss_network", tiny_loss_network)
    write_pictures(tmp_path / "content", 2)
    write_pictures(tmp_path / "style", 1)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(folder=tmp_path))
    return path


def test_a_run_tells_its_figures_and_is_continued(vidstyle: Call, config: Path) -> None:
    (config.parent / "content" / "broken.png").touch()

    outcome = vidstyle("train", config)

    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0].startswith("johnson (")
    assert lines[1].startswith("1/2  content ")
    assert lines[-1].startswith("done: 2 steps, ")
    assert "skipped, not a picture: " in outcome.err
    assert "continued at step 2" in vidstyle("train", config).out


def test_ctrl_c_says_how_to_continue(
    vidstyle: Call, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = StyleTrainer.step

    def interrupted(trainer: StyleTrainer, number: int, *, rate: float) -> dict[str, float]:
        signal.raise_signal(signal.SIGINT)
        return step(trainer, number, rate=rate)

    monkeypatch.setattr(StyleTrainer, "step", interrupted)

    outcome = vidstyle("train", config)

    assert outcome.code == 130
    assert outcome.out.splitlines()[-1].startswith(
        "interrupted, the same command continues: 1 steps, "
    )
    outcome = vidstyle("train", config, "--fresh")
    assert "interrupted, the same command without --fresh continues" in outcome.out


def test_options_take_the_place_of_the_files(vidstyle: Call, config: Path, tmp_path: Path) -> None:
    outcome = vidstyle("train", config, "--folder", tmp_path / "other", "--quiet")

    assert (outcome.code, outcome.out) == (0, "")
    assert (tmp_path / "other" / "network.safetensors").exists()


def test_single_values_can_be_set(vidstyle: Call, config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"

    outcome = vidstyle(
        "train",
        config,
        "--set",
        "run.steps=1",
        "--set",
        f"run.folder={folder}",
        "--set",
        f'data.style=["{tmp_path / "style" / "0.png"}"]',
    )

    assert outcome.out.splitlines()[-1] == f"done: 1 steps, {folder / 'network.safetensors'}"


def test_a_mistake_in_a_setting_is_one_line(vidstyle: Call, config: Path) -> None:
    wrong = vidstyle("train", config, "--set", "data.bach=2")
    missing = vidstyle("train", config, "--set", "data.batch")

    assert (wrong.code, missing.code) == (2, 2)
    assert wrong.error_line.endswith("unknown key data.bach (did you mean 'batch'?)")
    assert missing.error_line.startswith("--set takes section.key=VALUE")


def test_a_mistake_in_the_file_is_one_line(vidstyle: Call, config: Path) -> None:
    config.write_text(config.read_text().replace("batch", "bach"))

    outcome = vidstyle("train", config)

    assert outcome.code == 2
    assert outcome.error_line.endswith("unknown key data.bach (did you mean 'batch'?)")


def test_an_empty_folder_is_one_line(vidstyle: Call, config: Path) -> None:
    for picture in (config.parent / "content").iterdir():
        picture.unlink()

    outcome = vidstyle("train", config)

    assert outcome.code == 2
    assert outcome.error_line.startswith(f"no pictures in {config.parent / 'content'}")


def test_a_missing_library_is_told(
    vidstyle: Call, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vidstyle.training.loop", None)

    outcome = vidstyle("train", config)

    assert outcome.code == 2
    assert 'pip install "vidstyle[train]"' in outcome.error_line
