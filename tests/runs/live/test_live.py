"""Whole live runs on test patterns, without a window."""

import json
import os
import random
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from threading import Condition, Timer
from typing import Any

import av
import numpy as np
import pytest

from tests.runs.live.parts import live_frame
from tests.video.making import Video, make_clip
from vidstyle.errors import InterruptedRunError, UsageError, VidstyleError
from vidstyle.runs.live.live import stylize_live
from vidstyle.runs.live.outputs import NOTHING
from vidstyle.runs.live.report import LiveResult, LiveStatus
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.steering import KEYS, help_lines
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.pictures import read_picture, write_picture
from vidstyle.video.recording_sink import RecordingSink
from vidstyle.video.sink import SinkError
from vidstyle.video.source import Source, VideoInfo

PATIENCE = 20.0
PATTERN = "test:testsrc2=size=64x48:rate=30"


class Talk:
    """What a run says, for scripts that answer."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._status: LiveStatus | None = None
        self._changed = Condition()

    def see(self, status: LiveStatus) -> None:
        with self._changed:
            self._status = status
            self._changed.notify_all()

    def wait_for_pictures(self, output: str) -> None:
        """Until that output has had one."""

        def seen() -> bool:
            latency = self._status.latency if self._status else {}
            return output in latency and latency[output].count > 0

        with self._changed:
            assert self._changed.wait_for(seen, PATIENCE)

    def hear(self, line: str) -> None:
        with self._changed:
            self.lines.append(line)
            self._changed.notify_all()

    def wait_for(self, text: str, *, times: int = 1) -> None:
        """Until so many lines had the text in them."""

        def heard() -> bool:
            return sum(text in line for line in self.lines) >= times

        with self._changed:
            assert self._changed.wait_for(heard, PATIENCE), f"{text!r} never came: {self.lines}"


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(talk: Talk, *script: str, source: str = PATTERN, **options: Any) -> LiveResult:
    """A run that is told the lines of the script."""
    return converse(talk, script, source=source, **options)


def converse(
    talk: Talk, script: Iterable[str], source: str = PATTERN, **options: Any
) -> LiveResult:
    values = {"method": "identity", "window": False, "on_status": talk.see, **options}
    return stylize_live(source, commands=script, on_message=talk.hear, **values)


def conversation(talk: Talk, *turns: tuple[str, str]) -> Iterator[str]:
    """Lines, each followed by waiting for an answer; then the end."""
    talk.wait_for_pictures(NOTHING)
    for line, answer in turns:
        yield line
        talk.wait_for(answer)
        if answer.startswith("recording "):
            talk.wait_for_pictures("recording")
    yield "quit"


class Frames:
    """An output that keeps the sizes of its pictures."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []
        self.ends: list[str] = []

    def write(self, frame: LiveFrame) -> None:
        self.shapes.append(frame.rgb.shape)

    def close(self) -> None:
        self.ends.append("close")

    def abort(self) -> None:
        self.ends.append("abort")


def test_an_output_may_be_the_callers_own(talk: Talk) -> None:
    mine = Frames()

    def script() -> Iterator[str]:
        talk.wait_for_pictures("mine")
        yield "quit"

    result = converse(talk, script(), outputs={"mine": mine}, output_size=24)
    assert set(mine.shapes) == {(24, 32, 3)}
    assert mine.ends == ["close"]
    assert set(result.latency) == {"mine"}


def frame_times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [Fraction(f.pts or 0) * (f.time_base or 1) for f in container.decode(stream)]


def test_a_run_ends_by_itself_after_its_duration(talk: Talk) -> None:
    result = run(talk, duration=0.5)
    assert result.frames >= 1
    assert not result.interrupted
    assert result.network == "identity"
    assert (str(result.size), str(result.output_size)) == ("64x48", "64x48")
    assert result.latency[NOTHING].count == result.frames


def test_the_end_of_a_file_is_the_end_of_the_run(talk: Talk) -> None:
    result = run(talk, source="test:testsrc2=size=64x48:rate=30:duration=0.3")
    assert 1 <= result.frames <= 9


def test_oblong_pixels_come_out_square(talk: Talk, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(aspect=Fraction(3, 2)))
    result = run(talk, source=str(clip), record=tmp_path / "out.mp4")
    assert result.output_size == Size(96, 48)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].width == 96


def test_quit_ends_it(talk: Talk) -> None:
    assert not run(talk, "quit").interrupted


