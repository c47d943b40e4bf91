"""The loop of a live run."""

from threading import Event

import pytest

from tests.pipeline.harness import CountingSource, ListSink
from vidstyle.pipeline import Pipeline, Stage
from vidstyle.runs.live.errands import Errands
from vidstyle.runs.live.run import LiveRun


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
