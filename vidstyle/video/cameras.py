"""The cameras of this machine: finding one, and opening it."""

import errno
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import av
from av.container import InputContainer

from vidstyle.video import v4l2
from vidstyle.video.camera import DEFAULT_RATE, Camera, Mode
from vidstyle.video.container import reason
from vidstyle.video.convert import Size
from vidstyle.video.devices import listed_devices
from vidstyle.video.source import SourceError

_OPENING_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class _System:
    """How one operating system's cameras are reached through FFmpeg."""

    format: str
    list: Callable[[], list[Camera]]
    permission: str
    """What to do where the system forbids it."""
    address: str = "{path}"
    options: Mapping[str, str] = field(default_factory=dict)
    """What a camera is asked for where its modes are not known."""


def _listed_by_ffmpeg(format: str) -> list[Camera]:
    return [
        Camera(number=number, name=device.description, path=device.name)
        for number, device in enumerate(listed_devices(format, "video"))
    ]


_SYSTEMS = {
    "linux": _System(
        format="v4l2",
        list=v4l2.list_cameras,
        permission="add yourself to its group (sudo usermod -aG video $USER) and log in again",
    ),
    "darwin": _System(
        format="avfoundation",
        list=lambda: _listed_by_ffmpeg("avfoundation"),
        permission="allow it in System Settings, Privacy & Security, Camera",
        # Told nothing, AVFoundation asks for 29.97 pictures a second, which few cameras do.
        options={"framerate": str(DEFAULT_RATE)},
    ),
    "win32": _System(
        format="dshow",
        list=lambda: _listed_by_ffmpeg("dshow"),
        permission="allow it in Settings, Privacy & security, Camera",
        address="video={path}",
    ),
}


def list_cameras() -> list[Camera]:
    """The cameras of this machine, by number. None of them is started.

    Their modes are told on Linux alone.
    """
    system = _SYSTEMS.get(sys.platform)
    return system.list() if system else []


def find_camera(text: str, cameras: Sequence[Camera]) -> Camera | None:
    """The camera with that number, path, name or part of a name; of several the first."""
    wanted = text.casefold()
    is_name = bool(text) and not text.isdigit()
    tests: tuple[Callable[[Camera], bool], ...] = (
        lambda camera: text in (str(camera.number), camera.path),
        lambda camera: camera.name.casefold() == wanted,
        lambda camera: is_name and wanted in camera.name.casefold(),
    )
    return next((camera for test in tests for camera in cameras if test(camera)), None)


def open_camera(text: str, *, size: Size | None, rate: Fraction | None) -> InputContainer:
    """Start the camera that `find_camera` finds, in its best mode for `size` and `rate`.

    Raises:
        SourceError: it is not there, in use by another program, or may not be used.
        UsageError: it does not have that size or rate.
    """
    cameras = list_cameras()
    camera = find_camera(text, cameras)
    if camera is None:
        known = ", ".join(f"{known.number} ({known.name})" for known in cameras)
        raise SourceError(f"there is no camera {text}: this machine has {known or 'none'}")
    system = _SYSTEMS[sys.platform]
    mode = camera.best_mode(size=size, rate=rate)
    try:
        return av.open(
            system.address.format(path=camera.path),
            format=system.format,
            options=_options(system, mode, size=size, rate=rate),
            timeout=(_OPENING_SECONDS, None),
        )
    except (av.FFmpegError, OSError) as error:
        raise SourceError(_why_not(camera, error)) from error


def _options(
    system: _System, mode: Mode | None, *, size: Size | None, rate: Fraction | None
) -> dict[str, str]:
    if mode is None:
        asked = {"video_size": size, "framerate": rate}
        return {**system.options, **{name: str(what) for name, what in asked.items() if what}}
    return {
        "video_size": str(mode.size),
        "framerate": str(mode.rate_for(rate or DEFAULT_RATE)),
        "input_format": mode.pixel_format,
    }


def _why_not(camera: Camera, error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.EBUSY:
            return f"{camera} is in use by another program: close that one first"
        case errno.EACCES | errno.EPERM:
            remedy = _SYSTEMS[sys.platform].permission
            return f"no permission to use {camera}, {camera.path}: {remedy}"
        case errno.ENODEV | errno.ENOENT | errno.ENXIO:
            return f"{camera} is gone: plug it in again"
        # All that DirectShow and AVFoundation tell.
        case errno.EIO | errno.EINVAL if sys.platform != "linux":
            remedy = _SYSTEMS[sys.platform].permission
            return (
                f"{camera} cannot be started: close other programs that use it, {remedy}, or ask "
                "it for another size and rate"
            )
    return f"{camera} cannot be started: {reason(error)}"
