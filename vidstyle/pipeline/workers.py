"""What the threads of a pipeline run: one for the source, some per stage, one for the sink."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from vidstyle.pipeline.cancellation import Cancellation
from vidstyle.pipeline.channel import Channel, Closed, Policy
from vidstyle.pipeline.recorder import Recorder
from vidstyle.pipeline.sink import Sink
from vidstyle.pipeline.stage import Stage
from vidstyle.pipeline.turns import Turns

_END = object()


class Worker(Protocol):
    """A thread's whole life. `run` never raises: errors go to the cancellation."""

    @property
    def recorder(self) -> Recorder:
        """Where its figures go."""

    def run(self) -> None:
        """Work until there is no more, clean up, and close what comes after."""


# In the workers an item is a local name of the shortest function that needs it, so that a thread
# that waits for the next item does not keep the last one alive.


@dataclass(frozen=True, kw_only=True)
class SourceWorker:
    """Moves the items of an iterable into a channel, and closes its iterator."""

    source: Iterable[Any]
    outlet: Channel[Any]
    recorder: Recorder
    cancellation: Cancellation

    def run(self) -> None:
        where = f"in stage {self.recorder.name!r}"
        with self.cancellation.guard(where):
            iterator = iter(self.source)
            with self.cancellation.guard(where):
                while self._move(iterator):
                    pass
            close = getattr(iterator, "close", None)
            if close is not None:
                close()
        self.outlet.close()

    def _move(self, iterator: Iterator[Any]) -> bool:
        if self.outlet.closed:
            return False
        start = perf_counter()
        item = next(iterator, _END)
        seconds = perf_counter() - start
        if item is _END:
            self.recorder.record(seconds, items=0)
            return False
        try:
            self.outlet.put(item)
        except Closed:
            return False
        self.recorder.record(seconds)
        return True


@dataclass(frozen=True, kw_only=True)
class StageWorker:
    """Moves items from one channel to the next through a stage, in one thread or several.

    Attributes:
        turns: of the threads; each of them runs the same worker.
    """

    stage: Stage[Any, Any]
    turns: Turns
    inlet: Channel[Any]
    outlet: Channel[Any]
    recorder: Recorder
    cancellation: Cancellation

    def run(self) -> None:
        with self.cancellation.guard(f"in stage {self.recorder.name!r}"):
            while self._move():
                pass
        if self.turns.leave():
            self.outlet.close()

    def _move(self) -> bool:
        turn, outputs = self._made()
        if not outputs:
            return False
        with self.turns.at(turn):
            return self._pass_on(outputs)

    def _made(self) -> tuple[int, list[Any]]:
        """The outputs of the next batch, and when it is their turn; none at the end."""
        with self.turns.working:
            with self.turns.taking:
                batch = self._collect()
                turn = self.turns.next() if batch else 0
            return turn, self._apply(batch)

    def _collect(self) -> list[Any]:
        """The next batch; empty when there is none any more."""
        batch: list[Any] = []
        try:
            while len(batch) < self.stage.batch:
                batch += self.inlet.take(self.stage.batch - len(batch))
                if self.inlet.policy is Policy.DROP_OLDEST:
                    break
        except Closed:
            # Closed on the way: what has been collected is the last, smaller batch.
            pass
        return [] if self.cancellation.requested else batch

    def _apply(self, batch: list[Any]) -> list[Any]:
        if not batch:
            return []
        count = len(batch)
        start = perf_counter()
        outputs = self.stage.apply(batch)
        # Others have been at work all the while.
        self.recorder.record((perf_counter() - start) / self.stage.workers, items=count)
        return outputs

    def _pass_on(self, outputs: list[Any]) -> bool:
        outputs.reverse()
        try:
            while outputs:
                self.outlet.put(outputs.pop())
        except Closed:
            return False
        return True


@dataclass(frozen=True, kw_only=True)
class SinkWorker:
    """Moves items from a channel into a sink, and completes it or throws it away."""

    sink: Sink[Any]
    inlet: Channel[Any]
    recorder: Recorder
    cancellation: Cancellation

    def run(self) -> None:
        where = f"in stage {self.recorder.name!r}"
        with self.cancellation.guard(where):
            while self._move():
                pass
            if not self.cancellation.requested:
                self._complete()
                return
        with self.cancellation.guard(f"{where}, while it was aborted"):
            self.sink.abort()

    def _move(self) -> bool:
        try:
            item = self.inlet.get()
        except Closed:
            return False
        start = perf_counter()
        self.sink.write(item)
        self.recorder.record(perf_counter() - start)
        return True

    def _complete(self) -> None:
        start = perf_counter()
        self.sink.close()
        self.recorder.record(perf_counter() - start, items=0)
