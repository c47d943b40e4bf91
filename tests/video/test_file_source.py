"""Every frame of a file comes out once, at its own time."""

import gc
import weakref
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.video.making import (
    Sound,
    Video,
    corners,
    decoded,
    looks_like_corners,
    make_clip,
    packet_times,
    rgb_of,
    times_of,
    transcode,
)
from vidstyle.video.codecs import Codec
from vidstyle.video.convert import Size
from vidstyle.video.file_source import FileSource
from vidstyle.video.orientation import UPRIGHT
from vidstyle.video.source import SourceError, Span

VFR = (0, 10, 11, 50, 51, 53, 90, 200)
SECOND = Fraction(1)


def frames_of(path: Path, span: Span | None = None) -> list[tuple[Fraction, float]]:
    """Time in the file and brightness of every frame that the source gives."""
    source = FileSource(path, span=span)
    found = []
    for frame in source:
        assert isinstance(frame.picture, av.VideoFrame)
        grey = frame.picture.to_ndarray(format="gray")
        found.append((frame.time + source.info.origin, float(grey.mean())))
    return found


def test_a_tape_of_raw_dv_has_its_own_rate(tmp_path: Path) -> None:
    tape = Video(width=720, height=576, frames=5, codec="dvvideo", options={})
    clip = make_clip(tmp_path / "in.dv", tape)
    outcome = transcode(clip, tmp_path / "out.mp4")
    assert outcome.info.rate == 25
    assert len(times_of(tmp_path / "out.mp4")) == 5


def test_a_file_whose_sound_begins_before_its_picture_is_whole(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(frames=25), Sound(rate=8000, seconds=Fraction(1)))
    source = FileSource(clip)
    assert len(list(source)) == 25
    assert source.notes == []


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".ts"])
@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("rate", ["25", "24000/1001", "30000/1001", "60"])
def test_a_constant_rate_is_kept(tmp_path: Path, suffix: str, b_frames: int, rate: str) -> None:
    video = Video(frames=20, rate=Fraction(rate), b_frames=b_frames)
    clip = make_clip(tmp_path / f"in{suffix}", video)
    outcome = transcode(clip, tmp_path / "out.mp4")
    assert len(outcome.times) == 20
    # The clock of a transport stream may begin anywhere.
    zero = times_of(clip)[0] if suffix == ".ts" else 0
    expected = [time - zero for time in times_of(clip)]
    assert times_of(tmp_path / "out.mp4") == outcome.times == expected
    assert outcome.notes == []
    if suffix in (".mp4", ".mov"):
        assert outcome.info.rate == Fraction(rate)
        with av.open(str(tmp_path / "out.mp4")) as container:
            assert container.streams.video[0].average_rate == Fraction(rate)
            duration = container.streams.video[0].duration * container.streams.video[0].time_base  # type: ignore[operator]
        assert duration == 20 / Fraction(rate)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("start", [0, 777])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_varying_rate_is_kept(tmp_path: Path, suffix: str, start: int, b_frames: int) -> None:
    pts = [start + moment for moment in VFR]
    video = Video(pts=pts, time_base=Fraction(1, 1000), b_frames=b_frames)
    clip = make_clip(tmp_path / f"in{suffix}", video)
    for target in (".mp4", ".mkv"):
        transcode(clip, tmp_path / f"out{target}")
        assert times_of(tmp_path / f"out{target}") == [Fraction(p, 1000) for p in pts]


def test_a_clip_of_a_phone_keeps_its_times(shared_clips: Path, tmp_path: Path) -> None:
    clip = shared_clips / "phone_dog_rot180_vfr_audio.mp4"
    outcome = transcode(clip, tmp_path / "out.mp4")
    assert times_of(tmp_path / "out.mp4") == times_of(clip)
    assert outcome.notes == []


