"""How a live run is doing: on a terminal lines that stay in place, else a line now and then."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Self

from vidstyle.cli.display import tell

if TYPE_CHECKING:
    from rich.live import Live

    from vidstyle.runs.live.report import LiveStatus

_SECONDS_BETWEEN_LINES = 5.0


class StatusLine:
    """On standard error, so that standard output stays free; nothing where the user wants quiet."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live: Live | None = None
        self._next_line = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            with suppress(OSError):  # The terminal may have gone.
                self._live.stop()

    def start(self) -> None:
        """Begin; what is written to standard error from now on appears above."""
        from rich.console import Console
        from rich.live import Live

        self._next_line = monotonic() + _SECONDS_BETWEEN_LINES
        console = Console(stderr=True, highlight=False)
        if console.is_terminal and not self._quiet:
            self._live = Live(console=console, auto_refresh=False, transient=True)
            self._live.start()

    def show(self, status: LiveStatus) -> None:
        """Show how the run is doing."""
        if self._live is not None:
            from rich.text import Text

            with suppress(OSError):
                self._live.update(Text("\n".join(status.lines()), style="dim"), refresh=True)
        elif not self._quiet and monotonic() >= self._next_line:
            self._next_line = monotonic() + _SECONDS_BETWEEN_LINES
            tell(" · ".join(status.lines()))
