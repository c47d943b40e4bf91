"""The window of a live run: pictures, views, keys, and what is written over the picture."""

from time import perf_counter

from vidstyle.pipeline.latest_slot import LatestSlot
from vidstyle.runs.live.outputs import OutputTimes
from vidstyle.runs.live.report import LiveStatus
from vidstyle.runs.live.stages import LiveFrame, Settings
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.live.steering import KEYS, help_rows
from vidstyle.video.panel import Place
from vidstyle.video.views import mirrored
from vidstyle.video.window import CLOSE, Window

_MESSAGE_SECONDS = 4.0

_LINES = {**KEYS, CLOSE: "quit"}


class LiveScreen:
    """Shows the newest frames in a window, and reads its keys; used by one thread.

    Args:
        window: to show in; closed by who opened it.
        slot: where the frames come from.
        settings: how the run is set.
        times: of the frames that are shown.
    """

    def __init__(
        self,
        window: Window,
        slot: LatestSlot[LiveFrame],
        *,
        settings: Settings,
        times: OutputTimes,
    ) -> None:
        self._window = window
        self._slot = slot
        self._settings = settings
        self._times = times
        self._frame: LiveFrame | None = None
        self._status: LiveStatus | None = None
        self._message, self._message_until = "", 0.0
        self._shown: tuple[LiveState, dict[Place, tuple[str, ...]]] | None = None
        self.say("h: help · q: quit")

    def show(self, *, timeout_seconds: float) -> None:
        """Show the next frame; waits for it, but not longer than that.

        The last one is shown again where it is to be seen in another way.
        """
        newest = self._slot.take(timeout_seconds=timeout_seconds)
        self._frame = newest or self._frame
        state, texts = self._settings.state, self._texts()
        if self._frame is None or (newest is None and self._shown == (state, texts)):
            return
        self._shown = state, texts
        self._window.fullscreen = state.fullscreen
        for place, lines in texts.items():
            self._window.overlay(lines, place=place)
        picture = state.view.of(self._frame.original, self._frame.rgb)
        self._window.show(mirrored(picture) if state.mirror else picture)
        if newest is not None:
            self._times.add(newest)

    def lines(self) -> list[str]:
        """The commands of the keys that were pressed; `quit` where the window was closed."""
        lines = (_LINES.get(key) or _LINES.get(key.lower()) for key in self._window.poll())
        return [line for line in lines if line]

    def say(self, text: str) -> None:
        """Show a message for some seconds."""
        self._message, self._message_until = text, perf_counter() + _MESSAGE_SECONDS

    def tell(self, status: LiveStatus) -> None:
        """Take the figures to show, where they are wanted."""
        self._status = status

    def _texts(self) -> dict[Place, tuple[str, ...]]:
        """What is written over the picture, and where."""
        state, status = self._settings.state, self._status
        has_message = perf_counter() < self._message_until
        return {
            Place.TOP_LEFT: tuple(status.lines()) if state.figures and status else (),
            Place.CENTRE: tuple("\t".join(row) for row in help_rows()) if state.help else (),
            Place.BOTTOM: (self._message,) if has_message else (),
        }
