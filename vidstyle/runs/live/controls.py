"""Does what a user of a live run says."""

from collections.abc import Callable
from time import perf_counter

from vidstyle.errors import VidstyleError, refusal
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.commands import (
    Command,
    PaintWith,
    Quit,
    Record,
    Setting,
    StepStyle,
    TakeStill,
    Turn,
)
from vidstyle.runs.live.files import LiveFiles
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.live.steering import help_lines, parse_command
from vidstyle.runs.live.styles import LiveStyles


def answer_to(error: VidstyleError | OSError) -> str:
    """One line on what a user has said and cannot be done."""
    return refusal(error) if isinstance(error, OSError) else str(error)


class LiveControls:
    """Takes commands, by one thread; `state` may be read by any.

    Args:
        state: how the run is set at first.
        styles: what can be painted with.
        files: recordings and stills.
        background: where files are opened, written and completed. Its `on_error` is told of those
            that cannot be.
        newest: the newest frame that is finished, if there is one.
        on_quit: called where the run is to end.
        on_answer: gets one line where a command cannot be obeyed, and the help where there is no
            window for it.
        has_window: whether there is.
    """

    def __init__(
        self,
        state: LiveState,
        *,
        styles: LiveStyles,
        files: LiveFiles,
        background: Background,
        newest: Callable[[], LiveFrame | None],
        on_quit: Callable[[], None],
        on_answer: Callable[[str], None],
        has_window: bool,
    ) -> None:
        self._state = state
        self._styles = styles
        self._files = files
        self._background = background
        self._newest = newest
        self._quit = on_quit
        self._answer = on_answer
        self._has_window = has_window

    @property
    def state(self) -> LiveState:
        """How the run is set; another object after each command that changes it."""
        return self._state

    def obey_line(self, line: str) -> None:
        """Do what a line says; complain, and do nothing, where that cannot be done."""
        try:
            self.obey(parse_command(line))
        except (VidstyleError, OSError) as error:
            self._answer(answer_to(error))

    def obey(self, command: Command) -> None:
        """Do what a command says.

        Raises:
            VidstyleError: that cannot be done, and nothing was.
        """
        now, seconds = perf_counter(), self._state.fade_seconds
        match command:
            case PaintWith(wishes):
                self._styles.paint_with(wishes, seconds=seconds, asked=now)
            case StepStyle(steps):
                self._styles.step(steps, seconds=seconds, asked=now)
            case TakeStill(path):
                frame = self._newest()
                self._background.soon(lambda: self._files.still(frame, path))
            case Record(switch, path):
                self._background.soon(lambda: self._files.record(switch, path))
            case Quit():
                self._quit()
            case Turn(Setting.HELP) if not self._has_window:
                for line in help_lines():
                    self._answer(line)
            case _:
                self._state = self._state.after(command)