def test_wrong_lines_are_complained_about_and_the_run_goes_on(talk: Talk) -> None:
    run(
        talk,
        "dance",
        "# a remark",
        "",
        "strength 3",
        "style nowhere.jpg",
        "still a\0b.png",
        "quit",
        method="identity",
    )
    assert talk.lines == [
        "no such command: 'dance': 'help' lists them",
        "'3' is not a number from 0 to 1 (strength 0..1|+0.1|-0.1)",
        "a line cannot hold a NUL character: it is in no name of a file",
    ]


def test_stills_and_recordings_are_made_when_they_are_asked_for(talk: Talk, tmp_path: Path) -> None:
    script = conversation(
        talk,
        ("still a.png", "wrote a.png"),
        ("record on take.mkv", "recording take.mkv"),
        ("record off", "recorded take.mkv"),
        ("still a.png", "a.png exists"),
        ("still c.txt", "cannot write 'c.txt'"),
        ("record on missing/x.mp4", "the folder of missing/x.mp4 does not exist"),
        (f"record on {'x' * 300}.mp4", "File name too long"),
        ("record on . ", ". is a folder"),
        ("record", "recording vidstyle-"),
    )
    result = converse(talk, script)
    assert read_picture(tmp_path / "a.png").shape == (48, 64, 3)
    assert result.recordings[0] == "take.mkv"
    for recording in result.recordings:
        assert len(frame_times(tmp_path / recording)) >= 1


def test_a_recording_has_the_times_of_the_camera(talk: Talk, tmp_path: Path) -> None:
    result = run(talk, record="out.mp4", duration=1)
    times = frame_times(tmp_path / "out.mp4")
    assert len(times) == result.latency["recording"].count
    assert times == sorted(set(times))
    assert times[0] == 0
    assert times[-1] <= result.figures.elapsed_seconds


def test_the_report_holds_latencies_drops_and_figures(talk: Talk, tmp_path: Path) -> None:
    run(talk, duration=0.5, report="run.json", record="out.mp4")
    report = json.loads((tmp_path / "run.json").read_text())
    assert report["latency"]["recording"]["p95_ms"] > 0
    assert {"source", "rate cap", "preprocess", "model", "finish", "recording"} <= set(
        report["drops"]
    )
    names = [stage["name"] for stage in report["stages"]]
    assert names == ["capture", "preprocess", "model", "finish", "outputs"]
    assert report["recordings"] == ["out.mp4"]
    assert report["made_with"]


