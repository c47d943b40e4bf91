"""How a run ends early, and with which error."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

from vidstyle.pipeline.channel import Channel


class Cancellation:
    """Ends a run from any thread: aborts every channel and keeps the first error.

    Errors after the first are notes of the first.
    """

    def __init__(self, channels: Sequence[Channel[Any]]) -> None:
        self._channels = channels
        self._lock = RLock()
        self._requested = False
        self._error: BaseException | None = None

    @property
    def requested(self) -> bool:
        """Whether the run is ending early. True before any channel is aborted."""
        return self._requested

    @property
    def error(self) -> BaseException | None:
        """The first error, if there was one."""
        return self._error

    def cancel(self, error: BaseException | None = None) -> None:
        """End the run now, because of `error` if given. Never waits."""
        with self._lock:
            self._requested = True
            if self._error is None:
                self._error = error
            elif error is not None and error is not self._error:
                self._error.add_note(f"then {_describe(error)}")
        for channel in self._channels:
            channel.abort()

    @contextmanager
    def guard(self, where: str) -> Iterator[None]:
        """Cancel the run with any error of the block, noted with `where`, and go on after it."""
        try:
            yield
        except BaseException as error:
            error.add_note(where)
            self.cancel(error)


def _describe(error: BaseException) -> str:
    notes = ", ".join(getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {error}" + (f" ({notes})" if notes else "")
