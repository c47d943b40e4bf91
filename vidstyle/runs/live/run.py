"""The loop of a live run: it shows, obeys and watches while the pipeline works beside it."""

import math
from collections.abc import Callable
from threading import Thread
from time import perf_counter
from typing import Protocol

from vidstyle.pipeline import Pipeline, PipelineFigures
from vidstyle.pipeline.interrupt import interrupts_to
from vidstyle.runs.live.errands import Errands

TICK_SECONDS = 0.5
"""Between two looks at the figures."""

# A signal may be delivered to another thread, so that the loop has to wake by itself.
_LONGEST_WAIT_SECONDS = 0.05
_LONGEST_WAIT_FOR_PICTURE_SECONDS = 0.01


class Screen(Protocol):
    """What shows the pictures of a run; used by the loop's thread alone."""

    def show(self, *, timeout_seconds: float) -> None:
        """Show the next picture; waits for it, but not longer than that."""

    def lines(self) -> list[str]:
        """The commands of the keys that were pressed."""


class LiveRun:
    """Runs a pipeline to its end, in a thread of its own.

    Args:
        pipeline: has not run yet.
        close_source: ends its source, from any thread.
        errands: what other threads want done in the loop's thread.
        screen: shows the pictures; None: nobody looks.
        obey: gets the lines of the screen's keys.
        on_tick: gets the figures every `TICK_SECONDS`.
        duration: seconds after which the run ends by itself.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        close_source: Callable[[], None],
        errands: Errands,
        screen: Screen | None,
        obey: Callable[[str], None],
        on_tick: Callable[[PipelineFigures], None],
        duration: float = math.inf,
    ) -> None:
        self._pipeline = pipeline
        self._close_source = close_source
        self._errands = errands
        self._screen = screen
        self._obey = obey
        self._on_tick = on_tick
        self._duration = duration
        self._thread = Thread(target=self._live, name="live pipeline", daemon=True)
        self._interrupts = 0
        self._stopped = False
        self._figures: PipelineFigures | None = None
        self._error: BaseException | None = None

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the run."""
        return self._interrupts > 0

    def stop(self) -> None:
        """End the run properly: finish what is on its way, complete the outputs. Does not wait."""
        self._pipeline.stop()
        self._close_source()

    def finish(self) -> None:
        """Stop, and wait until the outputs are complete."""
        self.stop()
        self._thread.join()

    def run(self) -> PipelineFigures:
        """Run to the end. In the main thread, Ctrl-C stops the run, and a second one aborts it.

        Raises:
            KeyboardInterrupt: Ctrl-C came twice.
            BaseException: the first error of the pipeline, an errand, a command or the screen.
        """
        with interrupts_to(self._interrupt):
            self._thread.start()
            try:
                self._watch()
            except BaseException:
                self._pipeline.abort()
                self._close_source()
                self._thread.join()
                raise
        if self._error is not None:
            raise self._error
        assert self._figures is not None
        return self._figures

    def _live(self) -> None:
        """The pipeline's thread."""
        try:
            self._figures = self._pipeline.run()
        except BaseException as error:
            self._error = error

    def _watch(self) -> None:
        began = perf_counter()
        tick_at = began + TICK_SECONDS
        while self._thread.is_alive():
            self._heed_interrupts()
            if self._pipeline.ending_early:
                self._close_source()  # It may wait for a picture that nobody wants any more.
            self._show()
            wait = _LONGEST_WAIT_SECONDS if self._screen is None else 0.0
            self._errands.work_off(wait_seconds=wait)
            now = perf_counter()
            if now >= tick_at:
                tick_at = now + TICK_SECONDS
                self._on_tick(self._pipeline.figures())
            if now - began >= self._duration:
                self._duration = math.inf
                self.stop()
        self._show()
        self._errands.work_off(wait_seconds=0.0)

    def _show(self) -> None:
        if self._screen is None:
            return
        self._screen.show(timeout_seconds=_LONGEST_WAIT_FOR_PICTURE_SECONDS)
        for line in self._screen.lines():
            self._obey(line)

    def _interrupt(self) -> None:
        """A signal, between any two bytecodes; it does not wait for its turn among errands."""
        self._interrupts += 1

    def _heed_interrupts(self) -> None:
        if self._interrupts > 1:
            raise KeyboardInterrupt
        if self._interrupts and not self._stopped:
            self._stopped = True
            self.stop()