def test_a_report_that_cannot_be_written_tells_what_is_recorded(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    with pytest.raises(VidstyleError, match=r"cannot write .*run\.json.* \(out\.mp4 is complete\)"):
        run(
            talk,
            duration=0.5,
            report="reports/run.json",
            record="out.mp4",
            on_start=lambda headline: (tmp_path / "reports").rmdir(),
        )
    assert frame_times(tmp_path / "out.mp4")


def test_the_network_may_work_smaller_than_the_picture(talk: Talk) -> None:
    small = run(talk, duration=0.3, output_size="24")
    assert (str(small.size), str(small.output_size)) == ("32x24", "32x24")
    whole = run(talk, duration=0.3, size="24")
    assert (str(whole.size), str(whole.output_size)) == ("32x24", "64x48")


def test_two_styles_by_mask(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = cycle([20, 200])  # Inside, and outside.
    monkeypatch.setattr(
        "vidstyle.stylizers.identity.Identity.stylize",
        lambda _, frames: np.full_like(frames, next(levels)),
    )
    mask = np.zeros((12, 16, 3), np.uint8)
    mask[6:] = 255
    write_picture(tmp_path / "mask.png", mask)
    script = conversation(talk, ("still a.png", "wrote a.png"))
    converse(talk, script, mask="mask.png", styles_outside=["another"])
    picture = read_picture(tmp_path / "a.png")
    assert (picture[:20] == 200).all()
    assert (picture[-20:] == 20).all()


def test_the_rate_is_capped(talk: Talk) -> None:
    result = run(talk, duration=1.0, fps=10)
    assert result.frames <= 10 * result.figures.elapsed_seconds + 2
    assert result.drops["rate cap"] >= 1


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_a_run_properly(talk: Talk, tmp_path: Path) -> None:
    result = run(talk, record="out.mp4", on_status=lambda status: interrupt())
    assert result.interrupted
    assert len(frame_times(tmp_path / "out.mp4")) >= 1


def test_ctrl_c_twice_stops_at_once_and_the_recording_plays(talk: Talk, tmp_path: Path) -> None:
    def twice(status: object) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(InterruptedRunError, match=r"out\.mp4 ends early: it plays up to second "):
        run(talk, record="out.mp4", on_status=twice)
    assert len(frame_times(tmp_path / "out.mp4")) >= 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.parametrize("seed", range(8))
def test_ctrl_c_at_any_moment_leaves_a_recording_that_plays(
    talk: Talk, tmp_path: Path, seed: int
) -> None:
    """Or, where it came before the first frame, none."""
    timer = Timer(random.Random(seed).uniform(0.0, 0.6), interrupt)
    with suppress(KeyboardInterrupt):  # Where it comes before the run has begun.
        run(talk, record="out.mp4", on_start=lambda headline: timer.start())
    timer.join()
    names = [path.name for path in tmp_path.iterdir()]
    assert names in ([], ["out.mp4"])
    if names:
        assert len(frame_times(tmp_path / "out.mp4")) >= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strength": 7.0}, "strength 7"),
        ({"stabilise": -1.0, "method": "adain"}, "stabilise -1 must be from 0"),
        ({"detail": float("nan")}, "detail nan"),
        ({"fade": 99.0}, "fade 99 must be from 0 to 60"),
        ({"size": "0"}, "size 0 is out of range"),
        ({"fps": 0.0}, "fps 0 must be above 0"),
        ({"duration": -1.0}, "duration -1 must be above 0"),
        ({"rate": "many"}, "'many' is not a rate"),
        ({"rate": "1e999999999"}, "is not a rate"),
        ({"rate": "0.000001"}, "'0.000001' is not a rate"),
        ({"source": "rtsp://[::1"}, "'rtsp://\\[::1' is no URL"),
        ({"streams": ["tcp://[::1"]}, "'tcp://\\[::1' is no URL"),
        ({"source": "."}, ". is a folder"),
        ({"styles": ["ink:1e308"]}, "'1e308' is not a share"),
        ({"capture_size": "720"}, "size 720 has no height"),
        ({"view": "above"}, "'above' is not one of plain"),
        ({"method": "magic"}, "magic"),
        ({"method": "gatys"}, "gatys takes far too long for live pictures"),
        ({"output_size": "big"}, "'big' is not a size"),
        ({"mask": "nowhere.png"}, "no such mask: nowhere"),
        ({"invert_mask": True}, "--invert-mask needs a mask"),
        ({"styles_outside": ["candy"]}, "--style-outside needs a mask"),
        ({"method": "adain-vgg19"}, "adain-vgg19 needs a style"),
        ({"report": "missing/run.json"}, "the folder .*missing does not exist"),
        ({"record": "missing/out.mp4"}, "folder of missing/out.mp4"),
        ({"record": "out.txt"}, "cannot record into 'out.txt'"),
        ({"source": "nowhere.mp4"}, "nowhere.mp4"),
    ],
)
def test_a_wrong_argument_is_one_line_and_writes_nothing(
    talk: Talk, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(VidstyleError, match=message) as error:
        run(talk, **options)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


class ChangingSource(Source):
    """A camera that returns with another size."""

    dropped = 0

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()
        self.info = VideoInfo(
            size=Size(64, 48), time_base=Fraction(1, 1_000_000), rate=Fraction(25)
        )

    def __iter__(self) -> Iterator[Frame]:
        for index in range(60):
            width, height = (64, 48) if index < 20 else (48, 64) if index < 40 else (32, 24)
            picture = np.zeros((height, width, 3), np.uint8)
            yield replace(live_frame(index), picture=picture)

    def close(self) -> None:
        pass


def test_a_source_may_return_with_another_size(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidstyle.runs.live.session.LiveSource", ChangingSource)
    result = run(talk, record="out.mp4")
    assert len(frame_times(tmp_path / "out.mp4")) >= 1
    assert result.output_size == Size(32, 24)


def fail_to_write(*_: object) -> None:
    raise SinkError("the disk is full")


def test_an_output_that_dies_leaves_the_others_at_work(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecordingSink, "write", fail_to_write)

    def script() -> Iterator[str]:
        talk.wait_for_pictures(NOTHING)
        yield "record on"
        talk.wait_for("recording has failed: the disk is full")
        yield "still a.png"
        talk.wait_for("wrote a.png")
        yield "quit"

    result = converse(talk, script())
    assert "recording has failed: the disk is full" in result.notes
    assert result.recordings == ()


def test_a_fault_of_the_program_is_raised_when_the_others_are_complete(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its traceback would be lost."""

    def fail(*_: object) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr(RecordingSink, "write", fail)

    def script() -> Iterator[str]:
        talk.wait_for_pictures(NOTHING)
        yield "record on"
        talk.wait_for("recording has failed: 'a fault'")
        yield "still a.png"
        talk.wait_for("wrote a.png")
        yield "quit"

    with pytest.raises(KeyError, match="a fault"):
        converse(talk, script())
    assert (tmp_path / "a.png").exists()


def test_what_is_played_is_not_written_over(talk: Talk, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=100))
    before = clip.read_bytes()
    with pytest.raises(UsageError, match=r"in\.mp4 is read by this run"):
        run(talk, source=str(clip), record=clip, overwrite=True)
    script = conversation(
        talk,
        (f"record on {clip}", "is read by"),
        ("still mask.png", "mask.png is read by this run"),
    )
    write_picture(tmp_path / "mask.png", np.full((9, 9, 3), 255, np.uint8))
    mask = (tmp_path / "mask.png").read_bytes()
    converse(talk, script, source=str(clip), overwrite=True, loop=True, mask="mask.png")
    assert clip.read_bytes() == before
    assert (tmp_path / "mask.png").read_bytes() == mask


def test_a_recording_that_is_going_on_is_not_given_another_name(talk: Talk) -> None:
    script = conversation(
        talk,
        ("record on a.mp4", "recording a.mp4"),
        ("record toggle b.mp4", "a.mp4 is being recorded: end it first"),
    )
    assert converse(talk, script).recordings == ("a.mp4",)


def test_a_recording_that_cannot_be_completed_is_not_told_as_recorded(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.mp4").write_bytes(b"mine")
    monkeypatch.setattr(RecordingSink, "close", fail_to_write)
    with pytest.raises(VidstyleError, match="recording has failed: the disk is full"):
        run(talk, record="out.mp4", overwrite=True, duration=0.3)
    assert (tmp_path / "out.mp4").read_bytes() != b"mine", "what came before it failed plays"
    assert talk.lines[-1].startswith("out.mp4 ends early: it plays up to second ")


def test_the_recording_of_a_run_that_fails_is_told(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = RecordingSink.write

    def write_one(sink: RecordingSink, frame: Frame) -> None:
        if frame.pts:
            fail_to_write()
        write(sink, frame)

    monkeypatch.setattr(RecordingSink, "write", write_one)
    with pytest.raises(VidstyleError, match="no output is left: the disk is full"):
        run(talk, record="out.mp4")
    assert talk.lines[-1].startswith("out.mp4 ends early: it plays up to second ")


def test_without_any_output_left_the_run_ends(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordingSink, "write", fail_to_write)
    with pytest.raises(VidstyleError, match="no output is left: the disk is full"):
        run(talk, record="out.mp4")


def test_a_run_whose_recording_was_ended_goes_on_without_any(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script() -> Iterator[str]:
        talk.wait_for_pictures("recording")
        yield "record off"
        talk.wait_for("recorded a.mp4")
        monkeypatch.setattr(RecordingSink, "write", fail_to_write)
        yield "record on b.mp4"
        talk.wait_for("recording has failed: the disk is full")
        yield "quit"

    assert converse(talk, script(), record="a.mp4").recordings == ("a.mp4",)


def test_what_was_asked_for_before_the_end_is_done_and_told(talk: Talk, tmp_path: Path) -> None:
    def script() -> Iterator[str]:
        talk.wait_for_pictures(NOTHING)
        yield from (f"still {number}.png" for number in range(5))
        yield "quit"

    converse(talk, script())
    assert talk.lines == [f"wrote {number}.png" for number in range(5)]
    assert len(list(tmp_path.glob("*.png"))) == 5


def test_a_recording_that_exists_is_kept(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"out\.mp4 exists"):
        run(talk, record="out.mp4")
    assert (tmp_path / "out.mp4").read_bytes() == b"mine"


def test_random_keys_never_end_a_run(talk: Talk) -> None:
    """A thousand sequences of keys in one run, with and without sense."""
    generator = random.Random(0)
    keys = [key for key in KEYS if KEYS[key] != "quit"]

    def script() -> Iterator[str]:
        talk.wait_for_pictures(NOTHING)
        for number in range(1000):
            for _ in range(generator.randint(1, 8)):
                yield KEYS[generator.choice(keys)]
            if number % 100 == 0:
                yield f"still {number}.png"
                talk.wait_for(f"wrote {number}.png")
        yield "quit"

    result = converse(talk, script(), styles=["a", "b", "c"])
    assert result.frames > 0
    known = ["wrote ", "recording ", "recorded ", "was too short", "the list has ", "run is over"]
    known += help_lines()
    assert [line for line in talk.lines if not any(text in line for text in known)] == []
