"""The command as a whole."""

import os
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import typer

from tests.cli.conftest import Call
from vidstyle import __version__, stylize_file, stylize_image, stylize_live
from vidstyle.cli.app import app
from vidstyle.cli.file import file
from vidstyle.cli.image import image
from vidstyle.cli.webcam import webcam
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE
from vidstyle.video.pictures import write_picture

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_the_version(vidstyle: Call) -> None:
    assert vidstyle("--version").out == f"vidstyle {__version__}\n"


def test_no_command_shows_the_help(vidstyle: Call) -> None:
    outcome = vidstyle()
    assert outcome.code == 2
    assert "Usage:" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize("command", ["webcam", "file", "image", "styles", "doctor"])
def test_every_command_has_help_with_an_example(vidstyle: Call, command: str) -> None:
    outcome = vidstyle(command, "--help")
    assert outcome.code == 0
    assert f"Example: vidstyle {command}" in outcome.out


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_is_shown_as_it_is_declared(
    vidstyle: Call, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rich would take what is in square brackets for markup, and leave it out."""
    monkeypatch.setenv("COLUMNS", "1000")
    shown = _words(vidstyle(command, "--help").out)
    assert _words(COMMANDS[command].help or "") in shown
    for option in COMMANDS[command].params:
        assert _words(getattr(option, "help", None) or "") in shown


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["file"], "Missing argument 'IN…'"),
        (["fle"], "No such command 'fle'"),
        (["file", "in.mp4", "--strenth", "1"], "No such option"),
        (["file", "in.mp4", "--strength", "much"], "unable to parse string as a number"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    vidstyle: Call, arguments: list[str], message: str
) -> None:
    outcome = vidstyle(*arguments)
    assert outcome.code == 2
    assert message in outcome.error_line


def test_wildcards_that_shells_of_windows_leave_to_programs(
    vidstyle: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are many pictures for `image`, one sequence or many videos for `file`."""
    monkeypatch.setattr("typer.core.os", SimpleNamespace(**{**vars(os), "name": "nt"}))
    for name in ("1.png", "2.png"):
        write_picture(tmp_path / name, np.zeros((32, 32, 3), np.uint8))
    painted = tmp_path / "painted"
    outcome = vidstyle("image", tmp_path / "*.png", "-m", "identity", "-o", painted)
    assert outcome.code == 0, outcome.err
    assert len(list(painted.iterdir())) == 2
    outcome = vidstyle("file", tmp_path / "*.png", "-m", "identity", "-o", tmp_path / "out.mp4")
    assert outcome.code == 0, outcome.err
    assert "2 frames" in outcome.err
    outcome = vidstyle("file", tmp_path / "*.mp4", "-m", "identity")
    assert outcome.code == 0, outcome.err
    assert (tmp_path / "out-identity.mp4").is_file()


@pytest.mark.parametrize(
    ("arguments", "before"),
    [
        (["file", ""], "file"),
        (["image", "a.png", "--mask", "", "-o", "b.png"], "--mask"),
        (["image", "a.png", "--mask="], "--mask="),
    ],
)
def test_nothing_stands_for_no_folder(vidstyle: Call, arguments: list[str], before: str) -> None:
    outcome = vidstyle(*arguments)
    assert outcome.code == 2
    assert outcome.error_line == f"what follows '{before}' is empty: give it a value"


@pytest.mark.parametrize("option", ["-o", "--mask", "--style", "--weights", "--report"])
def test_a_name_too_long_is_one_line_and_exit_code_2(
    vidstyle: Call, tmp_path: Path, option: str
) -> None:
    write_picture(tmp_path / "a.png", np.zeros((16, 16, 3), np.uint8))
    suffix = ".json" if option == "--report" else ".png"
    outcome = vidstyle("image", tmp_path / "a.png", option, "x" * 300 + suffix)
    assert outcome.code == 2
    assert "File name too long" in outcome.error_line


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are UTF-8 elsewhere")
def test_a_name_that_is_not_utf8_is_shown(vidstyle: Call, tmp_path: Path) -> None:
    odd = tmp_path / "\udcff.png"
    write_picture(odd, np.zeros((64, 64, 3), np.uint8))
    outcome = vidstyle("compare", odd, odd)
    assert outcome.code == 0, outcome.err
    assert "\\udcff.png" in outcome.out


@pytest.mark.parametrize(
    ("command", "function"),
    [(file, stylize_file), (image, stylize_image), (webcam, stylize_live)],
)
def test_a_command_and_its_function_have_the_same_defaults(
    command: Callable[..., object], function: Callable[..., object]
) -> None:
    theirs = signature(function).parameters
    shared = {name: p for name, p in signature(command).parameters.items() if name in theirs}
    assert len(shared) > 12
    assert {name: p.default for name, p in shared.items() if name != "source"} == {
        name: theirs[name].default for name in shared if name != "source"
    }


def test_the_help_tells_how_firmly_pictures_are_held(vidstyle: Call) -> None:
    text = " ".join(vidstyle("webcam", "--help").out.replace("│", " ").split())
    assert f"Default: {DEFAULT_STABILISE:g}, but 0 for identity and gatys" in text


def test_the_command_line_loads_nothing_heavy() -> None:
    """`vidstyle --help` has to be quick: a library is imported by the command that needs it."""
    code = (
        "import sys, vidstyle.cli.app;"
        "print([m for m in ('torch', 'cv2', 'av', 'numpy', 'rich.progress') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr
