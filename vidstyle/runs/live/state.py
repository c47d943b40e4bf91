"""How a live run is set at a moment, and what commands make of it."""

from dataclasses import dataclass, replace
from typing import Any

from vidstyle.runs.live.commands import (
    LONGEST_FADE,
    Command,
    SetFade,
    SetStabiliser,
    SetStrength,
    SetView,
    Switch,
    Turn,
)
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE
from vidstyle.video.views import View


@dataclass(frozen=True, kw_only=True)
class LiveState:
    """All that can be set while a run is live, but for the style. A frame sees one state.

    Attributes:
        strength: how strongly to repaint, 0 to 1.
        fade_seconds: how long a change of style takes.
        preserve_color: keep the original's colours.
        stabilise: how firmly the picture is held steady, 0 (not at all) to 1.
        stabilise_on: what `stabilise on` goes back to.
        original: show the picture as it came.
        freeze: repeat the last picture.
        view, mirror, fullscreen: of the window.
        figures, help: what is written over the window's picture.
    """

    strength: float = 1.0
    fade_seconds: float = 1.0
    preserve_color: bool = False
    stabilise: float = 0.0
    stabilise_on: float = DEFAULT_STABILISE
    original: bool = False
    freeze: bool = False
    view: View = View.PLAIN
    mirror: bool = False
    fullscreen: bool = False
    figures: bool = False
    help: bool = False

    def after(self, command: Command) -> "LiveState":
        """The state after a command; unchanged by commands that are for the run itself."""
        match command:
            case SetStrength(amount):
                return replace(self, strength=amount.applied(self.strength))
            case SetFade(amount):
                return replace(
                    self, fade_seconds=amount.applied(self.fade_seconds, most=LONGEST_FADE)
                )
            case SetStabiliser(level):
                return self._stabilised(level)
            case SetView(view):
                return replace(self, view=view or _next_view(self.view))
            case Turn(setting, switch):
                now: bool = getattr(self, setting.value)
                change: dict[str, Any] = {setting.value: switch.applied(now)}
                return replace(self, **change)
            case _:
                return self

    def __str__(self) -> str:
        """One line: strength, fade, and what is switched on."""
        switched = [
            ("own colours", self.preserve_color),
            (f"stabilised {self.stabilise:g}", self.stabilise > 0),
            ("original", self.original),
            ("frozen", self.freeze),
        ]
        parts = [f"strength {self.strength:g}", f"fade {self.fade_seconds:g} s"]
        return " · ".join(parts + [name for name, on in switched if on])

    def _stabilised(self, level: Switch | float) -> "LiveState":
        if isinstance(level, Switch):
            on = level.applied(self.stabilise > 0)
            return replace(self, stabilise=self.stabilise_on if on else 0.0)
        return replace(self, stabilise=level, stabilise_on=level or self.stabilise_on)


def _next_view(view: View) -> View:
    views = list(View)
    return views[(views.index(view) + 1) % len(views)]
