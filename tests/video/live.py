"""Live frames for tests, and programs that die in the middle of them."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.video.making import corners
from vidstyle.video.frame import Frame
from vidstyle.video.microphone import Sound

ROOT = Path(__file__).parents[2]
RATE = Fraction(25)


def live_frames(
    count: int, *, width: int = 64, height: int = 48, first_pts: int = 0
) -> Iterator[Frame]:
    """RGB frames 40 ms apart, as a live source gives them; each a little brighter."""
    for index in range(count):
        yield Frame(
            picture=corners(width, height, index),
            index=index,
            pts=first_pts + index * 40_000,
            time_base=Fraction(1, 1_000_000),
        )


def clicks(
    *,
    at: Sequence[float],
    first: float,
    seconds: float,
    clock: float = 1.0,
    layout: str = "mono",
    samples: int = 1024,
) -> Iterator[Sound]:
    """What a device hears from second `first` on: silence, and tones of 50 ms beginning `at`.

    `clock`: how fast the device counts, whose samples it says to be 48,000 a second.
    """
    channels = av.AudioLayout(layout).nb_channels
    for start in range(0, int(seconds * 48_000 * clock), samples):
        times = first + (start + np.arange(samples)) / (48_000 * clock)
        wave = np.zeros(samples)
        for moment in at:
            heard = (times >= moment) & (times < moment + 0.05)
            wave += heard * np.cos(2 * np.pi * 1000 * (times - moment)) * 0.8
        data = np.repeat((wave * 32_767).astype(np.int16), channels)[None]
        frame = av.AudioFrame.from_ndarray(data, format="s16", layout=layout)
        frame.sample_rate = 48_000
        yield Sound(frame, float(times[0]))


def onsets(samples: NDArray[Any], *, rate: int = 48_000) -> list[float]:
    """When tones begin in sound, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.2)
    begins = np.diff(loud, prepend=-rate) > rate // 20
    return [float(index) / rate for index in loud[begins]]


def run_program(text: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a Python program from the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
