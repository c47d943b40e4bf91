"""How a run ends early, and with which error."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Protocol


class Abortable(Protocol):
    """Something that threads wait at."""

    def abort(self) -> None:
        """Let nobody wait any more. Never waits."""


class Cancellation:
    """Ends a run from any thread: aborts all that threads wait at, and keeps the first error.

    Errors after the first are notes of the first.
    """

    def __init__(self, waited_at: Sequence[Abortable]) -> None:
        self._waited_at = waited_at
        self._lock = RLock()
        self._requested = False
        self._error: BaseException | None = None

    @property
    def requested(self) -> bool:
        """Whether the run is ending early. True before anything is aborted."""
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
        for each in self._waited_at:
            each.abort()

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