@pytest.mark.parametrize(
    ("video", "suffix"),
    [
        (Video(b_frames=2), ".mp4"),
        (
            Video(codec="libx265", options={"x265-params": "log-level=none"}, width=96, height=96),
            ".mkv",
        ),
        (Video(codec="libvpx", options={}), ".webm"),
        (Video(codec="libvpx-vp9", options={}), ".webm"),
        (Video(codec="libsvtav1", options={"preset": "12"}), ".mp4"),
        (Video(codec="prores_ks", options={}, pixel_format="yuv422p10le"), ".mov"),
        (Video(codec="mjpeg", options={}, pixel_format="yuvj420p"), ".avi"),
        (Video(codec="mpeg4", options={}, b_frames=2), ".avi"),
        (Video(b_frames=2), ".avi"),
        (Video(codec="ffv1", options={}), ".mkv"),
        (Video(codec="mpeg2video", options={}, b_frames=2), ".ts"),
        (Video(codec="gif", options={}, pixel_format="rgb8"), ".gif"),
        (Video(b_frames=2), ".h264"),
        (Video(b_frames=2), ".flv"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.codec,
)
def test_codecs_and_containers_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, video: Video, suffix: str
) -> None:
    monkeypatch.setenv("SVT_LOG", "1")
    clip = make_clip(tmp_path / f"in{suffix}", video)
    outcome = transcode(clip, tmp_path / "out.mp4")
    assert outcome.notes == []
    start = outcome.times[0]
    assert outcome.times == [start + Fraction(index, 25) for index in range(6)]
    assert len(decoded(tmp_path / "out.mp4")) == 6
    expected = corners(video.width, video.height)
    assert np.abs(rgb_of(tmp_path / "out.mp4").astype(int) - expected)[4::8, 4::8].mean() < 16


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi", ".flv", ".webm", ".gif"])
@pytest.mark.parametrize(
    ("start", "end"), [("1/2", "1"), ("1", None), ("5/3", "2"), ("29/10", None), (None, "1")]
)
def test_a_span_has_exactly_its_frames(
    tmp_path: Path, suffix: str, start: str | None, end: str | None
) -> None:
    options = {"preset": "ultrafast", "g": "10"}
    video = Video(frames=75, options=options, b_frames=2)
    sounds = [Sound(seconds=3 * SECOND)]
    if suffix == ".webm":
        video = Video(frames=75, codec="libvpx", options={"g": "10", "deadline": "realtime"})
        sounds = [Sound(codec="libopus", seconds=3 * SECOND)]
    if suffix == ".gif":
        video, sounds = Video(frames=75, codec="gif", options={}, pixel_format="rgb8"), []
    clip = make_clip(tmp_path / f"in{suffix}", video, *sounds)
    first = Fraction(start) if start else None
    last = Fraction(end) if end else None
    with av.open(str(clip)) as container:
        beginning = Fraction(container.start_time or 0, av.time_base)
    expected = [
        (time, grey)
        for time, grey in frames_of(clip)
        if time >= beginning + (first or 0) and (last is None or time < beginning + last)
    ]
    assert expected
    assert frames_of(clip, Span(first, last)) == expected


def test_a_span_begins_at_zero(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=50))
    outcome = transcode(clip, tmp_path / "out.mp4", span=Span(SECOND, None))
    assert outcome.times == [Fraction(index, 25) for index in range(25)]
    assert outcome.info.frames == 25
    assert times_of(tmp_path / "out.mp4") == outcome.times


def test_a_span_behind_the_end_is_one_clear_line(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=25))
    with pytest.raises(SourceError, match=r"no frame from 9 s on \(it is 1\.0 s long\)"):
        FileSource(clip, span=Span(9 * SECOND, None))


def test_a_span_between_two_frames_is_one_clear_line(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=20))
    with pytest.raises(SourceError, match=r"in\.mp4 has no frame from 0\.5 to 0\.51 s"):
        FileSource(clip, span=Span(Fraction("0.5"), Fraction("0.51")))


