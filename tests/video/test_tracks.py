"""Sound, subtitles, chapters and metadata come along, in step with the picture."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import Disposition

from tests.video.making import (
    Sound,
    Subtitles,
    Video,
    make_clip,
    packet_times,
    payloads,
    times_of,
    transcode,
)
from vidstyle.video.codecs import Codec
from vidstyle.video.source import Span

MS = Fraction(1, 1000)
FRAME = Fraction(1, 25)
AAC_FRAME = Fraction(1024, 48000)
CODECS = {".webm": Codec.VP9}
MOV_TEXT = Subtitles(
    codec="mov_text",
    lines=[(Fraction(0), 2 * FRAME, b"\0\5first"), (2 * FRAME, FRAME, b"\0\4next")],
)


def run(source: Path, target: Path, *, span: Span | None = None) -> list[str]:
    return transcode(source, target, codec=CODECS.get(target.suffix, Codec.H264), span=span).notes


def samples(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def languages(path: Path, kind: str) -> list[str]:
    with av.open(str(path)) as container:
        return [s.metadata.get("language", "") for s in container.streams if s.type == kind]


def in_packets(path: Path) -> int | None:
    """The length of the sound as an AVI tells it, in packets where they are of any size."""
    with av.open(str(path)) as container:
        return container.streams.audio[0].duration


@pytest.mark.parametrize(
    ("codec", "source", "target"),
    [
        ("aac", ".mp4", ".mp4"),
        ("aac", ".mp4", ".mkv"),
        ("aac", ".mkv", ".mov"),
        ("aac", ".mp4", ".avi"),
        ("libmp3lame", ".mp4", ".mp4"),
        ("libmp3lame", ".avi", ".mkv"),
        ("libopus", ".mkv", ".mp4"),
        ("libopus", ".webm", ".webm"),
        ("flac", ".mkv", ".mp4"),
        ("ac3", ".ts", ".mp4"),
        ("ac3", ".avi", ".avi"),
        ("libmp3lame", ".avi", ".avi"),
        ("alac", ".mkv", ".mp4"),
        ("pcm_s16le", ".mov", ".mkv"),
    ],
)
def test_sound_is_copied(tmp_path: Path, codec: str, source: str, target: str) -> None:
    video = Video(codec="libvpx", options={}) if source == ".webm" else Video()
    clip = make_clip(tmp_path / f"in{source}", video, Sound(codec=codec))
    assert run(clip, tmp_path / f"out{target}") == []
    assert b"".join(payloads(tmp_path / f"out{target}", "audio")) == b"".join(
        payloads(clip, "audio")
    )
    before, after = (
        packet_times(clip, "audio"),
        packet_times(tmp_path / f"out{target}", "audio"),
    )
    if target != ".avi":
        assert abs(after[0] - before[0]) <= MS
    elif source == ".avi":
        assert after == before
        assert in_packets(tmp_path / f"out{target}") == in_packets(clip) == len(after)


def test_adts_sound_of_a_transport_stream_is_repacked(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.ts", Video(), Sound())
    assert run(clip, tmp_path / "out.mp4") == []
    without_headers = [payload[7:] for payload in payloads(clip, "audio")]
    assert payloads(tmp_path / "out.mp4", "audio") == without_headers


def test_adts_sound_is_encoded_anew_for_avi_which_cannot_hold_it(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.ts", Video(), Sound())
    assert run(clip, tmp_path / "out.avi") == []
    assert samples(tmp_path / "out.avi") == pytest.approx(samples(clip), abs=3072)


def test_aac_of_an_avi_is_encoded_anew_for_another(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.avi", Video(), Sound())
    assert run(clip, tmp_path / "out.avi") == []
    times = packet_times(tmp_path / "out.avi", "audio")
    assert samples(tmp_path / "out.avi") == pytest.approx(samples(clip), abs=3072)
    assert times[: len(packet_times(clip, "audio"))] == packet_times(clip, "audio")


@pytest.mark.parametrize(
    ("sound", "source", "target", "name"),
    [
        (Sound(codec="mp2"), ".mkv", ".mp4", "aac"),
        (Sound(codec="pcm_s16le"), ".mkv", ".mp4", "aac"),
        (Sound(codec="pcm_s16le", rate=11025, layout="mono"), ".avi", ".mp4", "aac"),
        (Sound(codec="pcm_s16le", rate=37800), ".avi", ".mp4", "aac"),
        (Sound(codec="ac3", layout="5.1(side)"), ".mkv", ".webm", "opus"),
        (Sound(codec="flac", layout="7.1"), ".mkv", ".mov", "aac"),
        (Sound(codec="libopus"), ".mkv", ".mov", "aac"),
        (Sound(codec="adpcm_ima_wav"), ".avi", ".mkv", "aac"),
        (Sound(codec="aac", rate=44100), ".mp4", ".webm", "opus"),
    ],
)
def test_sound_is_transcoded_where_it_would_not_play(
    tmp_path: Path, sound: Sound, source: str, target: str, name: str
) -> None:
    clip = make_clip(tmp_path / f"in{source}", Video(), sound)
    out = tmp_path / f"out{target}"
    notes = run(clip, out)
    assert len(notes) == 1
    assert f"to {name}" in notes[0]
    with av.open(str(out)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.codec.canonical_name == name
        seconds = Fraction(samples(out), stream.rate)
    assert abs(seconds - sound.seconds) < Fraction(1, 20)
    times = packet_times(out, "audio")
    assert abs(times[0]) <= Fraction(1024, min(sound.rate, 48000))
    assert times[-1] < sound.seconds + Fraction(1, 20)


def test_mp3_of_a_low_rate_is_transcoded_for_mp4(tmp_path: Path) -> None:
    sound = Sound(codec="libmp3lame", rate=11025, layout="mono")
    clip = make_clip(tmp_path / "in.avi", Video(), sound)
    assert run(clip, tmp_path / "out.mp4") == [
        "audio track 1 is transcoded from mp3 to aac: mp3 of 11025 Hz does not play in mp4 files"
    ]
    assert samples(tmp_path / "out.mp4") == pytest.approx(samples(clip), abs=1024)
    assert run(clip, tmp_path / "out.mkv") == run(clip, tmp_path / "out.mov") == []


@pytest.mark.parametrize("other", [{"layout": "mono"}, {"rate": 44100}])
@pytest.mark.parametrize("target", [".mp4", ".webm"])
def test_sound_that_changes_on_the_way_is_transcoded(
    tmp_path: Path, other: dict[str, Any], target: str
) -> None:
    """As broadcasts do where advertisements begin."""
    second = Sound(codec="mp2", start=Fraction(1, 4), **other)
    parts = [
        make_clip(tmp_path / "a.ts", Video(), Sound(codec="mp2")),
        make_clip(tmp_path / "b.ts", Video(start=Fraction(1, 4)), second),
    ]
    clip = tmp_path / "in.ts"
    clip.write_bytes(b"".join(part.read_bytes() for part in parts))
    run(clip, tmp_path / f"out{target}")
    assert abs(Fraction(samples(tmp_path / f"out{target}"), 48000) - Fraction(1, 2)) < 3 * AAC_FRAME


def test_sound_that_begins_late_is_found(tmp_path: Path) -> None:
    sound = Sound(codec="ac3", start=Fraction(12))
    clip = make_clip(tmp_path / "in.ts", Video(frames=320), sound)
    assert run(clip, tmp_path / "out.mp4") == []
    assert packet_times(tmp_path / "out.mp4", "audio")[0] > 11


def test_a_damaged_packet_of_sound_is_left_out(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.ts", Video(), Sound())
    data = bytearray(clip.read_bytes())
    header = [match.start() for match in re.finditer(rb"\xff\xf1", data)][3]
    data[header : header + 7] = bytes(7)
    clip.write_bytes(data)
    notes = run(clip, tmp_path / "out.mp4")
    assert "1 damaged packets of sound are left out" in notes
    assert len(packet_times(tmp_path / "out.mp4", "audio")) > 3


def test_a_damaged_packet_of_sound_that_is_transcoded_is_counted(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(), Sound(codec="flac"))
    whole, damaged = clip.read_bytes(), tmp_path / "damaged.mp4"
    lost = payloads(clip, "audio")[1]
    damaged.write_bytes(whole.replace(lost, bytes(len(lost))))

    assert "1 damaged packets of sound are left out" in run(damaged, tmp_path / "out.mov")
    assert samples(tmp_path / "out.mov") > 0


def test_more_channels_than_an_encoder_knows_become_two(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(), Sound(codec="pcm_s16le", layout="hexadecagonal"))
    run(clip, tmp_path / "out.webm")
    with av.open(str(tmp_path / "out.webm")) as container:
        assert container.streams.audio[0].layout.name == "stereo"


@pytest.mark.parametrize("codec", ["aac", "mp2"])
@pytest.mark.parametrize("start", [Fraction(0), Fraction(1, 2)])
@pytest.mark.parametrize("video_start", [Fraction(0), Fraction(1)])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_sound_and_picture_stay_apart_as_they_were(
    tmp_path: Path, codec: str, start: Fraction, video_start: Fraction, suffix: str
) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(start=video_start), Sound(codec=codec, start=start))
    out = tmp_path / f"out{suffix}"
    run(clip, out)
    assert times_of(out) == times_of(clip)
    tolerance = MS if codec == "aac" or suffix == ".mkv" else 2 * AAC_FRAME
    assert abs(packet_times(out, "audio")[0] - packet_times(clip, "audio")[0]) <= tolerance
    assert abs(packet_times(out, "audio")[-1] - packet_times(clip, "audio")[-1]) <= FRAME


@pytest.mark.parametrize("target", [".mp4", ".mkv", ".mov"])
@pytest.mark.parametrize("hours", [0, 2])
def test_the_clock_of_a_transport_stream_is_counted_from_its_beginning(
    tmp_path: Path, target: str, hours: int
) -> None:
    """However long it has run; what lies between picture and sound is kept."""
    start = 3600 * hours + Fraction(14, 10)
    clip = make_clip(
        tmp_path / "in.ts",
        Video(start=start, frames=20, b_frames=2),
        Sound(start=start, seconds=Fraction(8, 10)),
    )
    run(clip, tmp_path / f"out{target}")
    beginning = min(times_of(clip)[0], packet_times(clip, "audio")[0])
    assert beginning > 1
    assert all(
        abs(a - (b - beginning)) <= MS
        for a, b in zip(times_of(tmp_path / f"out{target}"), times_of(clip), strict=True)
    )
    before, after = packet_times(clip, "audio"), packet_times(tmp_path / f"out{target}", "audio")
    assert abs(after[0] - (before[0] - beginning)) <= MS
    assert abs(after[-1] - (before[-1] - beginning)) <= MS


def test_avi_begins_at_zero_and_tells_what_it_cannot_delay(tmp_path: Path) -> None:
    start = Fraction(2)
    clip = make_clip(
        tmp_path / "in.mkv", Video(start=start), Sound(codec="libmp3lame", start=start + 1)
    )
    notes = run(clip, tmp_path / "out.avi")
    assert len(notes) == 1
    assert "early" in notes[0]
    with av.open(str(tmp_path / "out.avi")) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [packet.dts for packet in packets] == list(range(6))


@pytest.mark.parametrize(("codec", "suffix"), [("ac3", ".avi"), ("pcm_s16le", ".mov")])
def test_a_pause_in_the_sound_that_cannot_be_held_is_told(
    tmp_path: Path, codec: str, suffix: str
) -> None:
    whole = make_clip(
        tmp_path / "whole.mkv", Video(frames=50), Sound(codec=codec, seconds=Fraction(2))
    )
    clip = without_sound(whole, tmp_path / "in.mkv", Fraction(1, 2), Fraction(5, 4))
    assert run(whole, tmp_path / f"whole{suffix}") == []
    assert run(clip, tmp_path / "out.mp4") == run(whole, tmp_path / "whole.mp4")
    (note,) = run(clip, tmp_path / f"out{suffix}")
    assert re.match(rf"audio track 1 plays 0\.\d+ s early from 1\.2\d s on: {suffix[1:]}", note)


def without_sound(source: Path, target: Path, start: Fraction, end: Fraction) -> Path:
    """A copy of a clip whose sound pauses."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as output:
        streams = [output.add_stream_from_template(stream) for stream in clip.streams]
        for packet in clip.demux():
            time = (packet.pts or 0) * packet.time_base
            if packet.size and not (packet.stream_index == 1 and start <= time < end):
                packet.stream = streams[packet.stream_index]
                output.mux(packet)
    return target


