"""What is written plays elsewhere, and a failed run leaves nothing behind."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.video.making import (
    Outcome,
    Sound,
    Video,
    corners,
    decoded,
    looks_like_corners,
    make_clip,
    packet_times,
    payloads,
    rgb_of,
    times_of,
    transcode,
)
from vidstyle import files
from vidstyle.errors import UsageError
from vidstyle.video.codecs import ENCODERS, Codec
from vidstyle.video.convert import FromRgb, Size
from vidstyle.video.file_sink import Encoding, FileSink
from vidstyle.video.frame import Frame
from vidstyle.video.sink import SinkError
from vidstyle.video.source import Span, VideoInfo

WAYS = [(codec, suffix) for codec, encoder in ENCODERS.items() for suffix in encoder.suffixes]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("clip") / "in.mp4",
        Video(width=128, height=96, frames=8, b_frames=2),
        Sound(codec="libmp3lame"),
    )


def seen_by_opencv(path: Path) -> list[tuple[int, int]]:
    capture = cv2.VideoCapture(str(path))
    sizes: list[tuple[int, int]] = []
    while True:
        found, picture = capture.read()
        if not found:
            return sizes
        sizes.append((picture.shape[1], picture.shape[0]))


@pytest.mark.parametrize(("codec", "suffix"), WAYS)
def test_what_is_written_plays(clip: Path, tmp_path: Path, codec: Codec, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    outcome = transcode(clip, out, codec=codec)
    frames = decoded(out)
    assert [(frame.width, frame.height) for frame in frames] == [(128, 96)] * 8
    assert looks_like_corners(rgb_of(out), corners(128, 96))
    if suffix != ".avi":
        assert times_of(out) == outcome.times
    if codec is not Codec.AV1:  # OpenCV decodes AV1 only by hardware.
        assert seen_by_opencv(out) == [(128, 96)] * 8
    if codec in (Codec.H264, Codec.HEVC, Codec.AV1, Codec.VP9):
        assert frames[0].format.name == "yuv420p"
    assert list(tmp_path.iterdir()) == [out]


def test_a_part_of_a_clip_begins_at_once_in_files_that_have_no_start(
    clip: Path, tmp_path: Path
) -> None:
    part = Span(start=times_of(clip)[4] - times_of(clip)[0])
    transcode(clip, tmp_path / "part.avi", span=part)
    assert len(decoded(tmp_path / "part.avi")) == 4
    assert times_of(tmp_path / "part.avi")[0] < times_of(clip)[2]


@pytest.mark.parametrize("suffix", [".mp4", ".m4v", ".mov"])
def test_playing_starts_before_the_whole_file_is_there(
    clip: Path, tmp_path: Path, suffix: str
) -> None:
    transcode(clip, tmp_path / f"out{suffix}")
    data = (tmp_path / f"out{suffix}").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_hevc_has_the_tag_that_apple_plays(clip: Path, tmp_path: Path) -> None:
    transcode(clip, tmp_path / "out.mp4", codec=Codec.HEVC)
    assert b"hvc1" in (tmp_path / "out.mp4").read_bytes()


@pytest.mark.parametrize(
    ("width", "height"), [(63, 47), (1, 64), (64, 1), (1, 1), (333, 3), (2, 50)]
)
@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        (Codec.H264, ".mp4"),
        (Codec.VP9, ".webm"),
        (Codec.PRORES, ".mov"),
        (Codec.GIF, ".gif"),
    ],
)
def test_odd_and_tiny_sizes(
    tmp_path: Path, width: int, height: int, codec: Codec, suffix: str
) -> None:
    video = Video(
        width=width, height=height, codec="png", options={}, pixel_format="rgb24", frames=2
    )
    clip = make_clip(tmp_path / "in.mov", video)
    outcome = transcode(clip, tmp_path / f"out{suffix}", codec=codec)
    even = codec is not Codec.GIF
    expected = (width + width % 2, height + height % 2) if even else (width, height)
    frames = decoded(tmp_path / f"out{suffix}")
    assert [(frame.width, frame.height) for frame in frames] == [expected] * 2
    grown = expected != (width, height)
    assert [note for note in outcome.notes if "grows" in note] == outcome.notes
    assert len(outcome.notes) == grown


@pytest.mark.parametrize("codec", [Codec.HEVC, Codec.AV1])
def test_a_size_that_an_encoder_cannot_take(clip: Path, tmp_path: Path, codec: Codec) -> None:
    with pytest.raises(UsageError, match="choose another --codec"):
        transcode(clip, tmp_path / "out.mp4", codec=codec, size=Size(128, 16))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codec", [Codec.H264, Codec.AV1])
def test_a_side_longer_than_an_encoder_can_take(tmp_path: Path, codec: Codec) -> None:
    size = Size(16386, 64)
    info = VideoInfo(size=size, time_base=Fraction(1, 25), rate=Fraction(25), frames=1)
    with pytest.raises(UsageError, match=r"16386x64 pixels, only 16384 or less a side"):
        FileSink(tmp_path / "out.mkv", info, Encoding(codec=codec, size=size))
    assert list(tmp_path.iterdir()) == []


def test_more_quality_makes_a_larger_file(clip: Path, tmp_path: Path) -> None:
    sizes = []
    for quality in (0, 50, 100):
        transcode(clip, tmp_path / "out.mkv", quality=quality)
        sizes.append(sum(map(len, payloads(tmp_path / "out.mkv", "video"))))
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [(Codec.H264, ".mp4"), (Codec.HEVC, ".mp4"), (Codec.AV1, ".mp4"), (Codec.VP9, ".webm")],
)
def test_fast_encoding_keeps_every_frame(
    clip: Path, tmp_path: Path, codec: Codec, suffix: str
) -> None:
    output = tmp_path / f"out{suffix}"

    transcode(clip, output, codec=codec, fast=True)

    assert len(times_of(output)) == len(times_of(clip))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("codec", [Codec.H264, Codec.HEVC, Codec.AV1, Codec.VP9])
def test_the_last_frame_is_held_as_long_as_it_was(
    tmp_path: Path, codec: Codec, suffix: str
) -> None:
    if suffix == ".mov" and codec not in (Codec.H264, Codec.HEVC):
        pytest.skip("players of MOV know no such codec")
    clip = make_clip(
        tmp_path / "in.mp4",
        Video(width=96, height=64, frames=20, pts=[*range(19), 49], time_base=Fraction(1, 10)),
    )
    transcode(clip, tmp_path / f"out{suffix}", codec=codec)
    with av.open(str(clip)) as before, av.open(str(tmp_path / f"out{suffix}")) as after:
        assert before.duration is not None
        assert after.duration == pytest.approx(before.duration, abs=2000)


def test_gif_keeps_the_pace(tmp_path: Path) -> None:
    rate = Fraction(30000, 1001)
    clip = make_clip(tmp_path / "in.mp4", Video(rate=rate, frames=30, start=Fraction(1)))
    transcode(clip, tmp_path / "out.gif", codec=Codec.GIF)
    times = times_of(tmp_path / "out.gif")
    assert times == [Fraction(round(index / rate * 100), 100) for index in range(30)]


def test_frames_that_the_container_cannot_tell_apart_are_counted(tmp_path: Path) -> None:
    pts = [0, 1, 2, 50, 100]
    clip = make_clip(tmp_path / "in.mp4", Video(pts=pts, time_base=Fraction(1, 1000)))
    notes = transcode(clip, tmp_path / "out.gif", codec=Codec.GIF).notes
    assert notes == ["2 frames were dropped: .gif files cannot keep frames less than 0.01 s apart"]


def test_frames_between_two_ticks_of_the_container_are_kept(tmp_path: Path) -> None:
    pts = [round(1000 * (index + 0.5) / 24) for index in range(24)]  # As Matroska counts them.
    video = Video(rate=Fraction(24), frames=24, pts=pts, time_base=Fraction(1, 1000))
    clip = make_clip(tmp_path / "in.mkv", video, Sound(codec="pcm_s16le"))
    assert transcode(clip, tmp_path / "out.avi").notes == []
    times = packet_times(tmp_path / "out.avi", "video")
    assert [after - before for before, after in pairwise(times)] == [Fraction(1, 24)] * 23


def test_a_second_encoder_says_nothing_on_the_terminal(clip: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.video.making import transcode\n"
        "from vidstyle.video.codecs import Codec\n"
        "for codec, name in zip(list(Codec)[:6], ('mp4', 'mkv', 'mp4', 'webm', 'mov', 'gif')):\n"
        "    transcode(Path(sys.argv[1]), Path(sys.argv[2]) / f'out.{name}', codec=codec)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(clip), str(tmp_path)],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={key: value for key, value in os.environ.items() if key != "SVT_LOG"},
        timeout=60,
        check=True,
    )
    assert (result.stdout, result.stderr) == (b"", b"")


# Failures


def frame(index: int = 0) -> Frame:
    picture = FromRgb("yuv420p", VideoInfo.colour)(corners(64, 48, index))
    return Frame(picture=picture, index=index, pts=index, time_base=Fraction(1, 25), duration=1)


def sink_for(path: Path, *, size: Size = Size(64, 48)) -> FileSink:  # noqa: B008
    info = VideoInfo(size=size, time_base=Fraction(1, 25), rate=Fraction(25))
    return FileSink(path, info, Encoding(codec=Codec.H264, size=size))


def test_without_a_frame_there_is_no_file(tmp_path: Path) -> None:
    sink = sink_for(tmp_path / "out.mp4")
    sink.close()
    assert list(tmp_path.iterdir()) == []


def test_the_final_name_appears_only_when_whole(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    sink = sink_for(out)
    for index in range(3):
        sink.write(frame(index))
    assert not out.exists()
    sink.close()
    assert len(decoded(out)) == 3


def test_an_aborted_run_leaves_nothing_and_the_old_file_alone(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    out.write_text("old")
    sink = sink_for(out)
    for index in range(60):
        sink.write(frame(index))
    sink.abort()
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_what_cannot_replace_a_file_that_is_open_is_kept_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows while a player shows the old one."""
    out = tmp_path / "out.mp4"
    out.write_text("old")
    replace = os.replace

    def replace_others(source: Path, target: Path) -> None:
        if target == out:
            raise PermissionError(errno.EACCES, "in use")
        replace(source, target)

    monkeypatch.setattr(os, "replace", replace_others)
    monkeypatch.setattr(files, "_PAUSES", ())
    sink = sink_for(out)
    sink.write(frame(0))
    with pytest.raises(SinkError, match=r"out.mp4: in use; it is complete as .*out-2.mp4$"):
        sink.close()
    sink.abort()
    assert out.read_text() == "old"
    assert len(decoded(tmp_path / "out-2.mp4")) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which files are open")
