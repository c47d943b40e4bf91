"""Threads that keep their scheduling."""

import os
import sys
from pathlib import Path

import av
import pytest

from vidstyle.video.scheduling import kept_scheduling

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="needs Linux and root"
)


def policies() -> set[int]:
    threads = [int(path.name) for path in Path("/proc/self/task").iterdir()]
    return {os.sched_getscheduler(thread) for thread in threads}


def test_threads_that_an_encoder_makes_real_time_are_put_back() -> None:
    """As SVT-AV1 does, where root runs it."""
    usual = policies()
    with av.open("/dev/null", "w", format="matroska") as output:
        stream = output.add_stream("libsvtav1", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        with kept_scheduling():
            stream.codec_context.open()
            if policies() == usual:
                pytest.skip("this root may not make threads real-time")
        assert policies() == usual
        output.mux(stream.encode(None))
