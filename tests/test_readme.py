"""The README's commands and code, run as they stand (`make` and `pip` lines: by `.ci/run`)."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Call
from tests.cli.conftest import vidstyle as vidstyle
from tests.video.making import Sound, Video, make_clip
from vidstyle.video.pictures import write_picture

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
CONTINUOUS_INTEGRATION = (ROOT / ".ci" / "run").read_text()


def blocks(language: str) -> Iterator[str]:
    return iter(re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL))


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture
def home(tmp_path: Path, shared_weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README speaks of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    make_clip(tmp_path / "in.mp4", Video(frames=16, width=80, height=64), Sound(), container="mp4")
    generator = np.random.default_rng(0)
    for name in ("starry.jpg", "woodcut.jpg", "ink.jpg", "mask.png", "photo.jpg"):
        write_picture(tmp_path / name, generator.integers(0, 255, (64, 80, 3), np.uint8))
    return tmp_path


def test_the_commands_run_in_the_order_of_the_page(home: Path, vidstyle: Call) -> None:
    ran = [line for line in commands() if line.startswith("vidstyle ")]
    assert len(ran) > 8
    for line in ran:
        outcome = vidstyle(*shlex.split(line)[1:])
        assert outcome.code == 0, f"{line}: {outcome.err}"


def test_the_python_code_runs(home: Path) -> None:
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)
    assert names["result"].frames == 16  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", [line for line in commands() if not line.startswith("vidstyle ")])
def test_the_other_commands_are_run_by_continuous_integration(line: str) -> None:
    assert line in CONTINUOUS_INTEGRATION


def test_the_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_file()
