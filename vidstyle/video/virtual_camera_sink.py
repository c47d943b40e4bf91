"""Live frames as a camera that other programs can choose."""

import sys
from fractions import Fraction

from vidstyle.errors import VidstyleError
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.letterbox import letterboxed
from vidstyle.video.sink import Sink, SinkError

_REMEDIES = {
    "linux": (
        "load one with 'sudo modprobe v4l2loopback exclusive_caps=1 card_label=vidstyle' "
        "(package v4l2loopback-dkms)"
    ),
    "win32": "install OBS Studio, which brings one",
    "darwin": "install OBS Studio, and start and stop its virtual camera once",
}


class VirtualCameraSink(Sink):
    """Gives RGB frames to a virtual camera: v4l2loopback on Linux, that of OBS elsewhere."""

    def __init__(self, *, size: Size, rate: Fraction, device: str | None = None) -> None:
        """`size`: of the camera, odd sides lose a pixel; frames of another size are letterboxed.

        `rate`: that the camera tells its users. `device`: such as `/dev/video10`; None for the
        first that there is.

        Raises:
            SinkError: there is no virtual camera, or it is in use.
            VidstyleError: pyvirtualcam is not installed.
        """
        super().__init__()
        try:
            import pyvirtualcam  # type: ignore[import-untyped]
        except ImportError as error:
            raise VidstyleError(
                "a virtual camera needs pyvirtualcam, which is not installed: "
                'pip install "vidstyle[live]"'
            ) from error
        # Every camera stores colour for pairs of pixels.
        self._size = Size(max(2, size.width & ~1), max(2, size.height & ~1))
        try:
            self._camera = pyvirtualcam.Camera(
                self._size.width, self._size.height, float(rate), device=device
            )
        except RuntimeError as error:
            raise SinkError(_no_camera(device, error)) from error

    @property
    def device(self) -> str:
        """The name by which other programs know the camera."""
        return str(self._camera.device)

    def write(self, frame: Frame) -> None:
        """Show one frame, whose picture is RGB of any size, to who watches the camera."""
        try:
            self._camera.send(letterboxed(frame.rgb, self._size))
        except (RuntimeError, OSError) as error:
            raise SinkError(f"the virtual camera {self.device} is gone: {error}") from error

    def close(self) -> None:
        self._camera.close()

    def abort(self) -> None:
        self._camera.close()


def _no_camera(device: str | None, error: RuntimeError) -> str:
    # A line for each way that pyvirtualcam tried: its name, the reason, and then its own advice.
    reasons = [line.partition(" backend: ")[2] or line for line in str(error).splitlines()]
    why = "; ".join(reason.split(". ")[0].rstrip(".") for reason in reasons)
    remedy = _REMEDIES.get(sys.platform, "there is none for this system")
    if "permission" in why:
        remedy = "join the group that may ('sudo usermod -a -G video $USER'), and log in again"
    wanted = f"the virtual camera {device}" if device else "a virtual camera"
    return f"cannot open {wanted} ({why}): {remedy}"