@pytest.mark.parametrize("rate", [8000, 16000, 48000])
def test_what_a_decoder_needs_to_get_going_comes_along(tmp_path: Path, rate: int) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(frames=25), Sound(rate=rate, seconds=Fraction(1)))
    assert packet_times(clip, "audio")[0] < 0
    assert run(clip, tmp_path / "out.mkv") == []
    assert payloads(tmp_path / "out.mkv", "audio") == payloads(clip, "audio")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_sound_that_an_edit_list_cuts_away_stays_away(tmp_path: Path, suffix: str) -> None:
    sound = Sound(start=-Fraction(1, 2), seconds=Fraction(3, 2))
    clip = make_clip(tmp_path / "in.mp4", Video(frames=25), sound)
    assert samples(clip) == pytest.approx(48000, abs=2048)

    run(clip, tmp_path / f"out{suffix}")

    assert samples(tmp_path / f"out{suffix}") == pytest.approx(48000, abs=3072)


@pytest.mark.parametrize(
    ("subtitles", "source", "target"),
    [
        (Subtitles(), ".mkv", ".mkv"),
        (MOV_TEXT, ".mp4", ".mp4"),
        (MOV_TEXT, ".mp4", ".mov"),
        (Subtitles(codec="webvtt"), ".mkv", ".mkv"),
        (
            Subtitles(
                codec="ass",
                lines=[
                    (Fraction(0), FRAME, b"0,0,Default,,0,0,0,,above"),
                    (Fraction(0), 2 * FRAME, b"1,0,Default,,0,0,0,,below"),
                ],
            ),
            ".mkv",
            ".mkv",
        ),
    ],
)
def test_text_subtitles_are_copied(
    tmp_path: Path, subtitles: Subtitles, source: str, target: str
) -> None:
    clip = make_clip(tmp_path / f"in{source}", Video(), Sound(), subtitles)
    out = tmp_path / f"out{target}"
    assert run(clip, out) == []
    assert lines(out) == lines(clip)


