"""What a live run is to do, as far as it is known before anything is opened."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.pipeline import Sink
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.loading import StyleWish
from vidstyle.runs.regions import RegionWish
from vidstyle.runs.sizes import SizeWish
from vidstyle.stylizers import Method
from vidstyle.video.live_input import LiveInput

_RATE = re.compile(r"\d{1,9}(/\d{1,9}|\.\d{0,9})?")


@dataclass(frozen=True, kw_only=True)
class LivePlan:
    """A live run before it begins.

    Attributes:
        input: where the frames come from; `loop`: whether a file begins again at its end.
        method, weights, wishes: what paints, with which styles.
        backend, device, precision, build: what is to run the network; as in `stylize_file`.
        state: how it is set at first.
        regions: where it paints, and what is elsewhere.
        size: that the network works at; None: that of the outputs.
        output_size: of what goes to the outputs; None: that of the source.
        detail: how much of the source's own detail is brought back, 0 to 1.
        most_fps: frames a second at most.
        auto_size: lower the working size to hold the rate.
        window, recording, microphone, streams, virtual_camera, outputs: where frames go.
        overwrite: whether recordings and stills replace files.
        duration: seconds.
    """

    input: LiveInput
    loop: bool
    method: Method
    weights: Path | None
    wishes: tuple[StyleWish, ...]
    backend: str
    device: str
    precision: str
    build: bool
    state: LiveState
    regions: RegionWish
    size: SizeWish | None
    output_size: SizeWish | None
    detail: float
    most_fps: float
    auto_size: bool
    window: bool
    recording: Path | None
    microphone: str | None
    streams: tuple[str, ...]
    virtual_camera: str | None
    outputs: Mapping[str, Sink[LiveFrame]]
    overwrite: bool
    duration: float

    @property
    def files_read(self) -> tuple[Path, ...]:
        """Files that the run reads, as far as it is known."""
        named = (self.input.file, self.weights, *(wish.path for wish in self.wishes))
        return (*self.regions.files, *(path for path in named if path is not None))


def parse_rate(text: str | None) -> Fraction | None:
    """Frames a second from `30`, `29.97` or `30000/1001`; `UsageError` where it is no rate."""
    if text is None:
        return None
    try:
        rate = Fraction(text) if _RATE.fullmatch(text.strip()) else Fraction(0)
    except ZeroDivisionError:
        rate = Fraction(0)
    if not Fraction(1, 100) <= rate <= 1000:
        raise UsageError(f"'{text}' is not a rate: write frames a second, such as 30 or 29.97")
    return rate


def check_positive(name: str, value: float | None) -> float:
    """Infinite for None. `UsageError` where it is not above 0."""
    if value is None:
        return math.inf
    if not value > 0:
        raise UsageError(f"{name} {value:g} must be above 0")
    return value
