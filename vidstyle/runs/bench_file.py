"""A whole run measured from outside: a process of its own, from a file to a file."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from vidstyle.errors import VidstyleError
from vidstyle.runs.bench_case import BenchCase

_ONE_FRAME = "0.03"
"""Seconds of a clip that hold one frame at any usual rate."""


@dataclass(frozen=True, kw_only=True)
class StageTimes:
    """Busy milliseconds a frame of one thread of the run."""

    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, kw_only=True)
class FileTimes:
    """What a run took.

    Attributes:
        frames: how many it made.
        fps: frames a second, from the first decoded to the last written.
        stages: of each stage by name, source and sink too.
        peak_bytes: the most memory of the whole process; None on systems that do not tell.
        first_frame_seconds: from the command to the first stylised frame.
    """

    frames: int
    fps: float
    stages: Mapping[str, StageTimes]
    peak_bytes: int | None
    first_frame_seconds: float


def measure_file(clip: Path, case: BenchCase) -> FileTimes:
    """Run `vidstyle file` over a clip, twice: for its first frame, and for all of them.

    Raises:
        VidstyleError: a run failed.
    """
    options = ["--method", case.method, "--style", case.style, "--backend", case.backend]
    options += ["--device", case.device, "--precision", case.precision]
    options += ["--stabilise", f"{case.stabilise:g}", "--quiet", "--overwrite"]
    with tempfile.TemporaryDirectory(prefix="vidstyle-bench-") as folder:
        # Into pictures, so that no encoder holds the frame back.
        started = perf_counter()
        _run(["file", str(clip), "-o", f"{folder}/first", "--end", _ONE_FRAME, *options])
        first = perf_counter() - started
        report = Path(folder) / "run.json"
        output = f"{folder}/out.mp4"
        peak = _run(["file", str(clip), "-o", output, "--report", str(report), *options])
        return _times(json.loads(report.read_text("utf-8")), first=first, peak=peak)


def _times(report: dict[str, Any], *, first: float, peak: int | None) -> FileTimes:
    return FileTimes(
        frames=report["frames"],
        fps=report["frames"] / report["elapsed_seconds"],
        stages={
            stage["name"]: StageTimes(
                p50_ms=stage["p50_ms"], p95_ms=stage["p95_ms"], p99_ms=stage["p99_ms"]
            )
            for stage in report["stages"]
        },
        peak_bytes=peak,
        first_frame_seconds=first,
    )


def _run(arguments: Sequence[str]) -> int | None:
    """Run the command, and give its peak memory."""
    command = [sys.executable, "-c", _MEASURED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines() or ["it says nothing"]
    if done.returncode:
        raise VidstyleError(f"vidstyle {' '.join(arguments[:2])} failed: {lines[-1]}")
    peak = done.stdout.splitlines()[-1]
    return int(peak) if peak.isdigit() else None


_MEASURED = """
import atexit, sys
def peak():
    if sys.platform == "linux":
        # What getrusage tells there begins with what the process that started this one had.
        with open("/proc/self/status") as status:
            kilobytes, = (line.split()[1] for line in status if line.startswith("VmHWM:"))
        return int(kilobytes) * 1024
    try:
        import resource
    except ImportError:
        return "unknown"
    # Of bytes on macOS, else of kilobytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
atexit.register(lambda: print(peak()))
from vidstyle.cli.app import main
main()
"""
