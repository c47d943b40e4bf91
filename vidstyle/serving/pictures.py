"""The newest picture of a live run as JPEG, for any number of viewers."""

from threading import Condition, Lock

import cv2

from vidstyle.runs.live.stages import LiveFrame
from vidstyle.video.frame import RgbPicture

_QUALITY = 85


class JpegPictures:
    """A sink that keeps the newest picture; it is encoded once, and only if somebody looks."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._picture: RgbPicture | None = None
        self._number = 0
        self._closed = False
        self._encoding = Lock()
        self._encoded = 0, b""

    def write(self, frame: LiveFrame) -> None:
        """Put a picture in place of the one before it."""
        with self._changed:
            self._picture = frame.rgb
            self._number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Wake who waits: no more will come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abort(self) -> None:
        """As `close`."""
        self.close()

    def after(self, number: int, *, timeout_seconds: float | None) -> tuple[int, bytes] | None:
        """The number and the JPEG of the newest picture, if it is newer than that of `number`.

        Waits for one, without a limit where that is None; None where none came, or no more will.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._number > number, timeout_seconds)
            newest, picture = self._number, self._picture
            if self._closed or newest <= number or picture is None:
                return None
        with self._encoding:
            if self._encoded[0] < newest:
                self._encoded = newest, jpeg(picture)
            return self._encoded


def jpeg(picture: RgbPicture) -> bytes:
    """A picture, uint8 (H, W, 3) RGB, as a file."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
