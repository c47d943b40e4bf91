"""What is shown while a command works."""

from itertools import count

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
