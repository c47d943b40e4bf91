"""Commands from several threads as one iterable."""

from collections.abc import Iterable, Iterator
from queue import Queue
from threading import Thread

_MOST_LINES = 100
"""That wait to be read; then who writes them waits."""


class Lines:
    """What was put, in order, without an end."""

    def __init__(self) -> None:
        self._queue: Queue[str | BaseException] = Queue(_MOST_LINES)

    def put(self, line: str) -> None:
        """Add a line, from any thread."""
        self._queue.put(line)

    def feed(self, lines: Iterable[str]) -> None:
        """Add all lines of another iterable, and what it raises, as they come: in a thread."""
        Thread(target=self._feed, args=(lines,), name="lines", daemon=True).start()

    def __iter__(self) -> Iterator[str]:
        while True:
            item = self._queue.get()
            if isinstance(item, BaseException):
                raise item
            yield item

    def _feed(self, lines: Iterable[str]) -> None:
        try:
            for line in lines:
                self._queue.put(line)
        except BaseException as error:
            self._queue.put(error)
