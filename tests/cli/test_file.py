"""`vidstyle file` as its user calls it."""

import json
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Call
from tests.video.making import Sound, Video, make_clip
from vidstyle.errors import InterruptedRunError
from vidstyle.video.pictures import write_picture


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "in.mp4", Video(), Sound(), container="mp4")


def test_a_run_says_what_it_does_and_where_the_result_is(
    vidstyle: Call, clip: Path, tmp_path: Path
) -> None:
    outcome = vidstyle("file", clip, "-o", tmp_path / "out.mp4", "--method", "identity")
    assert outcome.code == 0
    first, last = outcome.err.splitlines()
    assert first == "identity · 64x48"
    assert last.startswith(f"done: {tmp_path / 'out.mp4'} · 6 frames in ")
    assert (tmp_path / "out.mp4").stat().st_size > 0


def test_quiet_says_nothing_but_notes(vidstyle: Call, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(), Sound(codec="mp2"))
    out = tmp_path / "out.mp4"
    outcome = vidstyle("file", clip, "-o", out, "-m", "identity", "--quiet")
    assert outcome.err == (
        "note: audio track 1 is transcoded from mp2 to aac: mp2 does not play in mp4 files\n"
    )


def test_styles_mix_with_no_weights_from_elsewhere(
    vidstyle: Call, clip: Path, tmp_path: Path
) -> None:
    write_picture(tmp_path / "red.png", np.full((64, 64, 3), (200, 20, 20), np.uint8))
    mix = ["-s", f"{tmp_path}/red.png:0.7", "-s", "starry_night:0.3"]
    outcome = vidstyle("file", clip, *mix, "--report", tmp_path / "run.json")
    assert outcome.code == 0, outcome.err
    report = json.loads((tmp_path / "run.json").read_text())
    assert report["output"] == str(tmp_path / "in-red-starry_night.mp4")
    assert report["network"].startswith("adain-lite")


def test_several_videos_are_painted_one_after_the_other(vidstyle: Call, tmp_path: Path) -> None:
    for name in ("a", "c"):
        make_clip(tmp_path / f"{name}.mp4", Video(), Sound(), container="mp4")
    (tmp_path / "b.mp4").write_bytes(b"hello " * 100)
    clips = [tmp_path / f"{name}.mp4" for name in "abc"]
    outcome = vidstyle("file", *clips, "--method", "identity")
    assert outcome.code == 1
    first, done, error, third, last = outcome.err.splitlines()
    assert (first, third) == (f"{clips[0]} · identity · 64x48", f"{clips[2]} · identity · 64x48")
    assert error.startswith(f"error: {clips[1]}: ")
    assert done.startswith(f"done: {tmp_path / 'a-identity.mp4'} · 6 frames")
    assert last.startswith(f"done: {tmp_path / 'c-identity.mp4'} · 6 frames")


def test_the_end_of_one_by_ctrl_c_is_the_end_of_all(
    vidstyle: Call, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[Path] = []

    def stop(source: Path, *_: object, **__: object) -> None:
        painted.append(source)
        raise InterruptedRunError("interrupted")

    monkeypatch.setattr("vidstyle.runs.file.stylize_file", stop)
    assert vidstyle("file", clip, clip).code == 130
    assert painted == [clip]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in.mp4", "-o", "out.mp4"], "-o out.mp4 is for one video, not 2: leave it out"),
        (["in.mp4", "--report", "r.json"], "--report r.json is for one video, not 2"),
        (["frames/1.png"], "1.png is an image: give its folder, or quote the pattern"),
    ],
)
def test_what_several_videos_cannot_have_is_one_line(
    vidstyle: Call, clip: Path, arguments: list[str], message: str
) -> None:
    outcome = vidstyle("file", clip, *arguments)
    assert outcome.code == 2
    assert message in outcome.error_line


