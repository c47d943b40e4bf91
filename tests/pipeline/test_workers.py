"""What a worker keeps alive, and for how long."""

import weakref
from typing import Any

import pytest

from vidstyle.pipeline.cancellation import Cancellation
from vidstyle.pipeline.channel import Channel
from vidstyle.pipeline.recorder import Recorder
from vidstyle.pipeline.stage import Stage
from vidstyle.pipeline.turns import Turns
from vidstyle.pipeline.workers import StageWorker


class Item:
    """Something that a weak reference can point to."""


class WatchingChannel(Channel[Any]):
    """Notes at each put how many of the watched items are alive."""

    def __init__(self) -> None:
        super().__init__(capacity=100)
        self.watched: list[weakref.ref[Item]] = []
        self.alive: list[int] = []

    def put(self, item: Any) -> None:
        self.alive.append(sum(reference() is not None for reference in self.watched))
        super().put(item)


@pytest.mark.parametrize("batch", [1, 3])
def test_inputs_are_let_go_before_outputs_are_passed_on(batch: int) -> None:
    """A stage that waits for room must hold one batch, not two."""
    inlet: Channel[Item] = Channel(6)
    outlet = WatchingChannel()
    for _ in range(batch):
        item = Item()
        outlet.watched.append(weakref.ref(item))
        inlet.put(item)
    del item
    inlet.close()
    cancellation = Cancellation([inlet, outlet])
    StageWorker(
        stage=Stage(name="model", work=lambda items: ["output"] * len(items), batch=batch),
        turns=Turns(1),
        inlet=inlet,
        outlet=outlet,
        recorder=Recorder("model", inlet),
        cancellation=cancellation,
    ).run()
    assert cancellation.error is None
    assert outlet.alive == [0] * batch
