"""What a command shows while it works: on a terminal a moving bar, else plain lines."""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import TaskID

    from vidstyle.runs.progress import Progress

_SECONDS_BETWEEN_LINES = 5.0


def tell(text: str) -> None:
    """Write a line to standard error."""
    # Whoever reads it may have gone, as `head` does or a terminal; the work is done all the same.
    with suppress(OSError):
        # Not by `typer.echo`: on Windows it writes past what Rich has put in place of the stream,
        # into the bar that is in motion.
        print(text, file=sys.stderr)


class Display:
    """Progress and messages on standard error, so that standard output stays free.

    Args:
        quiet: show only notes.
        unit: what progress counts: "frame", or "picture", which has no rate.
    """

    def __init__(self, *, quiet: bool = False, unit: str = "frame") -> None:
        from rich.console import Console

        self._quiet = quiet
        self._unit = unit
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bar = self._make_bar() if self._console.is_terminal and not quiet else None
        self._task: TaskID | None = None
        self._next_line = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            with suppress(OSError):  # The terminal may have gone.
                self._bar.stop()

    def say(self, text: str) -> None:
        """A line for the user, unless they want quiet."""
        if not self._quiet:
            tell(text)

    def note(self, text: str) -> None:
        """A warning; shown always."""
        tell(f"note: {text}")

    def download(self, done: int, total: int) -> None:
        """Show how much of a network's weights has come."""
        text = f"downloading weights: {done / 1e6:.1f} of {total / 1e6:.1f} MB"
        if self._console.is_terminal and not self._quiet:
            self._console.print(text, end="\n" if done == total else "\r")
        elif done == total:
            self.say(text)

    def start(self, text: str) -> None:
        """The first line of a run, and the beginning of its progress."""
        self.say(text)
        self._next_line = monotonic() + _SECONDS_BETWEEN_LINES
        if self._bar is not None:
            self._task = self._bar.add_task("", total=None, fps="", time="", busiest="", detail="")
            self._bar.start()

    def progress(self, progress: Progress) -> None:
        """Show how far the run is."""
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task, completed=progress.done, total=progress.total, **self._texts(progress)
            )
        elif not self._quiet and monotonic() >= self._next_line:
            self._next_line = monotonic() + _SECONDS_BETWEEN_LINES
            of_total = f" of {progress.total}" if progress.total else ""
            texts = ", ".join(text for text in self._texts(progress).values() if text)
            self.say(f"{self._unit} {progress.done}{of_total}, {texts}")

    def _texts(self, progress: Progress) -> dict[str, str]:
        # Before anything is finished, no stage has been seen at work.
        has_rate = progress.done > 0 and self._unit == "frame"
        bottleneck = "" if progress.detail else f"busiest: {progress.figures.bottleneck}"
        return {
            "fps": f"{progress.fps:.1f} fps" if has_rate else "",
            "time": _time(progress),
            "busiest": bottleneck if has_rate else "",
            "detail": progress.detail,
        }

    def _make_bar(self) -> rich.progress.Progress:  # type: ignore[name-defined]  # noqa: F821
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        return Bar(
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[fps]}"),
            TextColumn("{task.fields[time]}"),
            TextColumn("[dim]{task.fields[busiest]}"),
            TextColumn("{task.fields[detail]}"),
            console=self._console,
            transient=True,
        )


def _time(progress: Progress) -> str:
    if not progress.done:
        return f"{_duration(progress.figures.elapsed_seconds)} so far"
    left = progress.seconds_left
    return "" if left is None else f"{_duration(left)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
