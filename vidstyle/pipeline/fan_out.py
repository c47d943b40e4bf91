"""Hands every item to several sinks, none of which can hold up the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from threading import RLock, Thread, current_thread
from time import perf_counter
from typing import Generic, TypeVar

from vidstyle.pipeline.cancellation import Cancellation
from vidstyle.pipeline.channel import Channel, Closed, Policy
from vidstyle.pipeline.figures import StageFigures
from vidstyle.pipeline.recorder import Recorder
from vidstyle.pipeline.sink import Sink
from vidstyle.pipeline.workers import SinkWorker

T = TypeVar("T")

PATIENCE_SECONDS = 4.0
"""How long a fan-out waits for branches that are stuck: less than the pipeline around it does."""


class StuckError(Exception):
    """A branch that did not end in time; its thread is left behind."""


@dataclass(frozen=True, kw_only=True)
class BranchFigures(StageFigures):
    """The figures of one branch: where every item that it was offered has gone.

    Attributes:
        running: whether it takes more items.
        offered: `count + dropped + failed` in the end; until then some wait or are being written.
        failed: what it left unwritten when it failed, was aborted or was stuck; 0 while it runs.
        completed: whether it has ended, and its sink was closed without an error.
    """

    running: bool
    completed: bool
    offered: int
    failed: int


class FanOut(Generic[T]):
    """A sink that is many: each branch has a thread and a channel of its own that drops the oldest.

    Nothing that a branch does reaches another one, or `write`: one that blocks has its items
    dropped, one that fails is aborted and taken out.

    Args:
        on_failure: is told of a branch's failure, once; by the branch's thread, or where that is
            stuck (`StuckError`) by the one that waited for it. Must not raise.
        patience_seconds: how long `close`, `abort` and `remove` wait for branches to end.
    """

    def __init__(
        self,
        *,
        on_failure: Callable[[str, BaseException], None],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._on_failure = on_failure
        self._patience_seconds = patience_seconds
        self._lock = RLock()
        self._closed = False
        self._all: list[_Branch[T]] = []
        # Replaced, never changed, so that `write` needs no lock.
        self._running: Mapping[str, _Branch[T]] = {}

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of those that take items now."""
        return tuple(name for name, branch in self._running.items() if branch.takes_items)

    def add(self, name: str, sink: Sink[T], *, capacity: int = 1) -> None:
        """Add a branch, which gets every item from now on. From any thread.

        Raises:
            ValueError: a running branch has that name, or the capacity is below 1.
            Closed: the fan-out is closed. After any error it is the caller who has to end `sink`.
        """
        branch: _Branch[T] = _Branch(name, capacity=capacity)
        worker = SinkWorker(
            sink=sink,
            inlet=branch.channel,
            recorder=branch.recorder,
            cancellation=branch.cancellation,
        )
        branch.thread = Thread(target=self._live, args=(branch, worker), name=name, daemon=True)
        with self._lock:
            if self._closed:
                raise Closed("the fan-out is closed")
            if name in self.branches:
                raise ValueError(f"two branches are called {name!r}: give each its own name")
            branch.thread.start()
            self._all.append(branch)
            self._running = {**self._running, name: branch}

    def remove(self, name: str) -> bool:
        """Complete a branch: write what waits in its channel, close its sink. From any thread.

        Returns whether that was done: False where no such branch runs (it may just have failed),
        or where it fails or is stuck now.
        """
        branch = self._running.get(name)
        if branch is None:
            return False
        branch.channel.close()
        self._wait_for([branch])
        return branch.completed

    def write(self, item: T) -> None:
        """Offer one item to every branch. Never waits."""
        for branch in self._running.values():
            branch.offer(item)

    def close(self) -> None:
        """Complete every branch. Raises for none that fails; one that is stuck is left behind."""
        self._refuse_more()
        for branch in self._all:
            branch.channel.close()
        self._wait_for(self._all)

    def abort(self) -> None:
        """Abort every branch that has not ended; one that is stuck is left behind."""
        self._refuse_more()
        for branch in self._all:
            branch.cancellation.cancel()
        self._wait_for(self._all)

    def figures(self) -> tuple[BranchFigures, ...]:
        """The figures of every branch there has ever been, in the order of adding."""
        return tuple(branch.figures() for branch in tuple(self._all))

    def _live(self, branch: "_Branch[T]", worker: SinkWorker) -> None:
        """The life of one branch, in its thread."""
        worker.run()
        with self._lock:
            self._running = {n: other for n, other in self._running.items() if other is not branch}
        if self._claim_end(branch) and branch.cancellation.error is not None:
            self._on_failure(branch.name, branch.cancellation.error)

    def _refuse_more(self) -> None:
        with self._lock:
            self._closed = True
            self._running = {}

    def _wait_for(self, branches: Sequence["_Branch[T]"]) -> None:
        deadline = perf_counter() + self._patience_seconds
        for branch in branches:
            if not branch.left_behind and branch.thread is not current_thread():
                branch.thread.join(max(0.0, deadline - perf_counter()))
                self._give_up_on(branch)

    def _give_up_on(self, branch: "_Branch[T]") -> None:
        """Leave a branch behind unless it has ended; should it ever wake, it aborts its sink."""
        if self._claim_end(branch):
            branch.left_behind = True
            error = StuckError(f"{branch.name} did not end within {self._patience_seconds:g} s")
            branch.cancellation.cancel(error)
            self._on_failure(branch.name, branch.cancellation.error or error)

    def _claim_end(self, branch: "_Branch[T]") -> bool:
        """Whether the caller is the one who tells of this branch's end."""
        with self._lock:
            is_first = branch.ended_at is None
            if is_first:
                branch.ended_at = perf_counter()
        return is_first


class _Branch(Generic[T]):
    """The channel of one sink, and what is known of it; the sink itself only its thread holds."""

    thread: Thread

    def __init__(self, name: str, *, capacity: int) -> None:
        self.name = name
        self.channel: Channel[T] = Channel(capacity, policy=Policy.DROP_OLDEST)
        self.recorder = Recorder(name, self.channel)
        self.cancellation = Cancellation([self.channel])
        self.ended_at: float | None = None
        self.left_behind = False
        self._started_at = perf_counter()
        self._offered = 0

    @property
    def takes_items(self) -> bool:
        return not self.channel.closed

    @property
    def completed(self) -> bool:
        return self.ended_at is not None and not self.cancellation.requested

    def offer(self, item: T) -> None:
        # Counted first, so that no figures ever show more items done than offered.
        self._offered += 1
        try:
            self.channel.put(item)
        except Closed:
            self._offered -= 1

    def figures(self) -> BranchFigures:
        elapsed = (self.ended_at or perf_counter()) - self._started_at
        stage = self.recorder.figures(elapsed_seconds=elapsed)
        offered = self._offered
        return BranchFigures(
            **asdict(stage),
            running=self.takes_items,
            completed=self.completed,
            offered=offered,
            failed=0 if self.ended_at is None else offered - stage.count - stage.dropped,
        )
