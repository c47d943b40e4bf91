"""Bad files are refused in one line, damaged ones are decoded as far as they go."""

import shutil
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.stream import VideoStream

from tests.video.making import Sound, Video, decoded, make_clip, times_of, transcode
from vidstyle.video.file_source import FileSource
from vidstyle.video.source import SourceError, Span

FASTSTART = {"movflags": "+faststart"}
BUSY = Video(frames=60, options={"preset": "ultrafast", "qp": "12", "g": "12"}, b_frames=2)


def refused(path: Path) -> str:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(SourceError) as caught:
        FileSource(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    assert (path.read_bytes() if path.is_file() else None) == before
    return message


def test_no_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.mp4")


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert "is empty (0 bytes)" in refused(path)


def test_text_with_the_name_of_a_video(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("This is not a video.\n" * 40)
    assert "it is not a video" in refused(path)


def test_sound_alone(tmp_path: Path) -> None:
    assert "has no video, only audio" in refused(make_clip(tmp_path / "a.mp4", None, Sound()))


def test_sound_with_a_cover_picture(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        cover = output.add_stream("png", rate=1)
        assert isinstance(cover, VideoStream)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "rgb24"
        cover.disposition = Disposition.attached_pic
        sound = output.add_stream("aac", rate=48000)
        sound.codec_context.open()
        output.mux(cover.encode(av.VideoFrame(64, 48, "rgb24")))
        output.mux(cover.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((2, 4800), np.float32), "fltp", "stereo")
        silence.sample_rate, silence.time_base, silence.pts = 48000, Fraction(1, 48000), 0
        output.mux(sound.encode(silence))
        output.mux(sound.encode(None))
    assert "has no video, only audio, cover picture" in refused(path)


def test_an_unknown_codec(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "in.mp4", Video())
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz"))
    assert "video codec that this FFmpeg cannot decode" in refused(path)


def test_cut_before_the_index(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "in.mp4", BUSY)
    path.write_bytes(path.read_bytes()[:2000])
    assert "cut off before its index" in refused(path)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".mov"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_is_cut_off(tmp_path: Path, suffix: str, share: float) -> None:
    options = FASTSTART if suffix in (".mp4", ".mov") else {}
    sound = Sound(codec="libmp3lame", seconds=Fraction(60, 25))
    whole = make_clip(tmp_path / f"whole{suffix}", BUSY, sound, options=options)
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
    data = cut.read_bytes()
    outcome = transcode(cut, tmp_path / "out.mp4")
    count = len(outcome.times)
    assert 60 * share - 16 < count < 60 * share + 8
    assert len(decoded(tmp_path / "out.mp4")) == count
    if 60 - count > 2:
        assert any("the input is damaged" in note for note in outcome.notes)
    if share < 0.9:
        missing = next(n for n in outcome.notes if "frames are missing" in n)
        told = int(missing.split(" frames are missing")[0].split()[-1])
        assert abs(told - (60 - count)) <= 4
    assert cut.read_bytes() == data


def test_a_transport_stream_that_is_cut_off(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.ts", BUSY, Sound(seconds=Fraction(60, 25)))
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    outcome = transcode(cut, tmp_path / "out.mp4")
    assert len(decoded(tmp_path / "out.mp4")) == len(outcome.times) > 20


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_flipped_bytes(tmp_path: Path, suffix: str, seed: int) -> None:
    options = FASTSTART if suffix == ".mp4" else {}
    path = make_clip(tmp_path / f"in{suffix}", BUSY, options=options)
    data = bytearray(path.read_bytes())
    length = len(data)
    for index in range(20):
        data[length // 3 + (index * 7919 * seed) % (length // 2)] ^= 0xFF
    path.write_bytes(data)
    outcome = transcode(path, tmp_path / "out.mp4")
    assert len(decoded(tmp_path / "out.mp4")) == len(outcome.times)
    assert len(outcome.times) > 20
    assert any("the input is damaged" in note for note in outcome.notes)
    assert path.read_bytes() == data


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("at_once", [True, False])
def test_pictures_after_a_lost_one_keep_their_times(
    tmp_path: Path, b_frames: int, at_once: bool
) -> None:
    clip = make_clip(tmp_path / "in.avi", replace(BUSY, b_frames=b_frames))
    with av.open(str(clip)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    whole, damaged = clip.read_bytes(), tmp_path / "damaged.avi"
    lost = next(packet for packet in packets[25:] if whole.count(packet) == 1)
    damaged.write_bytes(whole.replace(lost, bytes(len(lost))))
    last = [
        frame.picture.to_ndarray()
        for frame in FileSource(clip, frames_at_once=at_once)
        if isinstance(frame.picture, av.VideoFrame) and frame.pts >= 48
    ]
    source = FileSource(damaged, frames_at_once=at_once)
    found = {frame.pts: frame.picture for frame in source}
    assert source.notes == ["the input is damaged: 1 packets could not be decoded"]
    for pts, wanted in enumerate(last, start=48):
        picture = found[pts]
        assert isinstance(picture, av.VideoFrame)
        np.testing.assert_array_equal(picture.to_ndarray(), wanted)


def test_a_damaged_file_never_lets_a_frame_through_twice(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "in.ts", BUSY)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(path.read_bytes() * 2)
    times = transcode(joined, tmp_path / "out.mkv").times
    assert all(a < b for a, b in pairwise(times))
    assert len(times) >= 118
    assert times[-1] - times[0] == Fraction(len(times) - 1, 25)
    assert len(times_of(tmp_path / "out.mkv")) == len(times)


def test_a_whole_file_is_not_called_damaged(shared_clips: Path) -> None:
    for clip in ("nasa_2video_2audio_subs.mp4", "flower_540p_vp8_vorbis.webm"):
        source = FileSource(shared_clips / clip, span=Span(Fraction(4)))
        assert sum(1 for _ in source) > 10
        assert source.notes == []


def test_longer_sound_is_no_damage(tmp_path: Path) -> None:
    for suffix in (".mkv", ".mp4", ".ts"):
        clip = make_clip(tmp_path / f"in{suffix}", Video(), Sound(seconds=Fraction(4)))
        assert transcode(clip, tmp_path / "out.mkv").notes == []


def test_a_copy_reads_like_its_original(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video())
    copy = Path(shutil.copy(clip, tmp_path / "copy.with.dots.mp4"))
    assert transcode(copy, tmp_path / "out.mp4").notes == []
