"""A recording plays, whatever ends it."""

import gc
import signal
import struct
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.video.live import RATE, clicks, live_frames, onsets, run_program
from tests.video.making import blocks, corners, decoded, looks_like_corners, rgb_of, times_of
from vidstyle.errors import UsageError
from vidstyle.pipeline.fan_out import FanOut
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.microphone import Microphone, Sound
from vidstyle.video.recording_sink import RecordingSink
from vidstyle.video.sink import SinkError

SUFFIXES = [".mp4", ".mov", ".mkv"]
SIZE = Size(64, 48)


def record(path: Path, frames: int = 10, *, first_pts: int = 0, size: Size = SIZE) -> RecordingSink:
    sink = RecordingSink(path, size=size, rate=RATE)
    for frame in live_frames(frames, first_pts=first_pts):
        sink.write(frame)
    return sink


def kinds_of_boxes(path: Path) -> list[bytes]:
    data, start, kinds = path.read_bytes(), 0, []
    while start < len(data):
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        kinds.append(kind)
        start += size
    assert start == len(data)
    return kinds


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_recording_plays_and_keeps_its_times(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    sink = record(path, first_pts=7_000_000)
    sink.close()
    assert looks_like_corners(rgb_of(path), corners(64, 48))
    assert times_of(path) == [index * Fraction(1, 25) for index in range(10)]
    assert list(tmp_path.iterdir()) == [path]
    assert sink.notes == []


def test_times_may_be_anything_that_grows(tmp_path: Path) -> None:
    stamps = [100, 33_433, 33_434, 90_000, 12_000_000]
    sink = RecordingSink(tmp_path / "out.mp4", size=SIZE, rate=RATE)
    for index, pts in enumerate([*stamps, stamps[-1], 50_000]):
        picture = corners(64, 48)
        frame = Frame(picture=picture, index=index, pts=pts, time_base=Fraction(1, 1_000_000))
        sink.write(frame)
    sink.close()
    # To the nearest tick of 90 kHz, where the second and third are one.
    expected = [Fraction(round((pts - 100) * 9 / 100), 90_000) for pts in stamps]
    assert times_of(tmp_path / "out.mp4") == sorted(set(expected))
    assert sink.notes == ["3 frames were not recorded: they came out of order"]


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_a_whole_recording_is_an_ordinary_file(tmp_path: Path, suffix: str) -> None:
    record(tmp_path / f"out{suffix}", 60).close()
    kinds = kinds_of_boxes(tmp_path / f"out{suffix}")
    assert b"moof" not in kinds
    assert kinds.count(b"moov") == kinds.count(b"mdat") == 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_recording_can_be_searched(tmp_path: Path, suffix: str) -> None:
    record(tmp_path / f"out{suffix}", 150).close()
    with av.open(str(tmp_path / f"out{suffix}")) as container:
        container.seek(5_000_000)
        assert next(container.decode(video=0)).time == pytest.approx(4.0)


def test_the_picture_is_plain_hd_video(tmp_path: Path) -> None:
    record(tmp_path / "out.mp4").close()
    (frame, *_) = decoded(tmp_path / "out.mp4")
    tags = (frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range)
    assert tags == (1, 1, 1, 1)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert not container.streams.video[0].codec_context.has_b_frames


@pytest.mark.parametrize("size", [Size(63, 47), Size(1, 1), Size(128, 50)])
def test_any_size_is_recorded(tmp_path: Path, size: Size) -> None:
    record(tmp_path / "out.mp4", size=size).close()
    frame = decoded(tmp_path / "out.mp4")[0]
    even = (size.width + size.width % 2, size.height + size.height % 2)
    assert (frame.width, frame.height) == even


def test_odd_sides_grow_and_blur_nothing(tmp_path: Path) -> None:
    picture = blocks(63, 47)[..., :1].repeat(3, -1)  # Grey: colours are stored in half the size.
    sink = RecordingSink(tmp_path / "out.mp4", size=Size(63, 47), rate=RATE, quality=100)
    sink.write(Frame(picture=picture, index=0, pts=0, time_base=Fraction(1, 1_000_000)))
    sink.close()
    shown = rgb_of(tmp_path / "out.mp4").astype(int)
    assert shown.shape == (48, 64, 3)
    assert np.abs(shown[:47, :63] - picture).mean() < 3


def test_frames_of_another_size_are_letterboxed(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    sink = RecordingSink(path, size=SIZE, rate=RATE)
    shapes = [(64, 48), (128, 96), (64, 24), (48, 64)]
    for index, (width, height) in enumerate(shapes):
        picture = np.full((height, width, 3), 200, np.uint8)
        pts = index * 40_000
        frame = Frame(picture=picture, index=index, pts=pts, time_base=Fraction(1, 1_000_000))
        sink.write(frame)
    sink.close()
    shown = [frame.to_ndarray(format="rgb24") for frame in decoded(path)]
    assert [picture.shape for picture in shown] == [(48, 64, 3)] * 4
    bright = [int((picture.mean(-1) > 100).sum()) for picture in shown]
    assert bright == pytest.approx([64 * 48, 64 * 48, 64 * 24, 36 * 48], rel=0.05)


def test_a_name_that_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use a name that ends in \.mp4, \.m4v, \.mov, \.mkv"):
        RecordingSink(tmp_path / "out.avi", size=SIZE, rate=RATE)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"cannot write .*out\.mp4: no such file or directory"):
        RecordingSink(tmp_path / "none" / "out.mp4", size=SIZE, rate=RATE)


@pytest.mark.parametrize("end", [RecordingSink.close, RecordingSink.abort])
def test_a_recording_without_frames_leaves_nothing(
    tmp_path: Path, end: Callable[[RecordingSink], None]
) -> None:
    microphone = Prepared()
    end(record_with(microphone, tmp_path / "out.mp4", frames=0))
    assert list(tmp_path.iterdir()) == []
    assert microphone.closed


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_aborted_recording_is_kept(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    sink = record(path, 50)
    sink.abort()
    assert len(times_of(path)) == 50
    assert list(tmp_path.iterdir()) == [path]
    assert sink.notes == [f"{path} ends early: it plays up to second 2.0"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.video.test_recording_sink import record
record(Path(sys.argv[1]), int(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_killed_recording_plays(tmp_path: Path, suffix: str) -> None:
    killed = run_program(KILLED, tmp_path / f"out{suffix}", 100)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(f".part{suffix}")
    times = times_of(left)
    assert times == [index * Fraction(1, 25) for index in range(len(times))]
    assert times[-1] > 3.2  # Of four seconds: less than a fragment and a group of pictures lost.
    assert looks_like_corners(rgb_of(left), corners(64, 48))


@contextmanager
def disk_that_ends(size: int) -> Iterator[None]:
    """No file may grow beyond that many bytes: the system's way to fill a disk for one process."""
    resource = pytest.importorskip("resource", reason="Windows has no limit of file sizes")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def record_noise(path: Path) -> tuple[RecordingSink, list[str]]:
    """Record what takes 13 kB a frame; the sink, and what is told of its failure."""
    told: list[str] = []
    sink = RecordingSink(path, size=Size(160, 120), rate=RATE)
    fan_out: FanOut[Frame] = FanOut(on_failure=lambda _, error: told.append(str(error)))
    fan_out.add("recording", sink, capacity=1000)
    noise = np.random.default_rng(0)
    for frame in live_frames(60):
        picture = noise.integers(0, 256, (120, 160, 3), np.uint8)
        fan_out.write(frame.with_picture(picture))
    fan_out.close()
    return sink, told


@pytest.mark.parametrize("size", [500_000, 523_456])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_recording_onto_a_full_disk_plays(tmp_path: Path, suffix: str, size: int) -> None:
    path = tmp_path / f"out{suffix}"
    with disk_that_ends(size):
        sink, told = record_noise(path)
    assert told == [f"cannot write {path}: file too large"]
    times = times_of(path)
    assert 20 < len(times) < 60
    (note,) = sink.notes
    assert note.startswith(f"{path} ends early: it plays up to second ")
    assert float(note.rpartition(" ")[2]) == pytest.approx(float(times[-1]), abs=0.3)
    assert list(tmp_path.iterdir()) == [path]
    if suffix != ".mkv":
        assert kinds_of_boxes(path)[-2:] == [b"moof", b"mdat"]


@pytest.mark.parametrize("size", [0, 40, 90, 900])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_recording_onto_a_disk_that_is_full_already(
    tmp_path: Path, suffix: str, size: int
) -> None:
    with disk_that_ends(size):
        sink, told = record_noise(tmp_path / f"out{suffix}")
    assert told == [f"cannot write {tmp_path / f'out{suffix}'}: file too large"]
    assert sink.notes == []
    assert list(tmp_path.iterdir()) == []


class Prepared:
    """In place of a microphone: sound from prepared pieces, one for each `take`."""

    name = "prepared"

    def __init__(self, *takes: list[Sound], error: str = "") -> None:
        self._takes = list(takes)
        self.error = error
        self.closed = 0

    def take(self) -> list[Sound]:
        return self._takes.pop(0) if self._takes else []

    def close(self) -> None:
        self.closed += 1


def record_with(microphone: Prepared, path: Path, *, frames: int = 50) -> RecordingSink:
    sink = RecordingSink(path, size=SIZE, rate=RATE, microphone=cast(Microphone, microphone))
    for frame in live_frames(frames):
        sink.write(replace(frame, captured=1000.0 + float(frame.time)))
    return sink


def sound_of(path: Path) -> NDArray[Any]:
    """The samples of the left channel, from time 0 on."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time == 0
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def test_sound_lies_beside_the_pictures_of_its_time(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    # From before the first frame on; a click 0.7 s after it.
    pieces = list(clicks(at=[1000.7], first=999.5, seconds=2.5))
    microphone = Prepared(pieces[:30], pieces[30:60], [], pieces[60:])
    record_with(microphone, path).close()
    (click,) = onsets(sound_of(path))
    assert click == pytest.approx(0.7, abs=0.005)
    assert microphone.closed
    assert len(times_of(path)) == 50


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_silent_microphone_delays_no_picture(tmp_path: Path, suffix: str) -> None:
    killed = run_program(KILLED_WHILE_SILENT, tmp_path / f"out{suffix}")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (left,) = tmp_path.iterdir()
    assert times_of(left)[-1] > 2.5  # Of four seconds.


KILLED_WHILE_SILENT = """
import os, signal, sys
from pathlib import Path
from tests.video.test_recording_sink import Prepared, record_with
record_with(Prepared(), Path(sys.argv[1]), frames=100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_microphone_that_fails_leaves_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    sink = record_with(Prepared(error="it was unplugged"), path)
    sink.close()
    assert len(times_of(path)) == 50
    assert sink.notes == [
        f"the sound of {path} ends early: the microphone 'prepared' failed (it was unplugged)"
    ]


def test_a_failed_end_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    sink = record_with(Prepared(error="it was unplugged"), path)
    with disk_that_ends(0), pytest.raises(SinkError, match="file too large"):
        sink.close()
    sink.abort()
    assert len([note for note in sink.notes if "unplugged" in note]) == 1
    assert times_of(path)[-1] >= 1


@pytest.mark.parametrize("end", [RecordingSink.close, RecordingSink.abort])
def test_an_ended_recording_lets_go_of_its_encoder(
    tmp_path: Path, end: Callable[[RecordingSink], None]
) -> None:
    sink = record(tmp_path / "out.mp4")
    encoder = weakref.ref(sink._pictures)
    end(sink)
    gc.collect()
    assert encoder() is None
    assert sink.written


def test_a_real_microphone_is_recorded(tmp_path: Path) -> None:
    """As real as a machine without one allows: FFmpeg's sine, at the pace of real time."""
    path = tmp_path / "out.mp4"
    sink = RecordingSink(path, size=SIZE, rate=RATE, microphone=Microphone("test:"))
    pace = threading.Event()
    for frame in live_frames(15):
        sink.write(replace(frame, captured=perf_counter()))
        pace.wait(0.04)
    sink.close()
    assert np.abs(sound_of(path)).max() > 0.05
    assert sink.notes == []
