"""What a user may name as a live input, and what is said of the rest."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from vidstyle.errors import UsageError
from vidstyle.video import live_input
from vidstyle.video.camera import Camera
from vidstyle.video.convert import Size
from vidstyle.video.live_input import InputKind, LiveInput

CAMERAS = [
    Camera(number=0, name="HD Webcam: HD Webcam", path="/dev/video0"),
    Camera(number=2, name="HD Webcam C920", path="/dev/video2"),
]


@pytest.fixture(autouse=True)
def _two_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_input, "list_cameras", lambda: CAMERAS)


def refusal(text: str, *, size: Size | None = None, rate: Fraction | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        LiveInput.parse(text, size=size, rate=rate)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "address", "shown"),
    [
        ("0", InputKind.CAMERA, "0", "camera 0"),
        ("7", InputKind.CAMERA, "7", "camera 7"),
        ("c920", InputKind.CAMERA, "c920", "camera c920"),
        ("/dev/video2", InputKind.CAMERA, "/dev/video2", "camera /dev/video2"),
        ("test:", InputKind.TEST, "", "test pattern"),
        ("test:mandelbrot=rate=5", InputKind.TEST, "mandelbrot=rate=5", None),
        ("rtsp://cam.local/1", InputKind.STREAM, "rtsp://cam.local/1", "rtsp://cam.local/1"),
        ("RTSP://cam.local/1", InputKind.STREAM, "rtsp://cam.local/1", None),
        ("udp://@:5000", InputKind.STREAM, "udp://@:5000", "udp://:5000"),
        (
            "http://me:p@ss@cam/x?y=1",
            InputKind.STREAM,
            "http://me:p@ss@cam/x?y=1",
            "http://cam/x?y=1",
        ),
    ],
)
def test_names(text: str, kind: InputKind, address: str, shown: str | None) -> None:
    named = LiveInput.parse(text)
    assert (named.kind, named.address) == (kind, address)
    assert shown is None or str(named) == shown


def test_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    for name in ("in.mp4", "C920", "a:b.mp4"):
        path = tmp_path / name
        path.touch()
        assert LiveInput.parse(str(path)) == LiveInput(kind=InputKind.FILE, address=str(path))


def test_a_camera_and_the_test_pattern_can_be_asked_for_size_and_rate() -> None:
    for text in ("0", "test:"):
        asked = LiveInput.parse(text, size=Size(640, 360), rate=Fraction(60))
        assert (asked.size, asked.rate) == (Size(640, 360), Fraction(60))


def test_others_cannot_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "in.mp4"
    path.touch()
    advice = "only a camera or 'test:' gives the choice"
    said = refusal(str(path), size=Size(640, 360))
    assert said == f"{path} cannot be asked for 640x360: {advice}"
    said = refusal("test:testsrc", rate=Fraction(25))
    assert said == f"test:testsrc cannot be asked for 25 frames per second: {advice}"
    assert advice in refusal("rtsp://u:p@cam/1", size=Size(640, 360))


def test_what_is_none_of_these(tmp_path: Path) -> None:
    (tmp_path / "holiday.mp4").touch()
    said = refusal(str(tmp_path / "holidy.mp4"))
    assert said.startswith(f"there is no camera and no file called {tmp_path}/holidy.mp4 (did you")
    assert "(did you mean 'HD Webcam C920'?)" in refusal("HD Webcm C920")
    assert refusal(str(tmp_path)).startswith(f"{tmp_path} is a folder")
    os.mkfifo(tmp_path / "pipe")
    assert refusal(str(tmp_path / "pipe")).startswith(f"{tmp_path}/pipe is a pipe or a device")
    assert refusal("tcp://host").startswith("'tcp://host' has no port: write tcp://HOST:PORT")
    assert refusal("udp://host:99999").startswith("'udp://host:99999' is no URL: Port out of range")
    assert "no camera and no file" in refusal("")
    assert refusal("srt://host:1").startswith("srt:// cannot be read, only rtsp, rtsps, rtmp,")
    assert "(did you mean 'rtsp'?)" in refusal("rtsq://host")
