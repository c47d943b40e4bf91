"""A screen of its own for a test: an X server that draws into memory."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import av
import numpy as np
import pytest

from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture

SIZE = Size(1024, 768)


@dataclass(frozen=True)
class Screen:
    """A screen, what is on it, and its keyboard."""

    display: str

    def picture(self) -> RgbPicture:
        """All that is on it, RGB."""
        options = {"video_size": f"{SIZE.width}x{SIZE.height}", "draw_mouse": "0"}
        with av.open(self.display, format="x11grab", options=options) as container:
            frame = next(container.decode(video=0))
        return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)

    def do(self, *command: object) -> None:
        """Something that a user would do, in the words of xdotool."""
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *map(str, command)], env=environment, check=True, timeout=20)

    @contextmanager
    def managed(self) -> Iterator[None]:
        """Run a window manager, without which no window can fill the screen."""
        _need("openbox")
        environment = {**os.environ, "DISPLAY": self.display}
        manager = subprocess.Popen(
            ["openbox", "--sm-disable"], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            pace, asks = threading.Event(), ["xdotool", "get_num_desktops"]
            while subprocess.run(asks, env=environment, capture_output=True).returncode:
                assert manager.poll() is None, "openbox did not start"
                pace.wait(0.05)
            yield
        finally:
            manager.terminate()
            manager.wait()


@contextmanager
def screen() -> Iterator[Screen]:
    """Start the X server; the test is skipped where there is none."""
    _need("Xvfb")
    _need("xdotool")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(write_end), "-nolisten", "tcp"),
            *("-screen", "0", f"{SIZE.width}x{SIZE.height}x24"),
        ],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield Screen(f":{number}")
    finally:
        server.terminate()
        server.wait()


def _need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program} (apt-get install xvfb xdotool openbox)")
