"""Where frames go to."""

from abc import ABC, abstractmethod

from vidstyle.errors import VidstyleError
from vidstyle.video.frame import Frame


class SinkError(VidstyleError):
    """An output that cannot be written."""


class Sink(ABC):
    """Takes frames in order; then either `close()` or `abort()`, once."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        """What the user should know, one line each."""
        self.dropped = 0
        """Frames that were taken, but could not be kept or sent."""

    @abstractmethod
    def write(self, frame: Frame) -> None:
        """Take one frame."""

    @abstractmethod
    def close(self) -> None:
        """Complete the output: only now does it appear under its final name."""

    @abstractmethod
    def abort(self) -> None:
        """Throw the output away, leaving nothing behind."""


class NullSink(Sink):
    """Takes frames and keeps none; for measuring."""

    def write(self, frame: Frame) -> None:
        pass

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass
