"""What a camera of Linux can do, asked of Video4Linux2 without starting it.

The structures and requests are those of the kernel's `linux/videodev2.h`.
"""

import errno
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from struct import Struct
from typing import TypeAlias

from vidstyle.video.camera import Camera, Mode
from vidstyle.video.convert import Size

Ask: TypeAlias = Callable[[int, bytes], bytes]
"""`ioctl` on one open device: a request and its structure in, the structure filled out."""

_CAPABILITY = Struct("=16s32s32s3I12x")
_FORMAT = Struct("=3I32sI16x")
_FRAME_SIZE = Struct("=9I8x")
_FRAME_INTERVAL = Struct("=11I8x")

# Direction (2: read, 3: write and read), size, type and number, as <asm-generic/ioctl.h> packs them
# on x86, ARM and RISC-V.
_QUERY_CAPABILITY = 2 << 30 | _CAPABILITY.size << 16 | ord("V") << 8 | 0
_ENUMERATE_FORMATS = 3 << 30 | _FORMAT.size << 16 | ord("V") << 8 | 2
_ENUMERATE_FRAME_SIZES = 3 << 30 | _FRAME_SIZE.size << 16 | ord("V") << 8 | 74
_ENUMERATE_FRAME_INTERVALS = 3 << 30 | _FRAME_INTERVAL.size << 16 | ord("V") << 8 | 75

_VIDEO_CAPTURE = 0x1
_STREAMING = 0x04000000
_DEVICE_CAPABILITIES = 0x80000000
_CAPTURE_BUFFERS = 1
_DISCRETE = 1

_FFMPEG_NAMES = {
    b"YUYV": "yuyv422",
    b"UYVY": "uyvy422",
    b"422P": "yuv422p",
    b"YU12": "yuv420p",
    b"NV12": "nv12",
    b"RGB3": "rgb24",
    b"BGR3": "bgr24",
    b"GREY": "gray",
    b"MJPG": "mjpeg",
    b"JPEG": "mjpeg",
    b"H264": "h264",
    b"HEVC": "hevc",
}

# A device that takes any size or rate in a range is listed with the usual ones.
_USUAL_SIZES = tuple(
    Size(width, height)
    for width, height in (
        *((320, 180), (320, 240), (640, 360), (640, 480), (800, 600), (960, 540)),
        *((1280, 720), (1280, 960), (1920, 1080), (2560, 1440), (3840, 2160)),
    )
)
_USUAL_RATES = tuple(Fraction(rate) for rate in (5, 10, 15, 24, 25, 30, 50, 60))


def list_cameras(devices: Path = Path("/dev")) -> list[Camera]:
    """The cameras among the video devices, by number; none is started."""
    nodes = {path.name.removeprefix("video"): path for path in devices.glob("video*")}
    paths = {int(number): path for number, path in nodes.items() if number.isdecimal()}
    return [camera for number in sorted(paths) if (camera := _camera(number, paths[number]))]


def _camera(number: int, path: Path) -> Camera | None:
    """The camera behind a video device; None where it is something else."""
    import fcntl  # Not on every system this module is imported on.

    try:
        device = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        # Without the permission to ask it is listed all the same: opening it will say why not.
        denied = error.errno in (errno.EACCES, errno.EPERM)
        return Camera(number=number, name=_name_by_sysfs(path), path=str(path)) if denied else None
    try:
        return camera_by(lambda request, data: fcntl.ioctl(device, request, data), number, path)
    except OSError:
        return None  # No Video4Linux2 device, or gone in this moment.
    finally:
        os.close(device)


def _name_by_sysfs(path: Path) -> str:
    told = Path("/sys/class/video4linux") / path.name / "name"
    return told.read_text().strip() if told.exists() else path.name


def camera_by(ask: Ask, number: int, path: Path) -> Camera | None:
    """The camera that answers; None where the device captures no video."""
    answer = ask(_QUERY_CAPABILITY, bytes(_CAPABILITY.size))
    _, card, _, _, capabilities, of_this_device = _CAPABILITY.unpack(answer)
    if capabilities & _DEVICE_CAPABILITIES:
        capabilities = of_this_device
    if not (capabilities & _VIDEO_CAPTURE and capabilities & _STREAMING):
        return None
    return Camera(number=number, name=_text(card), path=str(path), modes=tuple(_modes(ask)))


def _modes(ask: Ask) -> Iterator[Mode]:
    for fourcc in _pixel_formats(ask):
        name = _FFMPEG_NAMES.get(fourcc.to_bytes(4, "little"))
        if name is not None:
            for size in _sizes(ask, fourcc):
                yield Mode(size=size, pixel_format=name, rates=_rates(ask, fourcc, size))


def _pixel_formats(ask: Ask) -> Iterator[int]:
    answers = _enumerated(
        ask,
        _ENUMERATE_FORMATS,
        lambda index: _FORMAT.pack(index, _CAPTURE_BUFFERS, 0, b"", 0),
    )
    for answer in answers:
        yield _FORMAT.unpack(answer)[4]


def _sizes(ask: Ask, fourcc: int) -> Iterator[Size]:
    answers = _enumerated(
        ask,
        _ENUMERATE_FRAME_SIZES,
        lambda index: _FRAME_SIZE.pack(index, fourcc, *[0] * 7),
    )
    for answer in answers:
        _, _, kind, *numbers = _FRAME_SIZE.unpack(answer)
        if kind == _DISCRETE:
            yield Size(numbers[0], numbers[1])
        else:
            yield from _usual_sizes(range_of(*numbers[:3]), range_of(*numbers[3:]))
            return


def range_of(smallest: int, largest: int, step: int) -> range:
    """The numbers of a stepwise or continuous range, both ends included."""
    return range(smallest, largest + 1, max(1, step))


def _usual_sizes(widths: range, heights: range) -> Iterator[Size]:
    largest = Size(widths[-1], heights[-1])
    yield from (
        size
        for size in _USUAL_SIZES
        if size.width in widths and size.height in heights and size != largest
    )
    yield largest


def _rates(ask: Ask, fourcc: int, size: Size) -> tuple[Fraction, ...]:
    answers = _enumerated(
        ask,
        _ENUMERATE_FRAME_INTERVALS,
        lambda index: _FRAME_INTERVAL.pack(index, fourcc, size.width, size.height, *[0] * 7),
    )
    rates: set[Fraction] = set()
    for answer in answers:
        kind, *numbers = _FRAME_INTERVAL.unpack(answer)[4:]
        shortest = _rate(numbers[0], numbers[1])
        if kind == _DISCRETE:
            rates.add(shortest)
        else:
            slowest = _rate(numbers[2], numbers[3])
            rates |= {rate for rate in _USUAL_RATES if slowest <= rate <= shortest}
            break
    return tuple(sorted(rates))


def _rate(numerator: int, denominator: int) -> Fraction:
    # An interval of 333333/10000000 seconds means a 30th; 1001 is what NTSC's rates need.
    return Fraction(denominator, max(1, numerator)).limit_denominator(1001)


def _enumerated(ask: Ask, request: int, question: Callable[[int], bytes]) -> Iterator[bytes]:
    """The answers for index 0, 1, … until the device has no more."""
    index = 0
    while True:
        try:
            answer = ask(request, question(index))
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOTTY):  # No more; or it cannot tell at all.
                return
            raise
        yield answer
        index += 1


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode(errors="replace").strip()