def test_sizes_and_a_mask(vidstyle: Call, clip: Path, tmp_path: Path) -> None:
    write_picture(tmp_path / "mask.png", np.full((9, 9, 3), 255, np.uint8))
    sizes = ["--size", "24", "--output-size", "36", "--detail", "1"]
    regions = ["--mask", tmp_path / "mask.png", "--invert-mask"]
    outcome = vidstyle("file", clip, "-o", tmp_path / "o.mp4", "-m", "identity", *sizes, *regions)
    assert outcome.code == 0, outcome.err
    assert outcome.err.splitlines()[0] == "identity · 32x24 for 48x36"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mp4", b"", "is empty (0 bytes)"),
        ("text.mp4", b"hello " * 100, "cannot be read as a video"),
        ("zeros.mkv", bytes(5000), "cannot be read as a video"),
    ],
)
def test_an_input_that_is_no_video_is_one_line_and_exit_code_1(
    vidstyle: Call, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    outcome = vidstyle("file", tmp_path / name, "--method", "identity")
    assert outcome.code == 1
    assert message in outcome.error_line
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_sound_alone_is_one_line_and_exit_code_1(vidstyle: Call, tmp_path: Path) -> None:
    make_clip(tmp_path / "song.mp4", None, Sound())
    outcome = vidstyle("file", tmp_path / "song.mp4", "--method", "identity")
    assert outcome.code == 1
    assert "has no video, only audio" in outcome.error_line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--strength", "7"], "strength 7"),
        (["--size", "0"], "size 0 is out of range"),
        (["--size", "100000"], "size 100000 is out of range"),
        (["--output-size", "big"], "'big' is not a size"),
        (["--detail", "7"], "detail 7 must be from 0"),
        (["--mask", "no.png"], "no such mask: no.png"),
        (["--mask", "text.png"], "text.png is not a picture that can be read"),
        (["--invert-mask"], "--invert-mask needs a mask: add --mask PATH"),
        (["--style-outside", "candy"], "--style-outside needs a mask: add --mask PATH"),
        (["--iterations", "5"], "iterations and the like are for gatys, not identity"),
        (["--method", "gatys"], "gatys needs a style: --style picture.jpg"),
        (["--method", "gatys", "--init", "noise", "--iterations", "0"], "noise to start with"),
        (["-o", "missing/out.mp4"], "does not exist"),
        (["-o", "out.xyz"], "use a name that ends in"),
        (["--method", "johnson", "--style", "cady"], "did you mean 'candy'"),
        (["--method", "adain", "--style", "in.mp4"], "is not a picture"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_code_2(
    vidstyle: Call,
    clip: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(clip.parent)
    (clip.parent / "text.png").write_text("no picture")
    method = [] if "--method" in arguments else ["--method", "identity"]
    outcome = vidstyle("file", clip, *method, *arguments)
    assert outcome.code == 2
    assert message in outcome.error_line
    assert sorted(path.name for path in clip.parent.iterdir()) == ["in.mp4", "text.png"]


def test_output_equal_to_input_is_refused_and_the_input_untouched(
    vidstyle: Call, clip: Path
) -> None:
    before = clip.read_bytes()
    outcome = vidstyle("file", clip, "-o", clip, "--method", "identity", "--overwrite")
    assert outcome.code == 2
    assert "is the input itself" in outcome.error_line
    assert clip.read_bytes() == before


def test_ctrl_c_in_a_real_process_finishes_the_file(tmp_path: Path) -> None:
    video = Video(frames=3000, width=320, height=240, options={"preset": "ultrafast", "qp": "30"})
    clip = make_clip(tmp_path / "in.mp4", video, Sound(seconds=Fraction(1)), container="mp4")
    command = [sys.executable, "-m", "vidstyle", "file", str(clip), "--method", "identity"]
    # A shell that runs the tests in the background has them, and their children, ignore SIGINT.
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=_heed_interrupts
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "identity · 320x240\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    # Whether the first frame was out when the signal came is up to the machine.
    kept = (tmp_path / "in-identity.mp4").exists()
    assert err.startswith("interrupted, complete so far" if kept else "error: interrupted")
    assert not list(tmp_path.glob(".*"))


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
