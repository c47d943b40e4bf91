"""Opens the outputs of a live run."""

from collections.abc import Callable
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from vidstyle.pipeline.latest_slot import LatestSlot
from vidstyle.runs.live.outputs import Outputs
from vidstyle.runs.live.plan import LivePlan
from vidstyle.runs.live.stages import LiveFrame, Settings
from vidstyle.video.convert import Size
from vidstyle.video.microphone import Microphone
from vidstyle.video.recording_sink import RecordingSink

if TYPE_CHECKING:
    from vidstyle.runs.live.screen import LiveScreen

_SMALLEST_WINDOW = 960
"""Pixels; of the longer side."""

WINDOW, CAMERA = "window", "virtual camera"
"""What outputs are called."""


def open_recording(path: Path, plan: LivePlan, *, size: Size, rate: Fraction) -> RecordingSink:
    """A recording, with sound if there is to be any.

    Raises:
        UsageError: the name asks for no video file.
        VidstyleError: the file cannot be written, or the microphone not opened.
    """
    with ExitStack() as stack:
        microphone = None
        if plan.microphone is not None:
            microphone = Microphone(plan.microphone)
            stack.callback(microphone.close)
        sink = RecordingSink(path, size=size, rate=rate, microphone=microphone)
        stack.pop_all()
    return sink


def open_screen(
    outputs: Outputs, *, size: Size, settings: Settings, stack: ExitStack
) -> "LiveScreen":
    """A window for pictures of that size, as one of the outputs; `stack` closes it.

    Raises:
        VidstyleError: there is no screen, or pygame is not installed.
    """
    # Where pygame is not installed, everything but a window works.
    from vidstyle.runs.live.screen import LiveScreen
    from vidstyle.video.window import Window

    window = Window("vidstyle", _window_size(size), fullscreen=settings.state.fullscreen)
    stack.callback(window.close)
    slot: LatestSlot[LiveFrame] = LatestSlot()
    times = outputs.add_slot(WINDOW, slot)
    return LiveScreen(window, slot, settings=settings, times=times)


def open_outputs(
    plan: LivePlan,
    outputs: Outputs,
    *,
    size: Size,
    rate: Fraction,
    on_event: Callable[[str], None],
) -> None:
    """Add all but the window and recordings; and where there is no output at all, one to nowhere.

    `on_event` is told what becomes of streams, from any thread.

    Raises:
        UsageError: an output cannot be what the plan asks for.
        VidstyleError: it cannot be opened.
    """
    for number, url in enumerate(plan.streams, start=1):
        from vidstyle.video.stream_sink import StreamSink

        name = "stream" if len(plan.streams) == 1 else f"stream {number}"
        outputs.add(name, StreamSink(url, size=size, rate=rate, on_event=on_event))
    if plan.virtual_camera is not None:
        from vidstyle.video.virtual_camera_sink import VirtualCameraSink

        device = None if plan.virtual_camera == "auto" else plan.virtual_camera
        outputs.add(CAMERA, VirtualCameraSink(size=size, rate=rate, device=device))
    for name, sink in plan.outputs.items():
        outputs.add(name, sink)
    outputs.add_nothing_if_needed()


def _window_size(size: Size) -> Size:
    """Of the shape of the pictures, and large enough for text to be read."""
    scale = max(1.0, _SMALLEST_WINDOW / max(size.width, size.height))
    return Size(round(size.width * scale), round(size.height * scale))
