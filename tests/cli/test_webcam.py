"""`vidstyle webcam`, without a window."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import av
import numpy as np
import pytest

from tests.cli.conftest import Call
from tests.video.screen import screen
from vidstyle.video.pictures import write_picture

PATTERN = "test:testsrc2=size=64x48:rate=30"
QUIETLY = ("--no-window", "--method", "identity")


@pytest.fixture(autouse=True)
def _nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO())


def test_a_run_says_what_it_does_and_what_it_did(vidstyle: Call, tmp_path: Path) -> None:
    out, report = tmp_path / "out.mp4", tmp_path / "run.json"
    outcome = vidstyle(
        "webcam", PATTERN, *QUIETLY, "--duration", 1, "--record", out, "--report", report
    )
    assert outcome.code == 0
    first, *_, frames, latency, dropped, recorded = outcome.err.splitlines()
    assert first == f"identity · 64x48 · test pattern {PATTERN.removeprefix('test:')}"
    assert " frames in " in frames
    assert latency.startswith("recording: latency ")
    assert dropped.startswith("dropped: ")
    assert recorded == f"recorded: {out}"
    assert outcome.out == ""
    with av.open(str(out)) as container:
        count = sum(1 for _ in container.decode(video=0))
    assert count == json.loads(report.read_text())["latency"]["recording"]["count"]


def test_sizes_and_a_mask(vidstyle: Call, tmp_path: Path) -> None:
    write_picture(tmp_path / "mask.png", np.full((9, 9, 3), 255, np.uint8))
    sizes = ["--size", "24", "--output-size", "36", "--detail", "1"]
    regions = ["--mask", tmp_path / "mask.png", "--invert-mask"]
    outcome = vidstyle("webcam", PATTERN, *QUIETLY, *sizes, *regions, "--duration", 0.3)
    assert outcome.code == 0, outcome.err
    assert outcome.err.startswith("identity · 32x24 for 48x36 · test pattern")


def test_lines_on_standard_input_steer(vidstyle: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("strength 0.5\ndance\nquit\n"))
    outcome = vidstyle("webcam", PATTERN, *QUIETLY)
    assert outcome.code == 0
    assert "no such command: 'dance': 'help' lists them" in outcome.err


def test_help_on_standard_input_lists_the_commands(
    vidstyle: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("help\nquit\n"))
    assert "strength 0..1|+0.1|-0.1" in vidstyle("webcam", PATTERN, *QUIETLY).err


def test_quiet_shows_nothing(vidstyle: Call) -> None:
    outcome = vidstyle("webcam", PATTERN, *QUIETLY, "--duration", 0.3, "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_cameras_are_listed(vidstyle: Call) -> None:
    outcome = vidstyle("webcam", "--list")
    assert outcome.code == 0
    assert outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.mp4"], "nowhere.mp4"),
        ([PATTERN, "--method", "adain-vgg19"], "adain-vgg19 needs a style"),
        ([PATTERN, "--style", "nowhere.jpg"], "no such style: nowhere.jpg"),
        ([PATTERN, *QUIETLY, "--size", "big"], "'big' is not a size"),
        ([PATTERN, *QUIETLY, "--stream", "ftp://x"], "ftp://x"),
        ([PATTERN, *QUIETLY, "--web", "here"], "'here' is no address to serve at"),
        ([PATTERN, *QUIETLY, "--mask", "no.png"], "no such mask: no.png"),
        ([PATTERN, *QUIETLY, "--invert-mask"], "--invert-mask needs a mask"),
        ([PATTERN, *QUIETLY, "--style-outside", "candy"], "--style-outside needs a mask"),
        ([PATTERN, "--method", "gatys"], "gatys takes far too long for live pictures"),
        ([PATTERN, *QUIETLY, "--strength", "much"], "unable to parse string as a number"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    vidstyle: Call, arguments: list[str], message: str
) -> None:
    outcome = vidstyle("webcam", *arguments)
    assert outcome.code == 2
    assert message in outcome.error_line


def test_a_reader_of_the_figures_that_goes_ends_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    options = ["--record", str(out), "--duration", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vidstyle", "webcam", PATTERN, *QUIETLY, *options],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stderr.readline()
    process.stderr.close()
    process.stdin.write("dance\n")
    process.stdin.close()
    assert process.wait(60) == 0
    assert out.exists()


def test_ctrl_c_ends_the_command_with_130_and_a_recording_that_plays(tmp_path: Path) -> None:
    """As in a shell: the signal comes to another process, which must not wait for its input."""
    out = tmp_path / "out.mp4"
    process = subprocess.Popen(
        [sys.executable, "-m", "vidstyle", "webcam", PATTERN, *QUIETLY, "--record", str(out)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    process.stderr.readline()  # What it runs.
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert [path.name for path in tmp_path.iterdir()] in ([], ["out.mp4"])


def test_the_loss_of_the_screen_leaves_a_recording_that_plays(tmp_path: Path) -> None:
    pytest.importorskip("pygame", reason="a window needs pygame-ce (extra live)")
    out = tmp_path / "out.mp4"
    with screen() as seen:
        process = subprocess.Popen(
            [sys.executable, "-m", "vidstyle", "webcam", PATTERN, *QUIETLY[1:], "--record", out],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "DISPLAY": seen.display, "PYTHONUNBUFFERED": "1"},
        )
        assert process.stdin is not None
        assert process.stderr is not None
        while "wrote" not in process.stderr.readline():
            process.stdin.write(f"still {tmp_path / 'still.png'}\n")
            process.stdin.flush()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert seen.display in said.partition(f"recorded {out}\n")[2]
    with av.open(str(out)) as container:
        assert any(container.decode(video=0))
    assert not list(tmp_path.glob("*.part.mp4"))
