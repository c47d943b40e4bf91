"""Live streams as they come by the usual protocols and formats."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import av
import cv2
import numpy as np
import pytest

from tests.pipeline.harness import PATIENCE, within
from tests.video.making import Video, corners, make_clip
from tests.video.sending import decoder_picture, running, wait_until
from vidstyle.video import live_container
from vidstyle.video.convert import Size, ToRgb
from vidstyle.video.frame import Frame
from vidstyle.video.live_input import LiveInput
from vidstyle.video.live_source import LiveSource
from vidstyle.video.source import SourceError


def sizes(frames: list[Frame]) -> set[str]:
    return {f"{picture.width}x{picture.height}" for picture in map(decoder_picture, frames)}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


class _MotionJpeg(_Quiet):
    """Pictures without an end, as an IP camera sends them."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        _, jpeg = cv2.imencode(".jpg", corners(64, 48)[..., ::-1])
        head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.size}\r\n\r\n"
        try:
            while True:
                self.wfile.write(head.encode() + jpeg.tobytes() + b"\r\n")
        except OSError:
            pass  # The reader has gone.


@contextmanager
def serving(handler: Any) -> Iterator[str]:
    """The address of an HTTP server on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def served_once(data: bytes) -> Iterator[str]:
    """The address where one who connects gets `data`, and then the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(data)

        Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_a_camera_that_sends_jpegs_by_http() -> None:
    with serving(_MotionJpeg) as url, running(url) as run:
        frames = [run.next() for _ in range(3)]
        assert run.source.info.size == Size(64, 48)
    picture = decoder_picture(frames[-1])
    rgb = ToRgb()(picture)
    assert np.abs(rgb.astype(int) - corners(64, 48)).mean() < 4


@pytest.mark.parametrize("format", ["matroska", "hls"])
def test_a_recording_by_http_is_played_in_real_time_and_ends(tmp_path: Path, format: str) -> None:
    name = {"matroska": "in.mkv", "hls": "in.m3u8"}[format]
    video = Video(frames=12, rate=Fraction(50))
    make_clip(tmp_path / name, video, container=format)
    with (
        serving(partial(_Quiet, directory=str(tmp_path))) as url,
        running(f"{url}/{name}") as run,
    ):
        frames = run.rest()
        assert len(frames) + run.source.dropped == 12
        assert run.events.empty()
    moments = [frame.captured for frame in frames]
    assert moments[-1] - moments[0] >= (len(frames) - 1) / 50 - 1e-6  # type: ignore[operator]


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    with serving(partial(_Quiet, directory=str(tmp_path))) as url:
        with pytest.raises(SourceError) as caught:
            within(lambda: LiveSource(LiveInput.parse(f"{url}/x.ts")))
        assert str(caught.value) == f"cannot open {url}/x.ts: server returned 404 Not Found"


def test_a_stream_without_video(tmp_path: Path) -> None:
    (tmp_path / "x.ts").write_bytes(b"no video" * 9999)
    with (
        serving(partial(_Quiet, directory=str(tmp_path))) as url,
        pytest.raises(SourceError, match=f"^cannot open {url}/x.ts: invalid data"),
    ):
        within(lambda: LiveSource(LiveInput.parse(f"{url}/x.ts")))


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_stream_is_joined_in_the_middle(tmp_path: Path, b_frames: int) -> None:
    options = {"preset": "ultrafast", "g": "20", "bf": str(b_frames)}
    video = Video(frames=60, options=options, b_frames=b_frames, width=128, height=96)
    whole = make_clip(tmp_path / "in.ts", video).read_bytes()
    middle = len(whole) // 3 // 188 * 188
    with served_once(whole[middle:]) as url, running(url) as run:
        frames = [run.next()]
        assert run.event() == f"{url} has ended; waiting for it to come back"
        assert sizes(frames) == {"128x96"}


class Broadcast:
    """A TV-like stream in real time, MPEG-2 in MPEG-TS by UDP, until the end of the block."""

    def __init__(self, port: int, size: Size) -> None:
        self._url = f"udp://127.0.0.1:{port}?pkt_size=1316"
        self._size = size
        self._over = Event()
        self._thread = Thread(target=self._send, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE)

    def _send(self) -> None:
        with av.open(self._url, "w", format="mpegts") as output:
            stream = output.add_stream("mpeg2video", rate=50)
            stream.width, stream.height = self._size.width, self._size.height
            stream.codec_context.gop_size = 5
            index = 0
            while not self._over.wait(0.02):
                rgb = corners(self._size.width, self._size.height, index)
                picture = av.VideoFrame.from_ndarray(rgb, "rgb24")
                picture.pts, picture.time_base = index, Fraction(1, 50)
                output.mux(stream.encode(picture))
                index += 1


def test_a_broadcast_that_falls_silent_and_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_container, "_READING_SECONDS", 1.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ExitStack() as watching:
        with Broadcast(port, Size(128, 96)):
            run = watching.enter_context(running(f"udp://127.0.0.1:{port}"))
            assert sizes([run.next() for _ in range(5)]) == {"128x96"}
        assert "waiting for it to come back" in run.event()
        with Broadcast(port, Size(64, 80)):
            wait_until(lambda: sizes([run.next()]) == {"64x80"})
            assert run.event().endswith(", now 64x80")