@pytest.mark.parametrize("wrapped_seconds", [1, 3])
def test_a_transport_stream_across_the_wrap_of_its_clock_is_whole(
    tmp_path: Path, wrapped_seconds: int
) -> None:
    start = Fraction(2**33, 90000) - wrapped_seconds
    clip = make_clip(
        tmp_path / "in.ts",
        Video(frames=50, start=start),
        Sound(seconds=Fraction(2), start=start),
    )
    outcome = transcode(clip, tmp_path / "out.mp4")
    assert len(outcome.times) == 50
    assert 0 <= outcome.times[0] < Fraction(1, 10)
    assert packet_times(tmp_path / "out.mp4", "audio")[-1] > Fraction(18, 10)


def test_of_recordings_joined_end_to_end_those_after_the_first_are_whole(tmp_path: Path) -> None:
    one = make_clip(tmp_path / "one.ts", Video(frames=25)).read_bytes()
    joined = tmp_path / "in.ts"
    joined.write_bytes(one * 3)
    times = transcode(joined, tmp_path / "out.mp4", span=Span(Fraction("0.6"), None)).times
    assert len(times) == 10 + 25 + 25


def test_non_square_pixels_are_kept(tmp_path: Path) -> None:
    aspect = Fraction(16, 11)
    clip = make_clip(tmp_path / "in.mp4", Video(aspect=aspect))
    transcode(clip, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.streams.video[0].sample_aspect_ratio == aspect
    turned = make_clip(tmp_path / "turned.mp4", Video(aspect=aspect, rotation=90))
    transcode(turned, tmp_path / "upright.mp4")
    with av.open(str(tmp_path / "upright.mp4")) as container:
        assert container.streams.video[0].sample_aspect_ratio == 1 / aspect


@pytest.mark.parametrize("suffix", [".webm", ".mkv"])
def test_pixels_that_become_square_are_told(tmp_path: Path, suffix: str) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(width=72, height=64, aspect=Fraction(64, 45)))
    (note,) = transcode(clip, tmp_path / f"out{suffix}", codec=Codec.VP9).notes
    assert note == (
        f"pixels of 64:45 become square: vp9 in {suffix} cannot tell their shape; "
        "--output-size 102x64 keeps that of the picture"
    )
    wide = transcode(clip, tmp_path / f"wide{suffix}", codec=Codec.VP9, size=Size(102, 64))
    assert wide.notes == []
    assert transcode(clip, tmp_path / "out.mp4", codec=Codec.VP9).notes == []


def test_gif_tells_of_pixels_that_most_viewers_show_square(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(aspect=Fraction(2)))
    (note,) = transcode(clip, tmp_path / "out.gif", codec=Codec.GIF).notes
    assert "most viewers of gif pay no heed to their shape; --output-size 128x48" in note
    with av.open(str(tmp_path / "out.gif")) as container:
        assert container.streams.video[0].sample_aspect_ratio == 2


def test_the_shape_on_screen_is_kept_at_another_size(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(width=96, height=48))
    transcode(clip, tmp_path / "out.mp4", size=Size(64, 64))
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].sample_aspect_ratio == 2
    transcode(clip, tmp_path / "half.mp4", size=Size(48, 24))
    with av.open(str(tmp_path / "half.mp4")) as container:
        assert container.streams.video[0].sample_aspect_ratio in (1, None)


def test_alpha_is_dropped_with_a_note(tmp_path: Path) -> None:
    rgba = np.dstack([corners(64, 48), np.full((48, 64), 99, np.uint8)])
    video = Video(codec="png", options={}, pixel_format="rgba", pictures=[rgba] * 2)
    notes = transcode(make_clip(tmp_path / "in.mov", video), tmp_path / "out.mp4").notes
    assert notes == ["transparency is dropped: the output has no alpha channel"]


