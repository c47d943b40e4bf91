"""The command as a whole."""

import subprocess
import sys

import pytest

from tests.cli.conftest import Call
from vidstyle import __version__


def test_the_version(vidstyle: Call) -> None:
    assert vidstyle("--version").out == f"vidstyle {__version__}\n"


def test_no_command_shows_the_help(vidstyle: Call) -> None:
    outcome = vidstyle()
    assert outcome.code == 2
    assert "Usage:" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize("command", ["file", "image", "styles", "doctor"])
def test_every_command_has_help_with_an_example(vidstyle: Call, command: str) -> None:
    outcome = vidstyle(command, "--help")
    assert outcome.code == 0
    assert f"Example: vidstyle {command}" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["file"], "Missing argument 'IN'"),
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


def test_the_command_line_loads_nothing_heavy() -> None:
    """`vidstyle --help` has to be quick: a library is imported by the command that needs it."""
    code = (
        "import sys, vidstyle.cli.app;"
        "print([m for m in ('torch', 'cv2', 'av', 'numpy', 'rich.progress') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr
