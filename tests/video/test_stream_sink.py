"""Streams arrive, come back after a loss, and hold nobody up."""

import socket
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from tests.pipeline.harness import PATIENCE, within
from tests.video.live import RATE
from tests.video.making import corners, looks_like_corners
from vidstyle.errors import UsageError
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.sink import SinkError
from vidstyle.video.stream_sink import StreamSink

SIZE = Size(128, 96)


class Viewer:
    """Watches a stream by FFmpeg alone, in a thread: as a server, or of packets that just come."""

    def __init__(self, url: str, *, frames: int, **options: str) -> None:
        """Stops watching after that many frames."""
        self.pictures: list[RgbPicture] = []
        self.times: list[float] = []
        self.ended = threading.Event()
        self._url, self._frames, self._options = url, frames, options
        threading.Thread(target=self._watch, name="viewer", daemon=True).start()

    def _watch(self) -> None:
        try:
            with av.open(self._url, options=self._options, timeout=PATIENCE) as container:
                for frame in container.decode(video=0):
                    self.pictures.append(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
                    self.times.append(float(frame.time or 0))
                    if len(self.pictures) == self._frames:
                        return
        except (av.FFmpegError, OSError):
            pass  # It ended before it had begun.
        finally:
            self.ended.set()


class Show:
    """Writes frames into a sink, at about their rate, until something has happened."""

    def __init__(self, sink: StreamSink, *, size: Size = SIZE) -> None:
        self._sink = sink
        self._picture = corners(size.width, size.height)
        self._index = 0

    def go_on(self, happened: Callable[[], bool]) -> None:
        pace = threading.Event()

        def write() -> None:
            while not happened():
                pts = self._index * 40_000
                self._sink.write(
                    Frame(
                        picture=self._picture,
                        index=self._index,
                        pts=pts,
                        time_base=Fraction(1, 1_000_000),
                    )
                )
                self._index += 1
                pace.wait(0.01)

        within(write)


@pytest.fixture
def port() -> int:
    """One that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def reached(viewer: Viewer, url: str, **options: Any) -> StreamSink:
    """A sink that streams to the viewer."""

    def connect() -> StreamSink:
        while True:
            try:
                return StreamSink(url, size=SIZE, rate=RATE, first_pause_seconds=0.01, **options)
            except SinkError:  # The viewer does not listen yet.
                assert not viewer.ended.is_set()

    return within(connect)


KINDS = [
    pytest.param("rtmp://127.0.0.1:{}/live/key", "", {"listen": "1"}, id="rtmp"),
    pytest.param(
        "rtsp://127.0.0.1:{}/live",
        "",
        {"rtsp_flags": "listen", "listen_timeout": str(PATIENCE)},
        id="rtsp",
    ),
    pytest.param("tcp://127.0.0.1:{}", "?listen=1", {}, id="tcp"),
    pytest.param("udp://127.0.0.1:{}", "", {}, id="udp"),
]


@pytest.mark.parametrize(("url", "suffix", "options"), KINDS)
def test_a_stream_arrives(url: str, suffix: str, options: dict[str, str], port: int) -> None:
    url = url.format(port)
    viewer = Viewer(url + suffix, frames=20, **options)
    sink = reached(viewer, url.capitalize())  # Users write schemes as they like.
    Show(sink).go_on(viewer.ended.is_set)
    within(sink.close)
    assert len(viewer.pictures) == 20
    assert looks_like_corners(viewer.pictures[-1], corners(128, 96))
    # A receiver of RTP knows the sender's clock only after its first packets.
    assert np.diff(viewer.times[2:]) == pytest.approx(np.full(17, 0.04), abs=0.002)
    assert sink.dropped == 0
    assert sink.notes == []


def test_frames_of_another_size_are_letterboxed(port: int) -> None:
    url = f"tcp://127.0.0.1:{port}"
    viewer = Viewer(f"{url}?listen=1", frames=5)
    sink = reached(viewer, url)
    Show(sink, size=Size(96, 96)).go_on(viewer.ended.is_set)
    within(sink.close)
    picture = viewer.pictures[-1]
    assert picture.shape == (96, 128, 3)
    assert picture[:, :14].mean() < 5
    assert looks_like_corners(picture[:, 16:112], corners(96, 96))


def test_a_lost_stream_comes_back(port: int) -> None:
    url = f"tcp://127.0.0.1:{port}"
    events: list[str] = []
    first = Viewer(f"{url}?listen=1", frames=5)
    sink = reached(first, url, on_event=events.append)
    show = Show(sink)
    show.go_on(lambda: first.ended.is_set() and len(events) >= 3)
    place = f"the stream to tcp://127.0.0.1:{port}"
    assert [event.split(" (")[0] for event in events] == [f"{place} is lost"] * len(events)
    pauses = [event.rpartition(" in ")[2] for event in events]
    assert pauses[:3] == ["0.01 s", "0.02 s", "0.04 s"]
    second = Viewer(f"{url}?listen=1", frames=5)
    show.go_on(second.ended.is_set)
    within(sink.close)
    assert f"{place} is back" in events
    assert looks_like_corners(second.pictures[-1], corners(128, 96))
    assert sink.dropped > 0
    (note,) = sink.notes
    assert note.startswith("frames that were not streamed to tcp://127.0.0.1:")
    assert f": {sink.dropped}; connections lost: " in note


def test_a_server_that_is_not_there(port: int) -> None:
    with pytest.raises(SinkError, match=f"cannot stream to rtmp://127.0.0.1:{port}: connection"):
        within(lambda: StreamSink(f"rtmp://127.0.0.1:{port}/live/key", size=SIZE, rate=RATE))


def test_a_silent_server(silent_server: int) -> None:
    url = f"rtmp://127.0.0.1:{silent_server}/live/secret"
    with pytest.raises(SinkError, match=r"no answer within 0\.5 s") as caught:
        within(lambda: StreamSink(url, size=SIZE, rate=RATE, connect_seconds=0.5))
    assert "secret" not in str(caught.value)


def test_a_server_that_takes_no_more_data(silent_server: int) -> None:
    """Its buffers fill, and then it is given up."""
    events: list[str] = []
    sink = StreamSink(
        f"tcp://127.0.0.1:{silent_server}",
        size=Size(640, 480),
        rate=RATE,
        bits_per_second=200_000_000,
        stall_seconds=0.5,
        on_event=events.append,
    )
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)

    def write() -> None:
        index = 0
        while not events:
            pts = index * 40_000
            sink.write(Frame(picture=noise, index=index, pts=pts, time_base=Fraction(1, 1_000_000)))
            index += 1

    within(write)
    assert "lost (it takes no more data): connecting anew in 1 s" in events[0]
    within(sink.close)


@pytest.mark.parametrize("end", [StreamSink.close, StreamSink.abort])
def test_an_end_while_connecting_waits_for_nobody(
    port: int, end: Callable[[StreamSink], None]
) -> None:
    url = f"tcp://127.0.0.1:{port}"
    events: list[str] = []
    viewer = Viewer(f"{url}?listen=1", frames=1)
    sink = reached(viewer, url, on_event=events.append)
    Show(sink).go_on(lambda: bool(events))
    within(lambda: end(sink))


def test_an_aborted_stream_leaves_no_process(port: int) -> None:
    viewer = Viewer(f"tcp://127.0.0.1:{port}?listen=1", frames=1)
    sink = reached(viewer, f"tcp://127.0.0.1:{port}")
    process = sink._process
    assert process is not None
    within(sink.abort)
    assert process._process.returncode is not None
    assert not process._listener.is_alive()


def test_a_protocol_that_this_ffmpeg_has_not() -> None:
    try:
        av.open("srt://127.0.0.1:9", timeout=0.1).close()
    except av.error.ProtocolNotFoundError:
        pass
    except (av.FFmpegError, OSError):
        pytest.skip("this FFmpeg has SRT")
    with pytest.raises(
        SinkError, match=r"cannot stream to srt://127\.0\.0\.1:9: this FFmpeg has no"
    ):
        within(lambda: StreamSink("srt://127.0.0.1:9", size=SIZE, rate=RATE))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/live", "127.0.0.1:80", "out.mp4", "udp://:1234", "rtmp://"]
)
def test_what_is_no_stream(url: str) -> None:
    with pytest.raises(UsageError, match=r"cannot stream to .*: use rtmp://, "):
        StreamSink(url, size=SIZE, rate=RATE)
