"""What is shown while a command works."""

import sys
from io import StringIO
from itertools import count
from threading import current_thread, main_thread

import pytest

from vidstyle.cli import display as module
from vidstyle.cli.display import Display
from vidstyle.pipeline import PipelineFigures
from vidstyle.runs.progress import Progress


@pytest.mark.parametrize(
    ("unit", "done", "line"),
    [
        ("frame", 0, "frame 0 of 4, 0:08 so far"),
        ("frame", 2, "frame 2 of 4, 0.2 fps, 0:08 left, busiest: model"),
        ("picture", 0, "picture 0 of 4, 0:08 so far"),
        ("picture", 2, "picture 2 of 4, 0:08 left"),
    ],
)
def test_a_line_on_progress(
    unit: str,
    done: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A rate, and what holds it up, are for frames, and not known before the first of them."""
    monkeypatch.setattr(module, "monotonic", count(step=10).__next__)
    figures = PipelineFigures(stages=(), elapsed_seconds=8.0, count=done, bottleneck="model")
    with Display(unit=unit) as display:
        display.start("begin")
        display.progress(Progress(done=done, total=4, figures=figures))
    assert capsys.readouterr().err.splitlines() == ["begin", line]


class Terminal(StringIO):
    """One that may go; what the bar's own thread then meets is another matter."""

    is_there = True

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not self.is_there and current_thread() is main_thread():
            raise OSError(5, "Input/output error")
        return super().write(text)


def test_a_terminal_that_has_gone_does_not_end_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Display() as display:
        display.start("begin")
        terminal.is_there = False