def test_an_aborted_run_leaves_nothing_where_open_files_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    unlink = os.unlink

    def remove(path: Path) -> None:
        if str(path) in map(os.path.realpath, Path("/proc/self/fd").iterdir()):
            raise PermissionError
        unlink(path)

    monkeypatch.setattr(os, "unlink", remove)
    sink = sink_for(tmp_path / "out.mp4")
    for index in range(60):
        sink.write(frame(index))
    sink.abort()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="missing: there is no such folder"):
        sink_for(tmp_path / "missing" / "out.mp4")


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SinkError, match="file: there is no such folder"):
        sink_for(tmp_path / "file" / "out.mp4")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 256 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or mount is None or subprocess.run([mount, *options]).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_full_disk_is_one_line_and_leaves_nothing(
    tmp_path: Path, tiny_disk: Path, suffix: str
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    video = Video(width=320, height=240, pixel_format="rgb24", codec="png", options={}, frames=12)
    noisy = [np.roll(noise, 7 * index, 1) for index in range(12)]
    clip = make_clip(tmp_path / "in.mov", Video(**{**vars(video), "pictures": noisy}))
    with pytest.raises(SinkError) as caught:
        transcode(clip, tiny_disk / f"out{suffix}", quality=100)
    assert "no space left on device" in str(caught.value)
    assert str(tiny_disk / f"out{suffix}") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tiny_disk.iterdir()) == []


