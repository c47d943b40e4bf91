"""Reads the packets of a live input as fast as they come."""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Event, Thread
from time import perf_counter

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from vidstyle.video.container import main_video, reason
from vidstyle.video.ending import Ending
from vidstyle.video.source import SourceError

# These deliver a segment at a time.
_PACED_FORMATS = ("hls", "dash")
_PACED_CAPACITY = 8

# Between two key frames, far more than a decoder ever is behind.
_CAPACITY = 600

_POLL_SECONDS = 0.002
_CLOSING_SECONDS = 0.15


class PacketReader:
    """Opens an input and reads it in a thread of its own: if it gets stuck there, nobody else does.

    What is live is read as it comes, so that it does not grow old in a buffer of the system's; a
    key frame throws out all that still waits before it. What is `paced` waits for its taker.
    """

    def __init__(
        self, open_container: Callable[[], InputContainer], *, name: str, ending: Ending
    ) -> None:
        """`open_container` may take its time; `name`: of the input, as errors tell it."""
        self.dropped = 0
        """How many packets were thrown out by later ones."""
        self.paced = False
        """Whether the pictures are there before their time; known once `stream()` is back."""
        self.has_end = False
        """Whether its end is its own and no loss; known once `stream()` is back."""
        self._open_container = open_container
        self._name = name
        self._ending = ending
        self._packets: deque[Packet[VideoStream]] = deque()
        self._stream: VideoStream | None = None
        self._error: BaseException | None = None
        self._has_ended = False
        self._closed = Event()
        # A daemon: it may be stuck in a driver or in the network when the program ends.
        self._thread = Thread(target=self._live, name=f"read {name}", daemon=True)
        self._thread.start()

    def stream(self) -> VideoStream:
        """The video, once it is there.

        Raises:
            SourceError: it could not be opened, has no video, or the end was asked for before.
        """
        self._ending.wait_for(lambda: self._stream is not None or self._has_ended)
        if self._stream is not None:
            return self._stream
        raise self._error or SourceError(f"{self._name} was closed before it had begun")

    def next(self, *, until: float) -> "Packet[VideoStream] | None":
        """The next packet; None where none came until then (of `perf_counter`), or at the end.

        Raises:
            SourceError: all that could be read is out, and why it ended is known.
        """
        self._ending.wait_for(lambda: bool(self._packets) or self._has_ended, until=until)
        try:
            packet = self._packets.popleft()
        except IndexError:
            if self._has_ended and self._error is not None:
                raise self._error from None
            return None
        if self.paced:
            self._ending.wake()
        return packet

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to come, or nothing more is wanted."""
        return self._ending.requested or (self._has_ended and not self._packets)

    def close(self) -> None:
        """Let go of the input: now, or later where the system does not let go of the thread.

        Nothing may be decoded with `stream()` any more.
        """
        self._closed.set()
        self._ending.wake()
        self._thread.join(_CLOSING_SECONDS)

    # In the thread

    def _live(self) -> None:
        try:
            container = self._open_container()
        except BaseException as error:
            self._end(error)
            return
        try:
            if not self._closed.is_set():
                self._read(container)
            self._end(None)
        except (av.FFmpegError, OSError) as error:
            self._end(SourceError(f"{self._name} could not be read on: {_loss(error)}"))
        except BaseException as error:
            self._end(error)
        # PyAV's streams must not outlive their container, and the decoder may still be at work.
        self._closed.wait()
        container.close()

    def _read(self, container: InputContainer) -> None:
        # Decoding several frames at once would hold them back.
        stream = main_video(container, self._name, frames_at_once=False)
        self.has_end = bool(container.duration) or container.format.name == "lavfi"
        self.paced = self.has_end or container.format.name in _PACED_FORMATS
        self._stream = stream
        self._ending.wake()
        while not self._closed.is_set():
            try:
                for packet in _packets(container, stream):
                    if self._closed.is_set():
                        return
                    if packet.size:
                        self._put(packet)
                return
            except av.BlockingIOError:
                # AVFoundation does not wait for its next picture.
                self._ending.pause(until=perf_counter() + _POLL_SECONDS)

    def _put(self, packet: "Packet[VideoStream]") -> None:
        waiting = self._packets
        if self.paced:
            self._ending.wait_for(lambda: len(waiting) < _PACED_CAPACITY or self._closed.is_set())
        elif packet.is_keyframe or len(waiting) >= _CAPACITY:
            self.dropped += len(waiting)
            waiting.clear()
        waiting.append(packet)
        self._ending.wake()

    def _end(self, error: BaseException | None) -> None:
        self._error = error
        self._has_ended = True
        self._ending.wake()


def _packets(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    packets = container.demux(stream)
    # Video4Linux2's are windows on the memory of the driver: a picture that is still in use when
    # the device is closed would end the program.
    return map(_copied, packets) if "v4l2" in container.format.name else packets


def _copied(packet: "Packet[VideoStream]") -> "Packet[VideoStream]":
    copy: Packet[VideoStream] = Packet(packet.size)  # type: ignore[assignment]
    copy.update(packet)  # type: ignore[arg-type]  # any buffer will do
    copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, packet.time_base
    copy.is_keyframe = packet.is_keyframe
    return copy


def _loss(error: Exception) -> str:
    return "no data came" if isinstance(error, av.ExitError) else reason(error)
