"""What a pipeline did, in numbers."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StageFigures:
    """The figures of one part of a pipeline: its source, a stage, or its sink.

    Attributes:
        name: the stage's name.
        count: items that it finished (the source: items that it handed on).
        busy_seconds: time in its own work, the mean of its threads; waiting on channels is
            not in it.
        rate: finished items per second of elapsed time.
        p50_ms, p95_ms, p99_ms: busy milliseconds per item, within 1 %; an item of a batch, or
            beside others, has its even share of the time.
        queue_depth, queue_capacity, dropped: of the channel that the stage reads (source: 0).
    """

    name: str
    count: int
    busy_seconds: float
    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    queue_depth: int
    queue_capacity: int
    dropped: int


@dataclass(frozen=True, kw_only=True)
class PipelineFigures:
    """The figures of a run, live or final.

    Attributes:
        stages: source, stages and sink, in the order of the items.
        elapsed_seconds: since the run began; its whole length when it has ended.
        count: items that left the sink.
        bottleneck: the name of the busiest stage.
    """

    stages: tuple[StageFigures, ...]
    elapsed_seconds: float
    count: int
    bottleneck: str

    @classmethod
    def of(cls, stages: tuple[StageFigures, ...], *, elapsed_seconds: float) -> "PipelineFigures":
        """The figures of a run whose last stage is its sink."""
        return cls(
            stages=stages,
            elapsed_seconds=elapsed_seconds,
            count=stages[-1].count,
            bottleneck=max(stages, key=lambda stage: stage.busy_seconds).name,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, tuples, strings and finite numbers, ready for JSON."""
        return asdict(self)
