"""The loop of a live run."""

import signal
from contextlib import suppress
from threading import Event

import pytest

from tests.pipeline.harness import CountingSource, ListSink
from vidstyle.pipeline import Pipeline, Stage
from vidstyle.runs.live.errands import Errands
from vidstyle.runs.live.run import LiveRun


class Flood(Errands):
    """There is always one more; the first of each visit is Ctrl-C."""

    def __init__(self) -> None:
        super().__init__()
        self.visits = 0

    def work_off(self, *, wait_seconds: float) -> bool:
        self.visits += 1
        signal.raise_signal(signal.SIGINT)
        self.put(lambda: None)
        return True


def test_ctrl_c_does_not_wait_for_its_turn() -> None:
    flood = Flood()
    pipeline = Pipeline(CountingSource(10**9), [], ListSink())
    run = LiveRun(
        pipeline,
        close_source=lambda: None,
        errands=flood,
        screen=None,
        obey=lambda line: None,
        on_tick=lambda figures: None,
    )
    with suppress(KeyboardInterrupt):  # Where the pipeline takes its time to end.
        run.run()
    assert run.interrupted
    assert flood.visits <= 3


def test_an_error_ends_a_run_whose_source_is_silent() -> None:
    closed = Event()
    waited: list[bool] = []

    def come() -> None:
        if source.given:
            waited.append(closed.wait(10))

    def fail(_item: int) -> int:
        raise OSError("the model is gone")

    source = CountingSource(2, on_next=come)
    pipeline = Pipeline(source, [Stage.each("model", fail)], ListSink())
    run = LiveRun(
        pipeline,
        close_source=closed.set,
        errands=Errands(),
        screen=None,
        obey=lambda line: None,
        on_tick=lambda figures: None,
    )
    with pytest.raises(OSError, match="the model is gone"):
        run.run()
    assert waited == [True]
