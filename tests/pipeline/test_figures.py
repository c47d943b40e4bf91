"""Figures as values, and how they are collected."""

import json
import threading

import pytest

from tests.pipeline.harness import within
from vidstyle.pipeline.channel import Channel, Policy
from vidstyle.pipeline.figures import PipelineFigures, StageFigures
from vidstyle.pipeline.recorder import Recorder


def test_a_recorder_counts_items_and_busy_time() -> None:
    recorder = Recorder("model")
    recorder.record(0.4, items=4)
    recorder.record(0.1)
    recorder.record(0.5, items=0)
    figures = recorder.figures(elapsed_seconds=2.0)
    assert (figures.name, figures.count, figures.rate) == ("model", 5, 2.5)
    assert figures.busy_seconds == pytest.approx(1.0)
    assert figures.p50_ms == pytest.approx(100, rel=0.02)
    assert figures.p99_ms == pytest.approx(100, rel=0.02)


def test_a_recorder_reads_the_channel_before_its_stage() -> None:
    inlet: Channel[int] = Channel(2, policy=Policy.DROP_OLDEST)
    for item in range(5):
        inlet.put(item)
    figures = Recorder("model", inlet).figures(elapsed_seconds=1.0)
    assert (figures.queue_depth, figures.queue_capacity, figures.dropped) == (2, 2, 3)


def test_nothing_recorded_gives_zeros() -> None:
    figures = Recorder("model").figures(elapsed_seconds=0.0)
    assert (figures.count, figures.rate, figures.p99_ms, figures.queue_capacity) == (0, 0, 0, 0)


def test_a_recorder_is_read_while_it_is_written() -> None:
    recorder = Recorder("model")
    written = threading.Event()

    def write() -> None:
        for _ in range(2000):
            recorder.record(0.5, items=2)
        written.set()

    writer = threading.Thread(target=write, daemon=True)
    writer.start()

    def read() -> None:
        while not written.is_set():
            figures = recorder.figures(elapsed_seconds=1.0)
            assert figures.count == pytest.approx(figures.busy_seconds * 4)

    within(read)
    writer.join()
    assert recorder.figures(elapsed_seconds=1.0).count == 4000


def test_the_bottleneck_is_the_busiest_stage() -> None:
    stages = (stage("capture", busy=1), stage("model", busy=9), stage("sink", busy=2, count=7))
    figures = PipelineFigures.of(stages, elapsed_seconds=10.0)
    assert (figures.bottleneck, figures.count) == ("model", 7)


def test_figures_are_ready_for_json() -> None:
    figures = PipelineFigures.of(
        (stage("capture", busy=1), stage("sink", busy=0)), elapsed_seconds=2.0
    )
    plain = json.loads(json.dumps(figures.as_dict(), allow_nan=False))
    assert plain["bottleneck"] == "capture"
    assert [entry["name"] for entry in plain["stages"]] == ["capture", "sink"]
    assert StageFigures(**plain["stages"][0]) == figures.stages[0]


def stage(name: str, *, busy: float, count: int = 0) -> StageFigures:
    return StageFigures(
        name=name,
        count=count,
        busy_seconds=busy,
        rate=0.0,
        p50_ms=0.0,
        p95_ms=0.0,
        p99_ms=0.0,
        queue_depth=0,
        queue_capacity=0,
        dropped=0,
    )
