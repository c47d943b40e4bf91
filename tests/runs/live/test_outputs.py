"""What is counted of the outputs of a live run."""

from tests.runs.live.parts import live_frame
from vidstyle.runs.live.cross_fade import Change, Mixture
from vidstyle.runs.live.outputs import Outputs, OutputTimes
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.state import LiveState
from vidstyle.video.frame import Frame
from vidstyle.video.sink import NullSink


def frame(index: int, change: Change | None = None, **state: bool) -> LiveFrame:
    arrived = live_frame(index)
    return LiveFrame(
        **vars(arrived),
        original=arrived.rgb,
        content=arrived.rgb,
        state=LiveState(**state),  # type: ignore[arg-type]
        change=change,
    )


class Unconnected(NullSink):
    """Leaves every second frame out."""

    def write(self, frame: Frame) -> None:
        self.dropped += frame.index % 2


def test_frames_that_an_output_leaves_out_are_drops_without_a_latency() -> None:
    outputs = Outputs(on_failure=lambda name, error: None)
    sink = Unconnected()
    outputs.add("stream", sink)
    for index in range(3):
        outputs.write(frame(index))
    outputs.close()
    written = outputs.latency()["stream"].count
    assert written + outputs.drops()["stream"] == 3
    assert sink.dropped <= outputs.drops()["stream"]


def test_changes_of_style_count_from_the_command_to_what_shows_them() -> None:
    times = OutputTimes()
    first, second = (Change(Mixture((), ""), 0.0, float(n)) for n in range(2))
    times.add(frame(0, first))
    times.add(frame(1, second, freeze=True))
    times.add(frame(2, second, original=True))
    assert times.changes.figures().count == 0, "nothing of it was to be seen"
    times.add(frame(3, second))
    assert times.changes.figures().count == 1
    times.begin_anew()
    times.add(frame(4, first))
    assert times.changes.figures().count == 1, "another output began with it"
