"""Which camera and mode is meant, and what is said where it cannot be had."""

import errno
import re
import sys
from fractions import Fraction
from types import SimpleNamespace

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.errors import UsageError
from vidstyle.video import cameras, devices
from vidstyle.video.camera import Camera, Mode
from vidstyle.video.cameras import find_camera, open_camera
from vidstyle.video.convert import Size
from vidstyle.video.source import SourceError

VGA, HD, FULL_HD = Size(640, 480), Size(1280, 720), Size(1920, 1080)


def mode(size: Size, pixel_format: str, *rates: int) -> Mode:
    return Mode(size=size, pixel_format=pixel_format, rates=tuple(map(Fraction, rates)))


WEBCAM = Camera(
    number=0,
    name="HD Webcam",
    path="/nowhere/video0",
    modes=(
        mode(VGA, "yuyv422", 15, 30),
        mode(HD, "yuyv422", 10),
        mode(VGA, "mjpeg", 30, 60),
        mode(HD, "mjpeg", 30, 60),
        mode(FULL_HD, "mjpeg", 30),
        mode(HD, "h264", 30),
    ),
)


@pytest.fixture(autouse=True)
def _one_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "list_cameras", lambda: [WEBCAM])


# The mode


@pytest.mark.parametrize(
    ("size", "rate", "best"),
    [
        (None, None, mode(HD, "mjpeg", 30, 60)),
        (VGA, None, mode(VGA, "yuyv422", 15, 30)),
        (VGA, 60, mode(VGA, "mjpeg", 30, 60)),
        (HD, None, mode(HD, "mjpeg", 30, 60)),
        (HD, 10, mode(HD, "yuyv422", 10)),
        (FULL_HD, None, mode(FULL_HD, "mjpeg", 30)),
        (None, 60, mode(HD, "mjpeg", 30, 60)),
    ],
)
def test_the_best_mode(size: Size | None, rate: int | None, best: Mode) -> None:
    assert WEBCAM.best_mode(size=size, rate=None if rate is None else Fraction(rate)) == best


def test_a_size_that_the_camera_does_not_have() -> None:
    with pytest.raises(UsageError) as caught:
        WEBCAM.best_mode(size=Size(800, 600), rate=None)
    assert str(caught.value) == (
        "camera 0 (HD Webcam) has no 800x600: it has 640x480, 1280x720, 1920x1080"
    )


def test_a_rate_that_the_camera_does_not_have() -> None:
    with pytest.raises(UsageError, match="at most 30 pictures a second of 1920x1080, not 60"):
        WEBCAM.best_mode(size=FULL_HD, rate=Fraction(60))
    with pytest.raises(UsageError, match="at most 60 pictures a second, not 120"):
        WEBCAM.best_mode(size=None, rate=Fraction(120))


def test_the_rate_of_ntsc_is_that_of_thirty() -> None:
    ntsc = Mode(size=HD, pixel_format="yuyv422", rates=(Fraction(30000, 1001),))
    camera = Camera(number=0, name="TV", path="", modes=(mode(HD, "mjpeg", 30), ntsc))
    assert camera.best_mode(size=None, rate=Fraction(30)) == ntsc


def test_a_camera_that_tells_no_modes_is_asked_for_none() -> None:
    camera = Camera(number=0, name="", path="")
    assert camera.best_mode(size=HD, rate=Fraction(60)) is None
    silent = Mode(size=HD, pixel_format="yuyv422", rates=())
    camera = Camera(number=0, name="", path="", modes=(silent,))
    assert camera.best_mode(size=HD, rate=Fraction(60)) == silent


MODES = st.builds(
    Mode,
    size=st.sampled_from([VGA, HD, FULL_HD]),
    pixel_format=st.sampled_from(["yuyv422", "mjpeg", "h264"]),
    rates=st.lists(st.integers(1, 90).map(Fraction), max_size=4).map(lambda r: tuple(sorted(r))),
)


@given(
    modes=st.lists(MODES, min_size=1, max_size=8),
    size=st.sampled_from([None, VGA, HD, FULL_HD]),
    rate=st.one_of(st.none(), st.integers(1, 90).map(Fraction)),
)
def test_whatever_the_modes_one_is_chosen_that_does_what_is_asked(
    modes: list[Mode], size: Size | None, rate: Fraction | None
) -> None:
    camera = Camera(number=0, name="", path="", modes=tuple(modes))
    able = [m for m in modes if size in (None, m.size)]
    able = [m for m in able if rate is None or not m.rates or max(m.rates) >= rate]
    if able:
        best = camera.best_mode(size=size, rate=rate)
        assert best in able
    else:
        with pytest.raises(UsageError):
            camera.best_mode(size=size, rate=rate)


# The camera


@pytest.mark.parametrize("text", ["0", "/nowhere/video0", "HD Webcam", "webcam", "hd"])
def test_a_camera_is_found(text: str) -> None:
    assert find_camera(text, [WEBCAM]) == WEBCAM


@pytest.mark.parametrize("text", ["1", "00", "C920", "video0", ""])
def test_a_camera_is_not_found(text: str) -> None:
    assert find_camera(text, [WEBCAM]) is None


def test_a_number_is_no_part_of_a_name() -> None:
    other = Camera(number=3, name="C920", path="/dev/video3")
    assert find_camera("0", [other, WEBCAM]) == WEBCAM
    assert find_camera("920", [other, WEBCAM]) is None


# Opening it


def refusal(text: str = "0") -> str:
    with pytest.raises(SourceError) as caught:
        open_camera(text, size=None, rate=None)
    return str(caught.value)


def test_a_camera_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal("5") == "there is no camera 5: this machine has 0 (HD Webcam)"
    monkeypatch.setattr(cameras, "list_cameras", list)
    assert refusal("5") == "there is no camera 5: this machine has none"


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs Video4Linux2")


@linux_only
def test_a_camera_that_has_gone_since_it_was_listed() -> None:
    assert refusal() == "camera 0 (HD Webcam) is gone: plug it in again"


@linux_only
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EBUSY, "camera 0 (HD Webcam) is in use by another program: close that one first"),
        (
            errno.EACCES,
            "no permission to use camera 0 (HD Webcam), /nowhere/video0: "
            "add yourself to its group (sudo usermod -aG video $USER) and log in again",
        ),
        (errno.EIO, "camera 0 (HD Webcam) cannot be started: input/output error"),
    ],
)
def test_a_camera_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch, code: int, said: str) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        av.error.err_check(-code)

    monkeypatch.setattr(av, "open", fail)
    assert refusal() == said


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_what_other_systems_do_not_tell_apart(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        av.error.err_check(-errno.EIO)

    monkeypatch.setattr(av, "open", fail)
    monkeypatch.setattr(sys, "platform", system)
    assert re.fullmatch(
        r"camera 0 \(HD Webcam\) cannot be started: close other programs that use it, "
        r"allow it in .*Settings, Privacy & [sS]ecurity, Camera, "
        r"or ask it for another size and rate",
        refusal(),
    )


# Listing them by FFmpeg


def listed(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, list[str]]) -> None:
    answer = [
        SimpleNamespace(name=f"@{name}", description=name, media_types=kinds)
        for name, kinds in found
    ]
    monkeypatch.setattr(devices, "enumerate_input_devices", lambda _format: answer)


def test_cameras_are_listed_and_microphones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, ("HD", ["video"]), ("OBS Virtual Camera", []), ("Mic", ["audio"]))
    found = cameras._listed_by_ffmpeg("dshow")
    assert [(camera.number, camera.name, camera.path) for camera in found] == [
        (0, "HD", "@HD"),
        (1, "OBS Virtual Camera", "@OBS Virtual Camera"),
    ]


def test_a_machine_without_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_format: str) -> None:
        av.error.err_check(-errno.EIO)

    monkeypatch.setattr(devices, "enumerate_input_devices", fail)
    assert cameras._listed_by_ffmpeg("dshow") == []
