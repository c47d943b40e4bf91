"""How a live run is doing, and what follows from it."""

from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from tests.runs.live.parts import PATIENCE, Brightness, Fixed
from vidstyle.pipeline import PipelineFigures, StageFigures
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.cross_fade import Mixture
from vidstyle.runs.live.files import LiveFiles
from vidstyle.runs.live.loading import Palette
from vidstyle.runs.live.outputs import Outputs
from vidstyle.runs.live.sizes import AutoSize, WorkSizes
from vidstyle.runs.live.styles import LiveStyles
from vidstyle.runs.live.watch import LiveWatch
from vidstyle.runs.loading import StyleWish
from vidstyle.stylizers import Style
from vidstyle.video.convert import Size
from vidstyle.video.recording_sink import RecordingSink
from vidstyle.video.sink import NullSink

CAMERA = Size(640, 360)


def stage(name: str, *, count: int, busy: float = 0.0, dropped: int = 0) -> StageFigures:
    return StageFigures(
        name=name,
        count=count,
        busy_seconds=busy,
        rate=0,
        p50_ms=0,
        p95_ms=0,
        p99_ms=0,
        queue_depth=0,
        queue_capacity=1,
        dropped=dropped,
    )


def figures(count: int, *, seconds: float, busy: float = 0.0, dropped: int = 0) -> PipelineFigures:
    """Of a run whose model was busy for so long."""
    stages = (
        stage("capture", count=count, busy=seconds),
        stage("preprocess", count=count, busy=busy / 10),
        stage("model", count=count, busy=busy, dropped=dropped),
        stage("outputs", count=count),
    )
    return PipelineFigures.of(stages, elapsed_seconds=seconds)


@pytest.fixture
def room() -> Iterator[Any]:
    """A watch, and what it watches."""
    background = Background("test", on_error=lambda error: None)
    painter = Brightness()
    sizes = WorkSizes(None, prepare=lambda size: None, background=background)
    sizes.begin(CAMERA)
    styles = LiveStyles(
        [StyleWish("50.0")],
        painter=painter,
        resolve=lambda wish: Style(name=wish.text),
        background=background,
    )
    outputs = Outputs(on_failure=lambda name, error: None)
    outputs.add("none", NullSink())
    files = LiveFiles(
        outputs,
        open_recording=lambda path: RecordingSink(path, size=Size(64, 48), rate=Fraction(25)),
        overwrite=False,
        on_message=lambda text: None,
    )
    watch = LiveWatch(
        Palette(painter, styles, sizes),
        files=files,
        outputs=outputs,
        other_drops=lambda: {"source": 3},
        auto_size=AutoSize(rate=30),
    )
    yield SimpleNamespace(watch=watch, sizes=sizes, styles=styles)
    outputs.close()
    background.close(timeout=PATIENCE)


def test_the_rate_is_that_of_the_last_moments(room: Any) -> None:
    state = Fixed().state
    assert room.watch.status(figures(3, seconds=0.5), state).fps == pytest.approx(6)
    for count, seconds in [(0, 10.0), (15, 10.5), (25, 11.0), (35, 11.5)]:
        status = room.watch.status(figures(count, seconds=seconds), state)
    assert status.fps == pytest.approx(20)
    assert status.frames == 35


def test_drops_are_told_by_what_was_too_slow(room: Any) -> None:
    status = room.watch.status(figures(9, seconds=1, dropped=5), Fixed().state)
    drops = {name: count for name, count in status.drops.items() if count}
    assert drops == {"source": 3, "model": 5}
    assert "dropped source 3, model 5" in status.lines()[0]


def adapted(room: Any, *, seconds_a_frame: float, state: Any = None, looks: int = 20) -> float:
    """The scale, when frames have cost that much for a while."""
    for look in range(1, looks + 1):
        room.watch.adapt(
            figures(10 * look, seconds=look, busy=10 * look * seconds_a_frame),
            state or Fixed().state,
        )
    return float(room.sizes.scale)


def test_a_network_that_is_fast_enough_keeps_its_size(room: Any) -> None:
    assert adapted(room, seconds_a_frame=0.020) == 1.0


def test_a_network_that_is_too_slow_works_smaller(room: Any) -> None:
    assert adapted(room, seconds_a_frame=0.060, looks=5) == 0.625


def test_while_a_style_is_faded_to_the_size_stays(room: Any) -> None:
    """Some methods run two networks then."""
    room.styles.fade.at(0.0)
    room.styles.fade.to(Mixture(((60.0, 1.0),)), seconds=5, asked=0)
    room.styles.fade.at(1.0)
    assert adapted(room, seconds_a_frame=0.060) == 1.0


def test_while_nothing_is_painted_the_size_stays(room: Any) -> None:
    for state in (Fixed(original=True).state, Fixed(freeze=True).state):
        assert adapted(room, seconds_a_frame=0.060, state=state) == 1.0
