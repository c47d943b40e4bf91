"""Everything of a file but its picture: sound, subtitles, chapters, attachments, metadata."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import AttachmentStream, Discard, Disposition, Stream
from av.subtitles.stream import SubtitleStream

from vidstyle.video.container import open_media, reason, seek
from vidstyle.video.metadata import copy_metadata
from vidstyle.video.routes import AnyPacket, Copied, Route, Transcoded

# What players open, which is less than what the containers' standards allow.
_PCM = {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"}
_PLAYABLE_AUDIO = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac", "pcm_s16be", "pcm_s24be", *_PCM},
    "matroska": {
        *("aac", "mp3", "mp2", "ac3", "eac3", "dts", "truehd", "opus", "vorbis", "flac"),
        *("alac", "wavpack", "tta", "pcm_s16be", *_PCM),
    },
    "webm": {"opus", "vorbis"},
    "avi": {"aac", "mp3", "mp2", "ac3", "pcm_u8", "pcm_s16le"},
}
# In Hz. FFmpeg refuses to write lower ones (MPEG-2.5), which old clips have.
_LOWEST_MP3_IN_MP4 = 16_000
_FALLBACK_AUDIO = {"webm": "libopus"}
_SUBTITLES = {
    "mp4": {"mov_text"},
    "mov": {"mov_text"},
    "matroska": {"subrip", "ass", "ssa", "webvtt", "text", "hdmv_pgs_subtitle", "dvd_subtitle"},
    "webm": {"webvtt"},
}
_AUDIBLE_SHIFT = Fraction(1, 25)

# Seconds before time 0, or packets, of what a decoder of sound needs to get going, and does not
# play. More was cut away by the edit list of an MP4, which only another one can do.
_PREROLL, _PREROLL_PACKETS = Fraction(1, 20), 2
_WITH_EDIT_LISTS = {"mp4", "mov"}

# Seconds by which packets of the same time may lie apart in a file: fragments hold one track after
# the other.
_LOOSEST = 20

# Seconds that a line of subtitles is seen at most: so much before its start a part is read.
_LONGEST_LINE = 10

# So begin the keys under which iPhones tell the place, the date and their model.
_KEYS_OF_APPLE = "com.apple.quicktime."

_TIMECODE = "timecode"

# Frames a second that the track of a timecode in MP4 has room for.
_MOST_COUNTED = 255

_WITH_CHAPTERS = {"mp4", "mov", "matroska", "webm"}


class Tracks:
    """Carries the other tracks of `file` into `output`, in step with the picture.

    The file is read a second time, by a reader of its own, so that no packet waits in memory for
    the picture that it belongs to.
    """

    def __init__(
        self,
        file: Path,
        output: OutputContainer,
        *,
        video_index: int,
        origin: Fraction,
        trimmed: bool = False,
        end: Fraction | None = None,
    ) -> None:
        """Adds the tracks to `output`, which must not have been started.

        `origin`: the moment of the file, in seconds, that becomes time 0; `trimmed`: whether what
        comes before it is left out; `end`: seconds after which nothing is carried.
        """
        self.notes: list[str] = []
        self._output = output
        self._origin, self._end = origin, end
        self._input = _opened_at(file, origin) if trimmed else open_media(file)
        self._routes: dict[int, Route] = {}
        self._ends: dict[int, Fraction] = {}
        self._begun: set[int] = set()
        self._trimmed = trimmed
        self._timeless = self._damaged = 0
        copy_metadata(self._input.metadata, output.metadata)
        if any(key.startswith(_KEYS_OF_APPLE) for key in output.metadata):
            # FFmpeg writes them on demand alone, and then whatever is told as such keys.
            flags = output.container_options.get("movflags", "")
            output.container_options["movflags"] = f"{flags}+use_metadata_tags"
        video = self._input.streams[video_index]
        self.video_metadata, self.video_disposition = dict(video.metadata), video.disposition
        self._check_timecode()
        self._copy_chapters()
        for stream in self._input.streams:
            if stream.index != video_index:
                self._add(stream)
        self._packets = self._read()
        self._pending: AnyPacket | None = None

    def advance(self, until: Fraction) -> None:
        """Write all packets up to `until` seconds, so that sound and picture lie side by side."""
        while (packet := self._pending or next(self._packets, None)) is not None:
            self._pending = None
            if self._time(packet) > until:
                self._pending = packet
                return
            self._write(packet)

    def finish(self, until: Fraction | None = None) -> None:
        """Write the rest, or the rest up to `until` seconds, and drain the encoders."""
        ends = [end for end in (until, self._end) if end is not None]
        for packet in self._rest(min(ends, default=None)):
            self._write(packet)
        for route in self._routes.values():
            self._output.mux(list(route.drain()))
        if self._timeless:
            self.notes.append(f"{self._timeless} packets of sound without a time are left out")
        if self._damaged:
            self.notes.append(f"{self._damaged} damaged packets of sound are left out")

    def close(self) -> None:
        """Let go of the file."""
        self._input.close()

    # Setting up

    def _add(self, stream: Stream) -> None:
        name, container = f"{stream.type} track {stream.index}", self._output.format.name
        if _is_chapters(stream):
            return
        if container == "gif":
            self.notes.append(f"{name} is not carried: a gif file has the picture alone")
        elif isinstance(stream, AudioStream) and stream.codec_context:
            self._add_audio(stream, name)
        elif isinstance(stream, SubtitleStream) and stream.codec_context:
            self._add_subtitle(stream, name)
        elif isinstance(stream, AttachmentStream) and container == "matroska":
            self._output.add_attachment(stream.name or "", stream.mimetype or "", stream.data)
        elif _TIMECODE in stream.metadata and container in _WITH_EDIT_LISTS:
            pass  # It is made anew, of the metadata.
        else:
            codec = stream.codec_context.codec.canonical_name if stream.codec_context else "unknown"
            self.notes.append(f"{name} ({codec}) is not carried: {_why_not(stream, container)}")

    def _add_audio(self, stream: AudioStream, name: str) -> None:
        container, codec = self._output.format.name, stream.codec_context.codec.canonical_name
        if not stream.rate:
            self.notes.append(f"{name} ({codec}) is not carried: no sound was found in it")
            return
        if _plays(stream, container):
            self._routes[stream.index] = Copied(stream, self._output)
            return
        encoder = _FALLBACK_AUDIO.get(container, "aac")
        self._routes[stream.index] = Transcoded(stream, self._output, encoder)
        if codec == encoder:
            return
        rate = f" of {stream.rate} Hz" if codec in _PLAYABLE_AUDIO[container] else ""
        self.notes.append(
            f"{name} is transcoded from {codec} to {encoder.removeprefix('lib')}: "
            f"{codec}{rate} does not play in {container} files"
        )

    def _add_subtitle(self, stream: SubtitleStream, name: str) -> None:
        container, codec = self._output.format.name, stream.codec_context.codec.canonical_name
        if codec in _SUBTITLES.get(container, ()):
            self._routes[stream.index] = Copied(stream, self._output)
        else:
            self.notes.append(f"{name} ({codec}) is not carried: {container} files cannot hold it")

    def _check_timecode(self) -> None:
        """Leave it out where it would be wrong, or FFmpeg refuse it."""
        container = self._output.format.name
        rate = self._output.streams.video[0].codec_context.framerate
        if self._trimmed:
            why = "it counts from the input's beginning"
        elif container in _WITH_EDIT_LISTS and rate is not None and round(rate) > _MOST_COUNTED:
            why = f"{container} files count at most {_MOST_COUNTED} frames a second"
        else:
            return
        places = (self._output.metadata, self.video_metadata)
        told = [(place, key) for place in places for key in place if key.lower() == _TIMECODE]
        for place, key in told:
            del place[key]
        if told:
            self.notes.append(f"the timecode is not carried: {why}")

    def _copy_chapters(self) -> None:
        chapters = []
        for chapter in self._input.chapters():
            unit = chapter["time_base"] or Fraction(1, av.time_base)
            first = chapter["start"] * unit - self._origin
            last = chapter["end"] * unit - self._origin
            if last > 0 and (self._end is None or first < self._end):
                last = last if self._end is None else min(last, self._end)
                times = {"start": int(max(first, Fraction(0)) / unit), "end": int(last / unit)}
                chapters.append({**chapter, **times})
        if not chapters:
            return
        if self._output.format.name in _WITH_CHAPTERS:
            self._output.set_chapters(chapters)  # type: ignore[arg-type]  # a dict is one
        else:
            container = self._output.format.name
            self.notes.append(f"chapters are not carried: {container} files have none")

    # Reading

    def _read(self) -> Iterator[AnyPacket]:
        if not self._routes:
            return
        streams = [self._input.streams[index] for index in self._routes]
        for stream in self._input.streams:
            if stream.index not in self._routes:
                stream.discard = Discard.all  # Formats with an index do not even read these.
        try:
            for packet in self._input.demux(streams):
                if packet.pts is None and packet.dts is None:
                    self._timeless += bool(packet.size)
                elif packet.size and self._is_wanted(packet):
                    yield packet
        except (av.FFmpegError, OSError) as error:
            self.notes.append(f"sound ends early: the input is damaged ({reason(error)})")
        except IndexError:  # PyAV knows no track that begins on the way.
            self.notes.append("sound ends early: another track begins on the way")

    def _is_wanted(self, packet: AnyPacket) -> bool:
        """Whether it does not come too early.

        After sound that came in time, an earlier time is that of another recording, joined on.
        """
        time, index = self._time(packet), packet.stream_index
        if packet.stream.type == "subtitle":
            return not self._trimmed or time >= 0 or self._end_of(packet) > 0
        if index not in self._begun and time >= self._earliest(packet):
            self._begun.add(index)
        return index in self._begun

    def _earliest(self, packet: AnyPacket) -> Fraction:
        """When sound may begin."""
        if self._trimmed:
            return Fraction(0)
        if self._output.format.name in _WITH_EDIT_LISTS:
            return self._time(packet)
        return -max(_PREROLL, _PREROLL_PACKETS * (packet.duration or 0) * packet.time_base)

    def _rest(self, end: Fraction | None) -> Iterator[AnyPacket]:
        pending = () if self._pending is None else (self._pending,)
        for packet in chain(pending, self._packets):
            beyond = Fraction(-1) if end is None else self._time(packet) - end
            if beyond > _LOOSEST:
                return
            if beyond < 0:
                yield packet

    def _time(self, packet: AnyPacket) -> Fraction:
        """Seconds from the origin; below 0 for what an encoder needs to get going."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        return (stamp or 0) * packet.time_base - self._origin

    def _end_of(self, packet: AnyPacket) -> Fraction:
        return self._time(packet) + (packet.duration or 0) * packet.time_base

    def _note_pause(self, packet: AnyPacket) -> None:
        """AVI plays sound without pauses from the very start, and MOV that of PCM, once begun."""
        container, index = self._output.format.name, packet.stream_index
        is_pcm = packet.stream.codec_context.codec.canonical_name.startswith("pcm_")
        if container != "avi" and not (container == "mov" and is_pcm):
            return
        time = self._time(packet)
        shift = time - self._ends.get(index, Fraction(0) if container == "avi" else time)
        if shift > _AUDIBLE_SHIFT:
            self.notes.append(
                f"audio track {index} plays {float(shift):.2f} s early from {float(time):.2f} s "
                f"on: {container} cannot hold the pause before that"
            )
        self._ends[index] = self._end_of(packet)

    def _cut_line(self, packet: AnyPacket) -> None:
        """Leave of a line what is within the part: beyond the end it would make the file longer."""
        start, end = self._time(packet), self._end_of(packet)
        if self._trimmed and start < 0:
            start = Fraction(0)
            packet.pts = packet.dts = round(self._origin / packet.time_base)
        if self._end is not None:
            end = min(end, self._end)
        packet.duration = int((end - start) / packet.time_base)

    def _write(self, packet: AnyPacket) -> None:
        route = self._routes[packet.stream_index]
        if packet.stream.type == "audio":
            self._note_pause(packet)
        elif packet.duration:
            self._cut_line(packet)
        shift = round(self._origin / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        try:
            self._output.mux(list(route.packets(packet)))
        except av.InvalidDataError:
            self._damaged += 1  # Some containers look into what they are given.


def _opened_at(file: Path, moment: Fraction) -> InputContainer:
    """The file, at or before what is seen or heard at `moment`: at its start where it has no sound.

    Subtitles have no index to go by.
    """
    container = open_media(file)
    sound = container.streams.best("audio")
    if container.streams.subtitles:
        moment -= _LONGEST_LINE
    if sound is not None and seek(container, sound, moment):
        return container
    container.close()
    return open_media(file)


def _plays(stream: AudioStream, container: str) -> bool:
    """Whether it plays in such a file, packet by packet as it is."""
    codec = stream.codec_context
    name = codec.codec.canonical_name
    if (container, name) == ("avi", "aac"):
        # In transport streams each packet has a header, which AVI has not; and of that of another
        # AVI, packets would be taken for samples, of the size of its blocks.
        return bool(codec.extradata) and stream.container.format.name != "avi"
    if (container, name) == ("mp4", "mp3"):
        return stream.rate >= _LOWEST_MP3_IN_MP4
    return name in _PLAYABLE_AUDIO[container]


def _is_chapters(stream: Stream) -> bool:
    """MP4 has its chapters in a text track too, which FFmpeg reads by itself and sets aside."""
    return stream.type == "data" and stream.discard == Discard.all


def _why_not(stream: Stream, container: str) -> str:
    if stream.type != "video":
        return f"{container} files cannot hold it"
    if stream.disposition & Disposition.attached_pic:
        return "it is a cover picture"
    return "only the main video is stylised"
