"""CUDA's streams, events and graphs on the CPU: work is queued, and done as late as order allows.

Work runs when the host waits for an event after it, and then only that stream's and what it waits
for itself. Code that reads before it has waited, or writes over what is still to be read, computes
something wrong here every time, where a GPU would let it pass most times.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor


class Stream:
    """A queue of work."""

    current: "Stream"

    def __init__(self) -> None:
        self._queue: deque[Callable[[], Any]] = deque()

    def add(self, work: Callable[[], Any]) -> None:
        self._queue.append(work)

    def step(self) -> None:
        self._queue.popleft()()

    def wait_event(self, event: "Event") -> None:
        self.add(event.waiter())

    def synchronize(self) -> None:
        while self._queue:
            self.step()


class Event:
    """Reached when the work before it has run; it may be recorded again."""

    def __init__(self, timed: bool = False) -> None:
        self._waiter: Callable[[], None] = lambda: None

    def record(self) -> None:
        stream, is_reached = Stream.current, [False]
        stream.add(lambda: is_reached.__setitem__(0, True))

        def wait() -> None:
            while not is_reached[0]:
                stream.step()

        self._waiter = wait

    def waiter(self) -> Callable[[], None]:
        return self._waiter

    def synchronize(self) -> None:
        self._waiter()


class Graph:
    """Work that is recorded once and repeated; see `record`."""

    recording: "Graph | None" = None

    def __init__(self) -> None:
        self._work: list[Callable[[], Any]] = []

    def replay(self) -> None:
        for work in self._work:
            Stream.current.add(work)

    @classmethod
    def record(cls, work: Callable[[], Any]) -> None:
        """What a function does that runs on a GPU."""
        if cls.recording is not None:
            cls.recording._work.append(work)


class Memory(Tensor):
    """A tensor that is copied to when its stream's turn comes."""

    def copy_(self, source: Tensor, non_blocking: bool = False) -> Tensor:
        plain, other = self.as_subclass(Tensor), source.as_subclass(Tensor)
        Stream.current.add(lambda: plain.copy_(other))
        return self


def memory(shape: Sequence[int], *, dtype: torch.dtype, **place: Any) -> Tensor:
    """Memory with something in it that nobody put there."""
    filled: Tensor = torch.full(tuple(shape), 99, dtype=dtype).as_subclass(Memory)
    return filled


class FakeTorch(SimpleNamespace):
    """PyTorch with these in the place of CUDA's."""

    def __init__(self) -> None:
        Stream.current = Stream()
        cuda = SimpleNamespace(
            Stream=Stream,
            Event=Event,
            CUDAGraph=Graph,
            stream=_on,
            graph=_recording,
            device=lambda device: nullcontext(),
            synchronize=lambda: None,
        )
        super().__init__(
            cuda=cuda,
            empty=memory,
            empty_like=lambda other: memory(other.shape, dtype=other.dtype),
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)


@contextmanager
def _on(stream: Stream) -> Iterator[None]:
    before, Stream.current = Stream.current, stream
    try:
        yield
    finally:
        Stream.current = before


@contextmanager
def _recording(graph: Graph, *, stream: Stream, capture_error_mode: str) -> Iterator[None]:
    Graph.recording = graph
    try:
        yield
    finally:
        Graph.recording = None
