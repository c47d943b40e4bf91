"""A virtual camera gets every frame in its own size; where there is none, it says what to do."""

import sys
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import av
import numpy as np
import pytest

from tests.video.live import RATE, live_frames
from tests.video.making import corners, looks_like_corners
from vidstyle.errors import VidstyleError
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.sink import SinkError
from vidstyle.video.virtual_camera_sink import VirtualCameraSink


@dataclass
class FakeCamera:
    """As much of `pyvirtualcam.Camera` as the sink uses; it checks what the real one checks."""

    width: int
    height: int
    fps: float
    device: str | None = None
    frames: list[RgbPicture] = field(default_factory=list)
    closed: bool = False

    error: ClassVar[Exception | None] = None
    made: ClassVar[list["FakeCamera"]] = []

    def __post_init__(self) -> None:
        if FakeCamera.error is not None:
            raise FakeCamera.error
        self.device = self.device or "/dev/video10"
        FakeCamera.made.append(self)

    def send(self, frame: RgbPicture) -> None:
        assert frame.dtype == np.uint8
        assert frame.shape == (self.height, self.width, 3)
        self.frames.append(frame)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def cameras(monkeypatch: pytest.MonkeyPatch) -> list[FakeCamera]:
    """The fake cameras that the test opens."""
    module: Any = ModuleType("pyvirtualcam")
    module.Camera = FakeCamera
    monkeypatch.setitem(sys.modules, "pyvirtualcam", module)
    monkeypatch.setattr(FakeCamera, "made", [])
    monkeypatch.setattr(FakeCamera, "error", None)
    return FakeCamera.made


def test_gives_every_frame_to_the_camera(cameras: list[FakeCamera]) -> None:
    sink = VirtualCameraSink(size=Size(64, 48), rate=RATE)
    for frame in live_frames(3):
        sink.write(frame)
    sink.close()
    (camera,) = cameras
    assert sink.device == "/dev/video10"
    assert (camera.width, camera.height, camera.fps) == (64, 48, 25.0)
    assert [frame[0, 0].tolist() for frame in camera.frames] == [
        corners(64, 48, index)[0, 0].tolist() for index in range(3)
    ]
    assert camera.closed


def test_takes_the_device_that_is_asked_for(cameras: list[FakeCamera]) -> None:
    sink = VirtualCameraSink(size=Size(64, 48), rate=RATE, device="/dev/video42")
    assert sink.device == "/dev/video42"
    sink.abort()
    assert cameras[0].closed


@pytest.mark.parametrize(("size", "even"), [(Size(63, 49), Size(62, 48)), (Size(1, 1), Size(2, 2))])
def test_sides_are_even(cameras: list[FakeCamera], size: Size, even: Size) -> None:
    sink = VirtualCameraSink(size=size, rate=RATE)
    for frame in live_frames(1):
        sink.write(frame)
    assert (cameras[0].width, cameras[0].height) == (even.width, even.height)


def test_frames_of_another_size_are_letterboxed(cameras: list[FakeCamera]) -> None:
    sink = VirtualCameraSink(size=Size(128, 48), rate=RATE)
    for frame in live_frames(1):
        sink.write(frame)
    (shown,) = cameras[0].frames
    assert looks_like_corners(shown[:, 32:96], corners(64, 48))
    assert not shown[:, :32].any()


ERRORS = [
    (
        "linux",
        "'v4l2loopback' backend: No v4l2 loopback device found at /dev/video[0-99]. "
        "Did you run 'modprobe v4l2loopback'? See also pyvirtualcam's documentation.",
        "cannot open a virtual camera (No v4l2 loopback device found at /dev/video[0-99]): "
        "load one with 'sudo modprobe v4l2loopback exclusive_caps=1 card_label=vidstyle' "
        "(package v4l2loopback-dkms)",
    ),
    (
        "linux",
        "'v4l2loopback' backend: Could not access /dev/video0 due to missing permissions. "
        "Did you add your user to the 'video' group?",
        "cannot open a virtual camera (Could not access /dev/video0 due to missing permissions): "
        "join the group that may ('sudo usermod -a -G video $USER'), and log in again",
    ),
    (
        "win32",
        "'obs' backend: OBS Virtual Camera device not found! Did you install OBS?\n"
        "'unitycapture' backend: No Unity Capture device found.",
        "cannot open a virtual camera (OBS Virtual Camera device not found! Did you install OBS?; "
        "No Unity Capture device found): install OBS Studio, which brings one",
    ),
]


@pytest.mark.parametrize(("platform", "said", "told"), ERRORS)
def test_without_a_camera(
    cameras: list[FakeCamera], platform: str, said: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(FakeCamera, "error", RuntimeError(said))
    with pytest.raises(SinkError) as caught:
        VirtualCameraSink(size=Size(64, 48), rate=RATE)
    assert str(caught.value) == told


def test_a_device_that_is_none(cameras: list[FakeCamera], monkeypatch: pytest.MonkeyPatch) -> None:
    said = "'v4l2loopback' backend: Device /dev/video9 does not exist."
    monkeypatch.setattr(FakeCamera, "error", RuntimeError(said))
    with pytest.raises(SinkError, match=r"the virtual camera /dev/video9 \(Device /dev/video9 "):
        VirtualCameraSink(size=Size(64, 48), rate=RATE, device="/dev/video9")


def test_without_pyvirtualcam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(VidstyleError, match=r'needs pyvirtualcam.*pip install "vidstyle\[live\]"'):
        VirtualCameraSink(size=Size(64, 48), rate=RATE)


def loopback_device() -> str | None:
    """A v4l2loopback device of this machine."""
    for folder in sorted(Path("/sys/devices/virtual/video4linux").glob("video*")):
        if (Path("/dev") / folder.name).exists():
            return f"/dev/{folder.name}"
    return None


def test_a_real_camera_shows_what_it_gets() -> None:
    pytest.importorskip("pyvirtualcam", reason='needs pyvirtualcam (pip install "vidstyle[live]")')
    device = loopback_device()
    if device is None:
        pytest.skip("needs a v4l2loopback device (modprobe v4l2loopback)")
    sink = VirtualCameraSink(size=Size(320, 240), rate=Fraction(30), device=device)
    picture = corners(320, 240)
    frame = Frame(picture=picture, index=0, pts=0, time_base=Fraction(1, 1_000_000))
    sink.write(frame)
    with av.open(device, format="v4l2", timeout=10) as container:
        for seen in container.decode(video=0):
            if looks_like_corners(np.asarray(seen.to_ndarray(format="rgb24"), np.uint8), picture):
                break
            sink.write(frame)
    sink.close()
