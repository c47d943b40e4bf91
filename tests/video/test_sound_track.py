"""Sound is where its time is, whatever the device's clock says."""

from itertools import chain
from pathlib import Path

import av
import numpy as np
import pytest

from tests.video.live import clicks, onsets
from vidstyle.video.sound_track import SoundTrack

MOMENTS = [101.0, 104.0, 107.0, 109.5]


def heard(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time == 0
    return onsets(np.concatenate([frame.to_ndarray()[0] for frame in frames]))


@pytest.mark.parametrize("layout", ["mono", "stereo"])
@pytest.mark.parametrize("clock", [1.0, 1.0005, 0.9995])
def test_a_clock_that_runs_fast_or_slow_is_made_good(
    tmp_path: Path, clock: float, layout: str
) -> None:
    with av.open(str(tmp_path / "out.mp4"), "w") as output:
        track = SoundTrack(output)
        track.write(clicks(at=MOMENTS, first=99.0, seconds=11, clock=clock, layout=layout), 100.3)
        track.finish()
    expected = [moment - 100.3 for moment in MOMENTS]
    assert heard(tmp_path / "out.mp4") == pytest.approx(expected, abs=0.003)


def test_holes_are_filled_with_silence(tmp_path: Path) -> None:
    sounds = chain(
        clicks(at=MOMENTS, first=100.0, seconds=2),
        clicks(at=MOMENTS, first=106.0, seconds=5),
    )
    with av.open(str(tmp_path / "out.mp4"), "w") as output:
        track = SoundTrack(output)
        track.write(sounds, 100.0)
        track.finish()
    assert heard(tmp_path / "out.mp4") == pytest.approx([1.0, 7.0, 9.5], abs=0.003)


def test_a_microphone_that_begins_late_begins_with_silence(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "out.mp4"), "w") as output:
        track = SoundTrack(output)
        track.write([], 100.0)
        track.write_silence(0.6)
        track.write_silence(0.8)
        track.write(clicks(at=MOMENTS, first=101.5, seconds=3), 100.0)
        track.write_silence(4.6)
        track.finish()
    assert heard(tmp_path / "out.mp4") == pytest.approx([4.0], abs=0.003)
