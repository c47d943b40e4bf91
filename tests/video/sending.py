"""Live streams on loopback whose every picture is sent when a test says so."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Self

import av
import pytest

from tests.pipeline.harness import PATIENCE, within
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.live_input import LiveInput
from vidstyle.video.live_source import LiveSource

SMALL = Size(64, 48)


class Sender:
    """A server of uncompressed grey pictures (YUV4MPEG2 over TCP), to one who connects.

    FFmpeg gives such a picture out as soon as its last byte has come. The first ones, black, are
    sent at once: it looks at some before it opens a stream.
    """

    def __init__(self, size: Size = SMALL, *, port: int = 0) -> None:
        self._size = size
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        self._connected = Event()
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    def show(self, level: int) -> None:
        """Send one picture of that luma, 0 to 255."""
        assert self._connected.wait(PATIENCE), "nobody has connected"
        self._connection.sendall(self._picture(level))

    def vanish(self) -> None:
        """Hang up, and listen no more. May be called twice."""
        if self._thread.is_alive():
            self._server.shutdown(socket.SHUT_RDWR)  # Wakes who waits for a connection.
        self._thread.join(PATIENCE)
        self._server.close()
        if self._connected.is_set():
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.vanish()

    def _accept(self) -> None:
        try:
            self._connection, _ = self._server.accept()
        except OSError:
            return
        header = f"YUV4MPEG2 W{self._size.width} H{self._size.height} F25:1 Ip A1:1 C420jpeg\n"
        self._connection.sendall(header.encode() + self._picture(0))
        self._connected.set()

    def _picture(self, level: int) -> bytes:
        pixels = self._size.width * self._size.height
        return b"FRAME\n" + bytes([level]) * pixels + b"\x80" * (pixels // 2)


def decoder_picture(frame: Frame) -> av.VideoFrame:
    """The picture as it was decoded."""
    assert isinstance(frame.picture, av.VideoFrame)
    return frame.picture


def level(frame: Frame) -> int:
    """The luma that a frame was sent with."""
    return bytes(decoder_picture(frame).planes[0])[0]


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for something that has to come and tells nobody."""
    deadline, never = monotonic() + PATIENCE, Event()
    while not happened():
        if monotonic() > deadline:
            pytest.fail("it never came")
        never.wait(0.002)


class Run:
    """A live source that is read, and what it tells."""

    def __init__(self, text: str, *, loop: bool = False) -> None:
        self.events: SimpleQueue[str] = SimpleQueue()
        self.source = within(
            lambda: LiveSource(LiveInput.parse(text), loop=loop, on_event=self.events.put)
        )
        self._frames = iter(self.source)

    def next(self) -> Frame:
        """The next frame; a failed test where none comes."""
        return within(lambda: next(self._frames))

    def until(self, sent: int) -> Frame:
        """The next frame of that luma: with others before it that had come in time."""
        while level(frame := self.next()) != sent:
            pass
        return frame

    def rest(self) -> list[Frame]:
        """All frames to the end, which has to come."""
        return within(lambda: list(self._frames))

    def wait_for_drops(self, total: int) -> None:
        """Wait until that many pictures have come that nobody will see."""
        wait_until(lambda: self.source.dropped >= total)
        assert self.source.dropped == total

    def event(self) -> str:
        """The next event; a failed test where none comes."""
        return self.events.get(timeout=PATIENCE)


@contextmanager
def running(text: str, *, loop: bool = False) -> Iterator[Run]:
    """A live source, closed at the end whatever happens."""
    run = Run(text, loop=loop)
    try:
        yield run
    finally:
        within(run.source.close)