def lines(path: Path) -> list[tuple[Fraction, bytes]]:
    """Without the empty packets that MP4 has between two lines."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(subtitles=0) if packet.size > 2]
        return [((p.pts or 0) * p.time_base, bytes(p)) for p in packets]


@pytest.mark.parametrize("target", [".mp4", ".webm", ".avi"])
def test_subtitles_that_do_not_fit_are_named(tmp_path: Path, target: str) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(), Subtitles())
    notes = run(clip, tmp_path / f"out{target}")
    assert len(notes) == 1
    assert "subtitle track 1 (subrip) is not carried" in notes[0]


def test_gif_names_what_it_leaves_out(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(), Sound(), chapters=[(0, 100, "one")])
    notes = transcode(clip, tmp_path / "out.gif", codec=Codec.GIF).notes
    assert [note.split(" is ")[0].split(" are ")[0] for note in notes] == [
        "chapters",
        "audio track 1",
    ]


CHAPTERS: Sequence[tuple[int, int, str]] = [(0, 100, "one"), (100, 240, "zwei — два")]


@pytest.mark.parametrize("source", [".mp4", ".mkv"])
@pytest.mark.parametrize("target", [".mp4", ".mov", ".mkv", ".webm"])
def test_chapters_and_metadata_are_kept(tmp_path: Path, source: str, target: str) -> None:
    clip = make_clip(
        tmp_path / f"in{source}",
        Video(metadata={"language": "eng"}),
        Sound(codec="libopus", metadata={"language": "fra"}),
        metadata={"title": "Übung", "artist": "me", "comment": "a, b = c; \\ #"},
        chapters=CHAPTERS,
    )
    out = tmp_path / f"out{target}"
    expected = 1 if target == ".mov" else 0  # Opus is transcoded there.
    assert len(run(clip, out)) == expected
    with av.open(str(out)) as container:
        kept = {key.lower(): value for key, value in container.metadata.items()}
        assert (kept["title"], kept["artist"]) == ("Übung", "me")
        assert kept["comment"] == "a, b = c; \\ #"
        chapters = [
            (c["start"] * c["time_base"], c["end"] * c["time_base"], c["metadata"]["title"])  # type: ignore[operator]
            for c in container.chapters()
        ]
    assert chapters == [(first * MS, last * MS, title) for first, last, title in CHAPTERS]
    if target != ".webm":
        assert languages(out, "video") == ["eng"]
    assert languages(out, "audio") == ["fra"]


def timecodes(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        everywhere = [container.metadata, *(stream.metadata for stream in container.streams)]
        return [
            value
            for metadata in everywhere
            for key, value in metadata.items()
            if key.lower() == "timecode"
        ]


@pytest.mark.parametrize("source", [".mov", ".mkv"])
@pytest.mark.parametrize("target", [".mp4", ".mov"])
def test_the_timecode_of_a_camera_is_kept_from_the_beginning(
    tmp_path: Path, source: str, target: str
) -> None:
    clip = make_clip(
        tmp_path / f"in{source}", Video(frames=10), metadata={"timecode": "01:00:00:00"}
    )
    assert run(clip, tmp_path / f"out{target}") == []
    assert set(timecodes(tmp_path / f"out{target}")) == {"01:00:00:00"}

    notes = run(clip, tmp_path / f"part{target}", span=Span(start=2 * FRAME))

    assert notes == ["the timecode is not carried: it counts from the input's beginning"]
    assert timecodes(tmp_path / f"part{target}") == []


def test_more_frames_a_second_than_a_timecode_counts_are_told(tmp_path: Path) -> None:
    fast = Video(frames=10, rate=Fraction(300))
    clip = make_clip(tmp_path / "in.mkv", fast, metadata={"timecode": "01:00:00:00"})

    notes = run(clip, tmp_path / "out.mp4")

    assert notes == ["the timecode is not carried: mp4 files count at most 255 frames a second"]
    assert run(clip, tmp_path / "out.mkv") == []
    assert timecodes(tmp_path / "out.mkv") == ["01:00:00:00"]


def test_metadata_in_another_encoding_is_no_obstacle(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "in.avi", Video(), metadata={"title": "Café"}, metadata_encoding="latin-1"
    )
    run(clip, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.metadata["title"].startswith("Caf")


def test_several_tracks_keep_their_order_language_and_default(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "in.mkv",
        Video(),
        Sound(metadata={"language": "eng", "title": "Original"}),
        Sound(codec="flac", metadata={"language": "jpn"}),
        Subtitles(metadata={"language": "spa"}),
    )
    run(clip, tmp_path / "out.mkv")
    assert languages(tmp_path / "out.mkv", "audio") == ["eng", "jpn"]
    assert languages(tmp_path / "out.mkv", "subtitle") == ["spa"]
    with av.open(str(clip)) as before, av.open(str(tmp_path / "out.mkv")) as after:
        kept = [stream.disposition for stream in after.streams]
        assert kept == [stream.disposition for stream in before.streams]


@pytest.mark.parametrize("target", [".mp4", ".mov", ".mkv"])
def test_what_an_iphone_tells_is_kept(tmp_path: Path, target: str) -> None:
    told = {
        "com.apple.quicktime.location.ISO6709": "+48.1371+011.5754/",
        "com.apple.quicktime.make": "Apple",
    }
    options = {"movflags": "use_metadata_tags"}
    clip = make_clip(tmp_path / "in.mov", Video(), metadata=told, options=options)
    run(clip, tmp_path / f"out{target}")
    with av.open(str(tmp_path / f"out{target}")) as container:
        kept = {key.casefold(): value for key, value in container.metadata.items()}
    assert kept.items() >= {key.casefold(): value for key, value in told.items()}.items()


def test_the_video_stays_the_default_track(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video())
    run(clip, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.streams.video[0].disposition == Disposition.default


def test_a_clip_with_many_tracks(shared_clips: Path, tmp_path: Path) -> None:
    clip = shared_clips / "nasa_2video_2audio_subs.mp4"
    notes = run(clip, tmp_path / "out.mp4", span=None)
    assert notes == ["video track 0 (h264) is not carried: only the main video is stylised"]
    for kind, index in (("audio", 0), ("audio", 1), ("subtitles", 0)):
        assert payloads(tmp_path / "out.mp4", kind, index) == payloads(clip, kind, index)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("codec", ["aac", "mp2"])
def test_a_span_takes_its_own_sound(tmp_path: Path, suffix: str, codec: str) -> None:
    video = Video(frames=75, options={"preset": "ultrafast", "g": "10"}, b_frames=2)
    clip = make_clip(
        tmp_path / f"in{suffix}", video, Sound(codec=codec, seconds=Fraction(3)), chapters=()
    )
    out = tmp_path / "out.mp4"
    run(clip, out, span=Span(Fraction(1), Fraction(2)))
    times, sound = times_of(out), packet_times(out, "audio")
    assert len(times) == 25
    assert 0 <= times[0] < FRAME
    assert abs(sound[0]) <= Fraction(1, 40)
    assert abs(sound[-1] - 1) <= 2 * AAC_FRAME
    if codec == "aac":
        before = payloads(clip, "audio")
        kept = payloads(out, "audio")
        header = 7 if suffix == ".ts" else 0
        first = [payload[header:] for payload in before].index(kept[0])
        shift = packet_times(clip, "audio")[first] - sound[0]
        start = next(time for time in times_of(clip) if time - shift >= -MS)
        assert abs(start - shift - times[0]) <= 2 * MS


@pytest.mark.parametrize(("start", "end"), [("0", "0.5"), ("0", "1.5"), ("1", "2.5")])
def test_every_sound_track_of_fragments_goes_up_to_the_end(
    tmp_path: Path, start: str, end: str
) -> None:
    """Fragments hold one track after the other."""
    clip = make_clip(
        tmp_path / "in.mp4",
        Video(frames=150, options={"preset": "ultrafast", "g": "50"}),
        *[Sound(seconds=Fraction(6)) for _ in range(3)],
        options={"movflags": "frag_keyframe+empty_moov"},
    )
    out = tmp_path / "out.mp4"
    span = Span(Fraction(start) or None, Fraction(end))
    run(clip, out, span=span)
    seconds = Fraction(end) - Fraction(start)
    for index in range(3):
        times = packet_times(out, "audio", index)
        assert abs(times[-1] - seconds) <= 2 * AAC_FRAME
        assert len(times) == pytest.approx(seconds / AAC_FRAME, abs=3)


def test_a_line_that_is_seen_at_the_end_of_a_span_ends_with_it(tmp_path: Path) -> None:
    line = (Fraction(1, 5), Fraction(3), b"long")
    clip = make_clip(tmp_path / "in.mkv", Video(frames=75), Subtitles(lines=[line]))
    run(clip, tmp_path / "out.mkv", span=Span(None, Fraction(1)))
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.duration == pytest.approx(1_000_000, abs=2000)
        (packet,) = [packet for packet in container.demux(subtitles=0) if packet.size]
    assert (packet.pts, packet.duration) == (200, 800)


def test_what_begins_with_the_end_of_a_span_is_not_in_it(tmp_path: Path) -> None:
    cues = [(begins, Fraction(1, 2), b"line") for begins in (Fraction(1, 2), Fraction(1))]
    clip = make_clip(tmp_path / "in.mkv", Video(frames=50), Subtitles(lines=cues))
    run(clip, tmp_path / "out.mkv", span=Span(None, Fraction(1)))
    assert lines(tmp_path / "out.mkv") == [(Fraction(1, 2), b"line")]


@pytest.mark.parametrize(("suffix", "codec"), [(".mkv", "subrip"), (".mp4", "mov_text")])
def test_a_line_that_is_seen_at_the_start_of_a_span_begins_with_it(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    texts = ("past", "seen", "next")
    payload = [len(text).to_bytes(2) + text.encode() for text in texts]
    times = [(Fraction(0), Fraction(3)), (Fraction(3), Fraction(10)), (Fraction(14), Fraction(1))]
    lines = [(*time, each) for time, each in zip(times, payload, strict=True)]
    video = Video(frames=400, options={"preset": "ultrafast", "g": "25"})
    sound = Sound(seconds=Fraction(16))
    clip = make_clip(tmp_path / f"in{suffix}", video, sound, Subtitles(codec=codec, lines=lines))
    out = tmp_path / f"out{suffix}"
    run(clip, out, span=Span(Fraction(12), None))
    with av.open(str(out)) as container:
        packets = [packet for packet in container.demux(subtitles=0) if packet.size > 2]
        unit = packets[0].time_base
        seen = [((p.pts or 0) * unit, (p.duration or 0) * unit, bytes(p)) for p in packets]
    second = Fraction(1)
    assert seen == [(0 * second, second, payload[1]), (2 * second, second, payload[2])]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_sound_of_a_joined_recording_whose_clock_is_earlier_comes_along(
    tmp_path: Path, suffix: str
) -> None:
    joined = tmp_path / "in.ts"
    with joined.open("wb") as file:
        for start in (Fraction(60), Fraction(0)):
            sound = Sound(seconds=Fraction(2), start=start)
            part = make_clip(tmp_path / "part.ts", Video(frames=50, start=start), sound)
            file.write(part.read_bytes())
    out = tmp_path / f"out{suffix}"
    run(joined, out)
    assert len(times_of(out)) == 100
    assert len(payloads(out, "audio")) == len(payloads(joined, "audio"))
    assert packet_times(out, "audio")[-1] == pytest.approx(4, abs=0.1)


def test_an_end_alone_counts_from_where_the_file_begins(tmp_path: Path) -> None:
    start = Fraction(5)
    clip = make_clip(
        tmp_path / "in.mkv",
        Video(frames=50, start=start),
        Sound(seconds=Fraction(2), start=start),
    )
    run(clip, tmp_path / "out.mkv", span=Span(None, Fraction(1)))
    assert len(times_of(tmp_path / "out.mkv")) in (25, 24)
    assert abs(packet_times(tmp_path / "out.mkv", "audio")[-1] - start - 1) <= 2 * AAC_FRAME


def test_chapters_of_a_span_move_with_it(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "in.mkv",
        Video(frames=75),
        Sound(seconds=Fraction(3)),
        chapters=[(0, 500, "gone"), (500, 1500, "cut"), (1500, 3000, "also cut")],
    )
    run(clip, tmp_path / "out.mkv", span=Span(Fraction(1), Fraction(2)))
    with av.open(str(tmp_path / "out.mkv")) as container:
        found = [
            (round(float(c["start"] * c["time_base"]), 2), c["metadata"]["title"])  # type: ignore[operator]
            for c in container.chapters()
        ]
    assert found == [(0.0, "cut"), (0.5, "also cut")]


def test_a_track_without_a_packet(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mkv", Video(), Sound(codec="mp2", seconds=Fraction(0)))
    run(clip, tmp_path / "out.mp4")
    assert len(times_of(tmp_path / "out.mp4")) == 6
