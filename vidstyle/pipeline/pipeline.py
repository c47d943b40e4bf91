"""A source, stages and a sink, each in its own threads, with bounded channels between them."""

import math
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Thread
from time import perf_counter
from typing import Any

from vidstyle.pipeline.cancellation import Cancellation
from vidstyle.pipeline.channel import Channel, Policy
from vidstyle.pipeline.figures import PipelineFigures
from vidstyle.pipeline.interrupt import interrupts_to
from vidstyle.pipeline.recorder import Recorder
from vidstyle.pipeline.sink import Sink
from vidstyle.pipeline.stage import Stage
from vidstyle.pipeline.turns import Turns
from vidstyle.pipeline.workers import SinkWorker, SourceWorker, StageWorker, Worker

ABANDON_SECONDS = 5.0
"""How long an aborted run waits for threads that are stuck in foreign code."""

# A signal can be delivered to another thread, and on Windows it never ends a wait: the caller's
# thread has to wake by itself now and then, or it would not see the Ctrl-C.
_LONGEST_WAIT_SECONDS = 0.1


class _Event(Enum):
    THREAD_ENDED = auto()
    ABORT = auto()
    INTERRUPT = auto()


class Pipeline:
    """One run of items from a source through stages into a sink.

    Each has its own thread, or several; between them are channels of `capacity` items with the
    given policy. At most that many items per channel, and one (or one batch) per thread, are alive.

    Args:
        source: read in its own thread, where its iterator is also closed (if it has `close()`).
        stages: what happens to the items, in this order; may be empty.
        sink: gets the items in the order of the source; then `close()`, or `abort()`.

    Raises:
        ValueError: two of the names are the same, or the capacity is below 1.
    """

    def __init__(
        self,
        source: Iterable[Any],
        stages: Sequence[Stage[Any, Any]],
        sink: Sink[Any],
        *,
        source_name: str = "capture",
        sink_name: str = "sink",
        capacity: int = 4,
        policy: Policy = Policy.WAIT,
    ) -> None:
        names = [*(stage.name for stage in stages), sink_name]
        _check_names([source_name, *names])
        self._channels: list[Channel[Any]] = [
            Channel(capacity, policy=policy) for _ in range(len(stages) + 1)
        ]
        turns = [Turns(stage.workers) for stage in stages]
        self._cancellation = Cancellation([*self._channels, *turns])
        self._recorders = [
            Recorder(source_name),
            *(Recorder(*each) for each in zip(names, self._channels, strict=True)),
        ]
        self._workers: list[Worker] = [
            SourceWorker(
                source=source,
                outlet=self._channels[0],
                recorder=self._recorders[0],
                cancellation=self._cancellation,
            )
        ]
        for number, stage in enumerate(stages):
            worker = StageWorker(
                stage=stage,
                turns=turns[number],
                inlet=self._channels[number],
                outlet=self._channels[number + 1],
                recorder=self._recorders[number + 1],
                cancellation=self._cancellation,
            )
            self._workers += [worker] * turns[number].threads
        self._workers.append(
            SinkWorker(
                sink=sink,
                inlet=self._channels[-1],
                recorder=self._recorders[-1],
                cancellation=self._cancellation,
            )
        )
        # The one way to wake the caller's thread: its put is reentrant, so a signal handler may
        # use it, which is true of no lock, event or condition.
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._unclaimed = dict(enumerate(self._workers))
        self._threads: list[Thread] = []
        self._ended: list[Worker] = []
        self._interrupts = 0
        self._give_up_at = math.inf
        self._started_at: float | None = None
        self._ended_at: float | None = None
        self._stopped = False
        self._aborted = False

    @property
    def interrupted(self) -> bool:
        """Whether a graceful stop was asked for before the run had ended."""
        return self._stopped

    @property
    def aborted(self) -> bool:
        """Whether `abort()` was called (or Ctrl-C came twice) before the run had ended."""
        return self._aborted

    @property
    def ending_early(self) -> bool:
        """Whether the run is ending with an error, or was aborted. The source may be stuck then."""
        return self._cancellation.requested

    def run(
        self,
        *,
        on_tick: Callable[[PipelineFigures], None] | None = None,
        tick_seconds: float = 0.1,
    ) -> PipelineFigures:
        """Run to the end and return the final figures. Once only.

        `on_tick` gets live figures every `tick_seconds`, in the caller's thread. In the main
        thread, Ctrl-C calls `stop()` and a second one `abort()`; then, or when the run is ending
        with an error already, it waits at most five seconds for threads stuck in foreign code.

        Raises:
            RuntimeError: this pipeline has run before.
            ValueError: `tick_seconds` is not above 0.
            KeyboardInterrupt: Ctrl-C came twice.
            BaseException: the very first error of source, stages, sink or `on_tick`, with a note
                that names the stage. The sink was aborted unless it was complete already.
        """
        if tick_seconds <= 0:
            raise ValueError(f"cannot tick every {tick_seconds} seconds: give more than 0")
        if self._started_at is not None:
            raise RuntimeError("this pipeline has run before: make a new one for each run")
        self._started_at = perf_counter()
        with interrupts_to(lambda: self._events.put(_Event.INTERRUPT)):
            self._supervise(on_tick, tick_seconds)
            self._ended_at = perf_counter()
        if self._cancellation.error is not None:
            raise self._cancellation.error
        return self.figures()

    def stop(self) -> None:
        """Stop the source, finish what is in the channels and stages, close the sink.

        Does not wait. An item that the source has made but could not hand on is left out; a source
        that is stuck delays the end of `run()`, but not the completion of the sink.
        """
        if self._ended_at is None:
            self._stopped = True
            self._channels[0].close()

    def abort(self) -> None:
        """Stop now: throw away what is in the channels, abort the sink. Does not wait.

        `run()` then returns its figures as usual, unless there was an error; see `aborted`.
        """
        if self._ended_at is None:
            self._abort()

    def figures(self) -> PipelineFigures:
        """The figures up to now. From any thread, at any time."""
        elapsed = self._elapsed_seconds()
        return PipelineFigures.of(
            tuple(recorder.figures(elapsed_seconds=elapsed) for recorder in self._recorders),
            elapsed_seconds=elapsed,
        )

    def _elapsed_seconds(self) -> float:
        if self._started_at is None:
            return 0.0
        return (self._ended_at or perf_counter()) - self._started_at

    def _abort(self, error: BaseException | None = None) -> None:
        self._aborted = True
        self._cancellation.cancel(error)
        self._events.put(_Event.ABORT)

    def _supervise(
        self, on_tick: Callable[[PipelineFigures], None] | None, tick_seconds: float
    ) -> None:
        try:
            self._start()
            self._watch(on_tick, tick_seconds)
        except BaseException as error:
            # No more threads to be had, or the handler of another signal raised. A worker that has
            # no thread yet has only to clean up, once cancelled, and that can be done here.
            error.add_note("while starting and watching the stages")
            self._cancellation.cancel(error)
            for index in range(len(self._workers)):
                self._live(index)
            self._watch(None, tick_seconds)
        if self._all_ended():
            for thread in filter(Thread.is_alive, self._threads):
                thread.join()

    def _start(self) -> None:
        """Start every thread, the sink's first, so that each finds its reader alive."""
        for index in reversed(range(len(self._workers))):
            name = self._workers[index].recorder.name
            thread = Thread(target=self._live, args=(index,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _live(self, index: int) -> None:
        """The life of one worker, in whichever thread comes first."""
        worker = self._unclaimed.pop(index, None)
        if worker is None:
            return
        try:
            worker.run()
        finally:
            self._ended.append(worker)
            self._events.put(_Event.THREAD_ENDED)

    def _all_ended(self) -> bool:
        return len(self._ended) == len(self._workers)

    def _watch(
        self, on_tick: Callable[[PipelineFigures], None] | None, tick_seconds: float
    ) -> None:
        """Wait for the end of every thread, or for the end of patience with them."""
        tick_at = perf_counter() + tick_seconds if on_tick else math.inf
        while not self._all_ended() and perf_counter() < self._give_up_at:
            self._receive(until=min(tick_at, self._give_up_at))
            if on_tick and perf_counter() >= tick_at and not self._cancellation.requested:
                with self._cancellation.guard("in on_tick"):
                    on_tick(self.figures())
                tick_at = perf_counter() + tick_seconds
        while not self._events.empty():
            self._receive(until=-math.inf)

    def _receive(self, *, until: float) -> None:
        """Handle one event, if there is one before `until` (of `perf_counter`)."""
        seconds = min(until - perf_counter(), _LONGEST_WAIT_SECONDS)
        try:
            event = self._events.get(timeout=max(seconds, 0.0))
        except Empty:
            return
        match event:
            case _Event.THREAD_ENDED:
                pass  # it only had to wake the caller's thread
            case _Event.ABORT:
                self._give_up_at = min(self._give_up_at, perf_counter() + ABANDON_SECONDS)
            case _Event.INTERRUPT:
                self._interrupt()

    def _interrupt(self) -> None:
        self._interrupts += 1
        if self._interrupts > 1:
            self._abort(KeyboardInterrupt())
        elif self._cancellation.requested:
            self._abort()
        else:
            self.stop()


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two stages are called {name!r}: give each its own name")
