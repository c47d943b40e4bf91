"""Frames as they happen, through every loss of the source."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Lock, Thread, current_thread
from time import perf_counter

import av

from vidstyle.errors import VidstyleError
from vidstyle.messages import ignore
from vidstyle.pipeline import Channel, Closed, Policy
from vidstyle.video.convert import Size
from vidstyle.video.ending import Ending
from vidstyle.video.file_source import FileSource
from vidstyle.video.frame import Frame
from vidstyle.video.live_input import InputKind, LiveInput
from vidstyle.video.orientation import Orientation
from vidstyle.video.pacer import Pacer
from vidstyle.video.presence import Presence
from vidstyle.video.source import Source, SourceError, VideoInfo
from vidstyle.video.stream_source import SILENCE_SECONDS, StreamSource

TIME_BASE = Fraction(1, 1_000_000)
"""Of all live frames, in seconds."""

_CLOSING_SECONDS = 0.2


class LiveSource(Source):
    """The newest picture of a camera, stream, test pattern or file, always.

    A thread of its own takes every picture as it comes and keeps the newest alone: a slow reader
    misses some (see `dropped`) and never gets a stale one. Files and test patterns play in real
    time, without their sound.

    A source that vanishes or falls silent is waited for, and so is a stream that ends; when it is
    back, frames go on, maybe in another size. They end with a file or test pattern that is not
    played again, and at `close()`.

    `captured` is the moment a picture was decoded; of a camera of Linux the moment it was taken, by
    the driver; of a file or test pattern the moment it was due.
    """

    def __init__(
        self,
        live_input: LiveInput,
        *,
        loop: bool = False,
        on_event: Callable[[str], None] | None = None,
    ) -> None:
        """Opens the source, which may take some seconds.

        Args:
            live_input: what to look at.
            loop: play a file or test pattern again when it ends.
            on_event: told of every loss and every return, in one line, from another thread.

        Raises:
            SourceError: it cannot be opened: not there, busy, not allowed, no video.
            UsageError: it is not to be had at the size or rate that is asked.
        """
        super().__init__()
        self._input = live_input
        self._loop = loop
        self._ending = Ending()
        self._presence = Presence(str(live_input), on_event or ignore)
        self._newest: Channel[Frame] = Channel(1, policy=Policy.DROP_OLDEST)
        self._dropped_by_former = 0
        self._error: BaseException | None = None
        self._starting = Lock()
        self._thread = Thread(target=self._capture, name=f"capture {live_input}", daemon=True)
        self._opened = self._open()
        self.info = _live_info(self._opened.info)
        self._pacer = Pacer(self.info.rate, is_live=not _has_end(self._opened))

    @property
    def dropped(self) -> int:
        """How many pictures came and were never read, for newer ones had come already."""
        return self._newest.dropped + self._dropped_by_former + _dropped(self._opened)

    def __iter__(self) -> Iterator[Frame]:
        with self._starting:
            if self._ending.requested:
                return
            self._thread.start()
        index, pts, start = 0, -1, None
        try:
            while True:
                frame = self._newest.get()
                assert frame.captured is not None, "_take tells it"
                start = frame.captured if start is None else start
                pts = max(pts + 1, round((frame.captured - start) / TIME_BASE))
                yield replace(frame, index=index, pts=pts, time_base=TIME_BASE, duration=0)
                index += 1
        except Closed:
            if self._error is not None:
                raise self._error from None
        finally:
            self.close()

    def close(self) -> None:
        """End the frames, from any thread and at any moment.

        When this returns the device is free, unless its driver holds it for over a tenth of a
        second.
        """
        self._ending.request()
        self._newest.abort()
        with self._starting:
            has_started = self._thread.ident is not None
        if not has_started:
            self._opened.close()
        elif current_thread() is not self._thread:
            self._thread.join(_CLOSING_SECONDS)

    # In the thread

    def _capture(self) -> None:
        try:
            while self._play() and self._reopen():
                pass
        except Closed:
            pass  # Nobody wants the next frame any more.
        except BaseException as error:
            self._error = error
        finally:
            self._newest.close()

    def _play(self) -> bool:
        """Take the frames of what is open, to their end. Whether to open it again."""
        source = self._opened
        frames = iter(source)
        assert isinstance(frames, Generator), "closing it completes the notes"
        try:
            with closing(frames):
                for frame in frames:
                    self._take(frame)
        except SourceError as error:
            self._presence.lost(str(error))
            return True
        finally:
            source.close()
            self.notes += [note for note in source.notes if note not in self.notes]
        if self._ending.requested:
            return False
        if _has_end(source):
            self._pacer.begin_anew()
            return self._loop
        is_camera = self._input.kind is InputKind.CAMERA
        self._presence.lost(f"{self._input} {'is gone' if is_camera else 'has ended'}")
        return True

    def _take(self, frame: Frame) -> None:
        captured = frame.captured
        if captured is None:
            now = perf_counter()
            due = self._pacer.due(frame.time, now=now)
            self._ending.pause(until=due)
            captured = max(due, now)
        assert isinstance(frame.picture, av.VideoFrame), "as the decoder gives it"
        width, height = frame.picture.width, frame.picture.height
        self._presence.here(Size(*self.info.orientation.upright_size(width, height)))
        self._newest.put(replace(frame, captured=captured))

    def _reopen(self) -> bool:
        """Open the source again, as soon as that is possible. False where the end came first."""
        while True:
            self._ending.pause(until=self._presence.next_attempt())
            if self._ending.requested:
                return False
            try:
                opened = self._open(orientation=self.info.orientation)
            except VidstyleError as error:
                self._presence.lost(str(error))
            else:
                self._dropped_by_former += _dropped(self._opened)
                self._opened = opened
                return True

    def _open(self, *, orientation: Orientation | None = None) -> FileSource | StreamSource:
        if self._input.kind is InputKind.FILE:
            # Played in a loop, memory stays as it is.
            return FileSource(
                Path(self._input.address), frames_at_once=False, orientation=orientation
            )
        return StreamSource(self._input, ending=self._ending, on_silence=self._tell_silence)

    def _tell_silence(self) -> None:
        self._presence.lost(f"{self._input} has given no picture for {SILENCE_SECONDS:g} seconds")


def _has_end(source: FileSource | StreamSource) -> bool:
    """Whether the end of the frames is that of a recording and not a loss."""
    return isinstance(source, FileSource) or source.has_end


def _dropped(source: FileSource | StreamSource) -> int:
    return source.dropped if isinstance(source, StreamSource) else 0


def _live_info(info: VideoInfo) -> VideoInfo:
    """Without what is true of one recording alone: its length, its sound, its clock."""
    return VideoInfo(
        size=info.size,
        time_base=TIME_BASE,
        rate=info.rate,
        colour=info.colour,
        orientation=info.orientation,
        sample_aspect_ratio=info.sample_aspect_ratio,
    )
