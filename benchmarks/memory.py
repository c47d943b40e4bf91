"""Peak memory of `vidstyle file` for a short and a long clip of the same picture size.

    python -m benchmarks.memory [--method identity] [--style S]… [--seconds 10 120]

Each run is a process of its own; prints the peak resident size of each, and their ratio.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.clips import repeated


def peak_megabytes(arguments: list[str]) -> float:
    """The largest resident size of `vidstyle ARGUMENTS`, in MB (10⁶ bytes)."""
    process = subprocess.Popen([sys.executable, "-m", "vidstyle", *arguments])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"vidstyle {' '.join(arguments)} failed")
    return usage.ru_maxrss * 1024 / 1e6


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", default="identity")
    parser.add_argument("--style", action="append", default=[])
    parser.add_argument("--seconds", type=float, nargs=2, default=(10, 120))
    args = parser.parse_args()
    styles = [word for style in args.style for word in ("--style", style)]
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for seconds in args.seconds:
            clip = repeated(Path(folder) / f"{seconds:g}s.mp4", seconds=seconds)
            arguments = ["file", str(clip), "--method", args.method, *styles, "--quiet"]
            peaks[f"{seconds:g} s"] = round(peak_megabytes(arguments), 1)
    short, long = peaks.values()
    print(json.dumps({"peak_megabytes": peaks, "ratio": round(long / short, 3)}))


if __name__ == "__main__":
    main()
