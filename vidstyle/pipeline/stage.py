"""A named step of a pipeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, kw_only=True)
class Stage(Generic[In, Out]):
    """What a pipeline does with the items that reach it, in a thread or several.

    Attributes:
        name: shown in figures and errors; unique in its pipeline.
        work: takes 1 to `batch` items and returns one output for each, in the same order.
        batch: the most items for one call. A channel that waits is read until the batch is full
            (fewer only at the end); one that drops gives what is there, so as not to add latency.
        workers: how many calls of `work` there are at the same time. Items keep their order.

    Raises:
        ValueError: `batch` or `workers` is below 1.
    """

    name: str
    work: Callable[[Sequence[In]], Sequence[Out]]
    batch: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        for what, count in (("batch", self.batch), ("workers", self.workers)):
            if count < 1:
                raise ValueError(f"stage {self.name!r} cannot have {what} {count}: give at least 1")

    @staticmethod
    def each(name: str, function: Callable[[In], Out]) -> "Stage[In, Out]":
        """A stage that hands its items to `function` one by one."""
        return Stage(name=name, work=lambda items: [function(item) for item in items])

    def apply(self, items: Sequence[In]) -> list[Out]:
        """The outputs of `work`, one for each item.

        Raises:
            ValueError: `work` gave more or fewer outputs than it got items.
        """
        outputs = list(self.work(items))
        if len(outputs) != len(items):
            raise ValueError(
                f"stage {self.name!r} gave {len(outputs)} outputs for {len(items)} items: "
                "its work must return one output per item"
            )
        return outputs
