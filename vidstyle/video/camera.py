"""A camera and what it can deliver."""

from dataclasses import dataclass
from fractions import Fraction

from vidstyle.errors import UsageError
from vidstyle.video.convert import Size

DEFAULT_SIZE = Size(1280, 720)
DEFAULT_RATE = Fraction(30)

# Decoding costs time, and JPEG's blocks do not go well with strokes; between the pictures of the
# others a decoder may hold some back.
_COST_OF_FORMAT = {"mjpeg": 1, "h264": 2, "hevc": 2}


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One way a camera delivers pictures."""

    size: Size
    pixel_format: str
    """FFmpeg's name, as `yuyv422`; of a compressed one the codec's, as `mjpeg`."""
    rates: tuple[Fraction, ...]
    """Frames per second, growing; empty where the camera does not tell."""

    def rate_for(self, rate: Fraction) -> Fraction:
        """The slowest that is fast enough for `rate`; where none is, the fastest."""
        enough = (own for own in self.rates if round(own) >= round(rate))
        return next(enough, max(self.rates, default=rate))

    def __str__(self) -> str:
        rates = ", ".join(f"{float(rate):.4g}" for rate in self.rates)
        return f"{self.size} {self.pixel_format}" + (f" at {rates} fps" if rates else "")


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera of this machine."""

    number: int
    name: str
    path: str
    """By which the system knows it, as `/dev/video0`."""
    modes: tuple[Mode, ...] = ()
    """Empty where the system does not tell them."""

    def __str__(self) -> str:
        return f"camera {self.number} ({self.name})"

    def best_mode(self, *, size: Size | None, rate: Fraction | None) -> Mode | None:
        """The mode to capture in; None where the camera tells none.

        What is left open is 1280x720 at 30 frames per second, or what comes nearest: first in
        rate, then in size. At equal merit plain pictures are taken before compressed ones.

        Raises:
            UsageError: the camera does not have that size, or not at that rate.
        """
        if not self.modes:
            return None
        fitting = [mode for mode in self.modes if size in (None, mode.size)]
        if not fitting:
            sizes = dict.fromkeys(str(mode.size) for mode in self.modes)
            raise UsageError(f"{self} has no {size}: it has {', '.join(sizes)}")
        fastest = max(mode.rate_for(rate or DEFAULT_RATE) for mode in fitting)
        if rate is not None and round(fastest) < round(rate):
            raise UsageError(
                f"{self} makes at most {float(fastest):.4g} pictures a second"
                f"{f' of {size}' if size else ''}, not {float(rate):.4g}"
            )
        return min(fitting, key=lambda mode: _demerit(mode, rate or DEFAULT_RATE))


def _demerit(mode: Mode, rate: Fraction) -> tuple[int, int, int]:
    """The less the better: missing rate, distance in pixels, cost of the format."""
    missing = max(0, round(rate) - round(mode.rate_for(rate)))
    target = DEFAULT_SIZE.width * DEFAULT_SIZE.height
    distance = abs(mode.size.width * mode.size.height - target)
    return missing, distance, _COST_OF_FORMAT.get(mode.pixel_format, 0)
