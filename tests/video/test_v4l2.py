"""What Video4Linux2 answers, read from the bytes of its structures."""

import errno
import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from struct import pack

import pytest

from tests.video.sending import decoder_picture, running
from vidstyle.video.camera import Mode
from vidstyle.video.convert import Size
from vidstyle.video.v4l2 import camera_by, list_cameras

# VIDIOC_QUERYCAP, VIDIOC_ENUM_FMT, VIDIOC_ENUM_FRAMESIZES and VIDIOC_ENUM_FRAMEINTERVALS.
CAPABILITY, FORMAT, SIZE, INTERVAL = 0x80685600, 0xC0405602, 0xC02C564A, 0xC034564B

# Recorded on Linux 6.1 (x86-64), in hexadecimal, without the zeros at the end: first v4l2loopback
# 0.12.7 while a program feeds it with JPEGs, then the kernel's test driver vivid, of which there
# are the node that gives video (at its HDMI input; the first format, the rates of one size) and the
# one that takes video.
LOOPBACK = {
    (
        CAPABILITY,
        "",
    ): "76346c32206c6f6f706261636b0000004c6f6f7043616d000000000000000000000000000000"
    "00000000000000000000706c6174666f726d3a76346c326c6f6f706261636b2d30303000000000000000c0010600010"
    "0208501002005",
    (FORMAT, "0000000001"): "0000000001000000010000004d6f74696f6e2d4a504547000000000000000000000000"
    "0000000000000000004d4a5047",
    (SIZE, "000000004d4a5047"): "000000004d4a50470100000040010000f0",
    (INTERVAL, "000000004d4a504740010000f0"): "000000004d4a504740010000f000000001000000010000001e",
}
VIVID = {
    (CAPABILITY, ""): "7669766964000000000000000000000076697669640000000000000000000000000000000000"
    "00000000000000000000706c6174666f726d3a76697669642d3030300000000000000000000000000000c0010600f7"
    "0dbf9d05002305",
    (FORMAT, "0000000001"): "0000000001000000e00100005955595620343a323a3200000000000000000000000000"
    "00000000000000000059555956",
    (
        SIZE,
        "0000000059555956",
    ): "00000000595559560300000010000000004000000200000010000000c021000002",
    (
        INTERVAL,
        "000000005955595640010000b4",
    ): "000000005955595640010000b400000001000000e8030000a861",
}
VIVID_OUTPUT = {
    (CAPABILITY, ""): VIVID[CAPABILITY, ""].replace("05002305", "02002205"),
}


class Device:
    """Answers as it was recorded; what was not recorded it does not have."""

    def __init__(self, answers: Mapping[tuple[int, str], str]) -> None:
        self._answers = {
            (request, bytes.fromhex(question)): bytes.fromhex(answer)
            for (request, question), answer in answers.items()
        }

    def __call__(self, request: int, question: bytes) -> bytes:
        answer = self._answers.get((request, question.rstrip(b"\0")))
        if answer is None:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return answer.ljust(len(question), b"\0")


class Webcam:
    """Answers as the drivers of USB cameras do: all is told one by one, intervals in 100 ns."""

    def __init__(self, formats: Mapping[bytes, Mapping[Size, Sequence[int]]]) -> None:
        self._formats = formats

    def __call__(self, request: int, question: bytes) -> bytes:
        words = [int.from_bytes(question[at : at + 4], "little") for at in range(0, 20, 4)]
        index, fourcc = words[0], question[4:8]
        try:
            answer = self._answer(request, index, fourcc, Size(words[2], words[3]))
        except IndexError:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
        return answer.ljust(len(question), b"\0")

    def _answer(self, request: int, index: int, fourcc: bytes, size: Size) -> bytes:
        if request == CAPABILITY:
            capture = 0x04200001
            return pack("=16s32s32s3I", b"uvcvideo", b"HD Webcam", b"usb-1", 0, 0x84A00001, capture)
        if request == FORMAT:
            return pack("=3I32s4s", index, 1, 0, b"", list(self._formats)[index])
        if request == SIZE:
            found = list(self._formats[fourcc])[index]
            return pack("=I4s3I", index, fourcc, 1, found.width, found.height)
        interval = self._formats[fourcc][size][index]
        return pack("=I4s5I", index, fourcc, size.width, size.height, 1, interval, 10_000_000)


PATH = Path("/dev/video4")


def test_a_camera_that_delivers_jpegs() -> None:
    camera = camera_by(Device(LOOPBACK), 4, PATH)
    assert camera is not None
    assert (camera.number, camera.name, camera.path) == (4, "LoopCam", "/dev/video4")
    assert [str(mode) for mode in camera.modes] == ["320x240 mjpeg at 30 fps"]


def test_a_device_with_any_size_is_listed_with_the_usual_ones() -> None:
    camera = camera_by(Device(VIVID), 4, PATH)
    assert camera is not None
    assert camera.name == "vivid"
    modes = {str(mode.size): mode for mode in camera.modes}
    assert {"320x180", "640x360", "1280x720", "1920x1080", "16384x8640"} < set(modes)
    assert str(modes["320x180"]) == "320x180 yuyv422 at 25 fps"
    assert modes["640x360"].rates == ()


def test_a_device_that_takes_video_is_no_camera() -> None:
    assert camera_by(Device(VIVID_OUTPUT), 4, PATH) is None


def test_a_camera_with_lists_of_sizes_and_rates() -> None:
    thirty, ten, ntsc = 333_333, 1_000_000, 333_667
    webcam = Webcam(
        {
            b"YUYV": {Size(640, 480): [thirty, ten], Size(1280, 720): [ten]},
            b"Z16 ": {Size(640, 480): [thirty]},
            b"MJPG": {Size(1280, 720): [ntsc]},
        }
    )
    camera = camera_by(webcam, 0, PATH)
    assert camera is not None
    assert camera.name == "HD Webcam"
    assert camera.modes == (
        Mode(size=Size(640, 480), pixel_format="yuyv422", rates=(Fraction(10), Fraction(30))),
        Mode(size=Size(1280, 720), pixel_format="yuyv422", rates=(Fraction(10),)),
        Mode(size=Size(1280, 720), pixel_format="mjpeg", rates=(Fraction(2997, 100),)),
    )


def test_ranges_of_rates_are_listed_with_the_usual_ones() -> None:
    # From one to fifty frames per second.
    stepwise = "03000000" + "01000000" + "32000000" + "01000000" + "01000000"
    answers = LOOPBACK | {
        (INTERVAL, "000000004d4a504740010000f0"): f"000000004d4a504740010000f0000000{stepwise}"
    }
    camera = camera_by(Device(answers), 0, PATH)
    assert camera is not None
    assert [int(rate) for rate in camera.modes[0].rates] == [5, 10, 15, 24, 25, 30, 50]


def test_what_is_no_video_device_is_no_camera(tmp_path: Path) -> None:
    for name in ("video0", "video", "video-decoder", "media0"):
        (tmp_path / name).touch()
    (tmp_path / "video1").symlink_to("/dev/null")
    (tmp_path / "video2").symlink_to(tmp_path / "gone")
    assert list_cameras(tmp_path) == []


@pytest.mark.skipif(not list_cameras(), reason="needs a camera (/dev/video*)")
def test_a_real_camera() -> None:
    camera = list_cameras()[0]
    with running(str(camera.number)) as run:
        frames = [run.next() for _ in range(3)]
        assert not camera.modes or run.source.info.size in {mode.size for mode in camera.modes}
    assert frames[0].captured is not None
    assert frames[-1].captured is not None
    assert frames[0].captured < frames[-1].captured
    # Their memory is not that of the driver, which is closed by now.
    assert all(bytes(picture.planes[0]) for picture in map(decoder_picture, frames))