def test_an_animated_webp_is_called_that(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.webp", Video(codec="libwebp_anim", options={}))
    with pytest.raises(SourceError, match="it is an animated WebP, which cannot be read"):
        FileSource(clip)


def test_closed_captions_are_told(tmp_path: Path) -> None:
    plain = make_clip(tmp_path / "plain.h264", Video())
    captions = b"\xb5\0\x31GA94\3\x41\xff\xfc\x94\x2c\xff"  # ATSC A/53, part 4, table 6.7
    message = b"\0\0\0\1\6\4" + bytes([len(captions)]) + captions + b"\x80"
    (tmp_path / "in.h264").write_bytes(message + plain.read_bytes())
    told = "closed captions are not carried: they are part of the video track"
    assert told in FileSource(tmp_path / "in.h264").notes
    assert told not in FileSource(plain).notes


def test_a_gif_is_transparent_where_it_shows(tmp_path: Path) -> None:
    palette = np.full((256, 4), 255, np.uint8)
    palette[0] = 0
    indexed: Any = (np.eye(48, 64, dtype=np.uint8), palette)
    clear = av.VideoFrame.from_ndarray(indexed, "pal8")
    video = Video(codec="gif", options={}, pixel_format="pal8", pictures=[clear])
    clip = make_clip(tmp_path / "in.gif", video)
    assert "transparency" in transcode(clip, tmp_path / "out.mp4").notes[0]


def test_alpha_beside_vp9_is_dropped_with_a_note(tmp_path: Path) -> None:
    video = Video(codec="libvpx-vp9", options={}, metadata={"alpha_mode": "1"})
    clip = make_clip(tmp_path / "in.webm", video)
    assert "transparency" in transcode(clip, tmp_path / "out.mkv").notes[0]
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert "alpha_mode" not in container.streams.video[0].metadata


@pytest.mark.parametrize("suffix", [".h264", ".ts"])
def test_a_size_that_changes_in_mid_stream(tmp_path: Path, suffix: str) -> None:
    small = make_clip(tmp_path / f"small{suffix}", Video(frames=8))
    large = make_clip(tmp_path / f"large{suffix}", Video(frames=8, width=128, height=96))
    joined = tmp_path / f"in{suffix}"
    joined.write_bytes(small.read_bytes() + large.read_bytes())
    outcome = transcode(joined, tmp_path / "out.mp4")
    frames = decoded(tmp_path / "out.mp4")
    assert {(frame.width, frame.height) for frame in frames} == {(64, 48)}
    assert len(frames) == len(outcome.times) >= 15
    steps = {b - a for a, b in zip(outcome.times, outcome.times[1:], strict=False)}
    assert steps == {Fraction(1, 25)}
    assert looks_like_corners(rgb_of(tmp_path / "out.mp4", -1), corners(64, 48, 7))


def test_names_that_look_like_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = make_clip(tmp_path / "in.mp4", Video())
    odd = Path("http:a %03d 'ü'.mp4")
    made.rename(odd)
    transcode(odd, Path("pipe:1 %d.mp4"))
    assert len(decoded(tmp_path / "pipe:1 %d.mp4")) == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([odd.name, "pipe:1 %d.mp4"])


@pytest.mark.parametrize("read", [0, 2, None])
def test_a_closed_source_lets_go_of_its_decoder_at_once(tmp_path: Path, read: int | None) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video())
    gc.disable()  # Collected late, decoders add up in a program that opens many files.
    try:
        source = FileSource(clip)
        for _ in zip(range(6 if read is None else read), source, strict=False):
            pass
        source.close()
        gone = weakref.ref(source)
        del source
        assert gone() is None
    finally:
        gc.enable()


def test_frames_of_a_known_orientation_are_freed_without_the_garbage_collector(
    tmp_path: Path,
) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video())
    gc.collect()
    gc.disable()
    try:
        for _ in FileSource(clip, orientation=UPRIGHT):
            pass
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        assert not [each for each in gc.garbage if isinstance(each, av.VideoFrame)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
