"""What can be wanted of a live run while it runs."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vidstyle.choice import Choice
from vidstyle.runs.loading import StyleWish
from vidstyle.video.views import View

LONGEST_FADE = 60.0
"""Seconds."""


class Switch(Choice):
    """What to do with something that is on or off."""

    ON = "on"
    OFF = "off"
    TOGGLE = "toggle"

    def applied(self, now: bool) -> bool:
        """Whether it is on afterwards."""
        return not now if self is Switch.TOGGLE else self is Switch.ON


@dataclass(frozen=True)
class Amount:
    """A number to set, or to change what is set by."""

    value: float
    relative: bool = False

    def applied(self, now: float, *, most: float = 1.0) -> float:
        """The number afterwards; changes end at 0 and at `most`."""
        if not self.relative:
            return self.value
        # Ten steps of 0.1 are to be 1, not 0.9999999999999999.
        return round(min(max(now + self.value, 0.0), most), 6)


class Setting(Enum):
    """What can be switched on and off; the value is the name of its field in `LiveState`."""

    COLOR = "preserve_color"
    ORIGINAL = "original"
    FREEZE = "freeze"
    MIRROR = "mirror"
    FULLSCREEN = "fullscreen"
    FIGURES = "figures"
    HELP = "help"


@dataclass(frozen=True)
class Command:
    """Something that a user wants of a live run."""


@dataclass(frozen=True)
class PaintWith(Command):
    """Paint with a style, or a mix; with none named: the present style and the one after it."""

    wishes: tuple[StyleWish, ...] = ()


@dataclass(frozen=True)
class StepStyle(Command):
    """Go on (or back) so many styles in the list."""

    steps: int


@dataclass(frozen=True)
class SetStrength(Command):
    """How strongly to repaint, 0 to 1."""

    amount: Amount


@dataclass(frozen=True)
class SetFade(Command):
    """How many seconds a change of style takes."""

    amount: Amount


@dataclass(frozen=True)
class SetStabiliser(Command):
    """Hold the picture steady: on, off, or how firmly (0 to 1)."""

    level: Switch | float


@dataclass(frozen=True)
class Turn(Command):
    """Switch a setting."""

    setting: Setting
    switch: Switch


@dataclass(frozen=True)
class SetView(Command):
    """What the window shows; None: the next view in turn."""

    view: View | None


@dataclass(frozen=True)
class TakeStill(Command):
    """Write the picture of this moment to disk; None: under a name with the time."""

    path: Path | None = None


@dataclass(frozen=True)
class Record(Command):
    """Begin or end a recording; None: under a name with the time."""

    switch: Switch
    path: Path | None = None


@dataclass(frozen=True)
class Quit(Command):
    """End the run properly."""
