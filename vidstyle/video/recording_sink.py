"""Writes live frames into a file that plays, however its writing ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import av

from vidstyle.errors import UsageError
from vidstyle.files import untaken
from vidstyle.video.codecs import DEFAULT_QUALITY, ENCODERS, Codec
from vidstyle.video.container import reason
from vidstyle.video.convert import Size
from vidstyle.video.fragments import FRAGMENT_SECONDS, cut_to_whole_fragments
from vidstyle.video.frame import Frame
from vidstyle.video.live_encoder import LiveEncoder
from vidstyle.video.microphone import Microphone
from vidstyle.video.partial import PartialPath
from vidstyle.video.sink import Sink, SinkError
from vidstyle.video.sound_track import SoundTrack

_CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}

_AT_ONCE = {
    # What is written is in the file, and waits in no buffer of this program.
    "flush_packets": "1",
    # Microseconds that a picture waits for sound of its time: a microphone may fall silent.
    "max_interleave_delta": "500000",
}
# Fragments as long as the file grows. Closing adds the index of an ordinary file, in place: the
# fragments become part of its data, and no second pass over a long recording is needed.
_HYBRID_MP4 = {
    **_AT_ONCE,
    "movflags": "+hybrid_fragmented+delay_moov",  # Without the latter, sound is 21 ms late.
    "frag_duration": str(round(FRAGMENT_SECONDS * 1_000_000)),
}
_CONTAINER_OPTIONS = {
    "mp4": _HYBRID_MP4,
    "mov": _HYBRID_MP4,
    "matroska": {**_AT_ONCE, "cluster_time_limit": str(round(FRAGMENT_SECONDS * 1000))},
}


class RecordingSink(Sink):
    """Records RGB frames as H.264 at their own times, from 0 on, with sound if there is to be any.

    Under a name with `.part` in it until it is whole; that file plays too, should this program or
    the computer be stopped. `abort` keeps what was recorded, under the final name.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: Size,
        rate: Fraction,
        microphone: Microphone | None = None,
        quality: int = DEFAULT_QUALITY,
    ) -> None:
        """Begins the file: MP4, MOV or Matroska by its name.

        `size`: of the video; frames of another size are letterboxed. `rate`: frames per second,
        the most usual one. `microphone`: from now on this sink's, to close. `quality`: 0 (smallest
        file) to 100 (best picture).

        Raises:
            UsageError: the name asks for no such file.
            SinkError: the file cannot be written.
        """
        super().__init__()
        self._container = _container(path)
        self._partial = _PlayablePath(path)
        self._microphone = microphone
        self.written = False
        """Whether the file is there under its final name."""
        self._zero: Fraction | None = None
        self._sound_zero = 0.0
        self._seconds = 0.0
        with self._explained():
            # FFmpeg tries the place with the first packet, and must not before: it cannot end an
            # MP4 file that has none.
            self._partial.path.touch(exist_ok=False)
            self._output = av.open(
                f"file:{self._partial.path}",
                "w",
                format=self._container,
                container_options=_CONTAINER_OPTIONS[self._container],
            )
        crf = ENCODERS[Codec.H264].options_for(quality)["crf"]
        try:
            self._pictures = LiveEncoder(self._output, size=size, rate=rate, options={"crf": crf})
            self._sound = SoundTrack(self._output) if microphone is not None else None
        except BaseException:
            self._output.close()
            self._partial.discard()
            raise

    def write(self, frame: Frame) -> None:
        """Record one frame whose picture is RGB of any size."""
        if self._zero is None:
            self._zero = frame.time
            self._sound_zero = perf_counter() if frame.captured is None else frame.captured
        self._seconds = float(frame.time - self._zero)
        with self._explained():
            self._pictures.write(frame.rgb, frame.time - self._zero)
            if self._microphone is not None and self._sound is not None:
                self._sound.write(self._microphone.take(), self._sound_zero)
                if self._seconds > FRAGMENT_SECONDS:
                    self._sound.write_silence(self._seconds)

    def close(self) -> None:
        self._close_microphone()
        if self._zero is None:
            self._partial.discard()
            self.notes.append(f"{self._partial.final} is not written: no frame came to record")
            self._let_go()
            return
        with self._explained():
            self._pictures.finish()
            if self._sound is not None:
                self._sound.finish()
            self._output.close()
        if self._pictures.collisions:
            self.notes.append(
                f"{self._pictures.collisions} frames were not recorded: they came out of order"
            )
        self._commit()
        self._let_go()

    def abort(self) -> None:
        """Keep what was recorded, if it plays at all, with a note; else leave nothing behind."""
        self._close_microphone()
        with suppress(av.FFmpegError, OSError):  # Where this fails, the fragments play.
            self._output.close()
        self._let_go()
        if self._container != "matroska":
            cut_to_whole_fragments(self._partial.path)
        seconds = _playing_seconds(self._partial.path)
        if seconds is None:
            self._partial.discard()
            return
        self._commit()
        self.notes.append(
            f"{self._partial.final} ends early: "
            f"it plays up to second {seconds or self._seconds:.1f}"
        )

    def _let_go(self) -> None:
        # Notes are asked for long after; an encoder of 1080p takes 46 MB, and threads.
        del self._output, self._pictures, self._sound

    def _commit(self) -> None:
        self._partial.commit()
        self.written = True

    def _close_microphone(self) -> None:
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.close()
            if microphone.error:
                self.notes.append(
                    f"the sound of {self._partial.final} ends early: "
                    f"the microphone '{microphone.name}' failed ({microphone.error})"
                )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, OSError) as error:
            raise SinkError(f"cannot write {self._partial.final}: {reason(error)}") from error


class _PlayablePath(PartialPath):
    """A temporary name that is seen, and that players know by its end."""

    def __init__(self, final: Path) -> None:
        super().__init__(final)
        self.path = untaken(final.with_name(f"{final.stem}.{os.getpid()}.part{final.suffix}"))


def _container(path: Path) -> str:
    try:
        return _CONTAINERS[path.suffix.lower()]
    except KeyError:
        raise UsageError(
            f"cannot record into '{path.name}': use a name that ends in {', '.join(_CONTAINERS)}"
        ) from None


def _playing_seconds(path: Path) -> float | None:
    """How long the file plays, 0 where it does not tell; None where there is no picture in it."""
    with suppress(av.FFmpegError, OSError), av.open(f"file:{path}") as container:
        if any(packet.size for packet in container.demux(video=0)):
            return (container.duration or 0) / av.time_base
    return None