def test_a_disk_that_fills_up_at_the_very_end(tmp_path: Path, tiny_disk: Path) -> None:
    (tiny_disk / "rest").write_bytes(b"x" * 250_000)
    clip = make_clip(tmp_path / "in.mp4", Video(frames=25), Sound(seconds=Fraction(1)))
    with pytest.raises(SinkError, match="no space left on device"):
        transcode(clip, tiny_disk / "out.mp4")
    assert [path.name for path in tiny_disk.iterdir()] == ["rest"]


def test_an_unwritable_folder_is_one_line(tiny_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    with pytest.raises(SinkError, match=r"cannot write into .*: no permission, or it is read-only"):
        sink_for(tiny_disk / "out.mp4")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_sound_ends_with_a_picture_that_was_cut_short(tmp_path: Path, suffix: str) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=50), Sound(seconds=Fraction(2)))
    outcome: Outcome = transcode(clip, tmp_path / "all.mp4")
    sink = FileSink(
        tmp_path / f"out{suffix}",
        outcome.info,
        Encoding(codec=Codec.H264, size=outcome.info.size),
        cut_short=lambda: True,
    )
    for index in range(25):
        sink.write(frame(index))
    sink.close()
    with av.open(str(tmp_path / f"out{suffix}")) as container:
        duration = Fraction(container.duration or 0, av.time_base)
    assert abs(duration - 1) <= Fraction(1, 25)


def test_hevc_of_a_frame_or_two_is_written(tmp_path: Path) -> None:
    """x265 gives decoding times out of nowhere, but not always."""
    for frames in (1, 2) * 6:
        clip = make_clip(tmp_path / "in.mp4", Video(width=64, height=64, frames=frames))
        transcode(clip, tmp_path / "out.mp4", codec=Codec.HEVC)
        assert len(decoded(tmp_path / "out.mp4")) == frames
