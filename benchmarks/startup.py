"""How long the command takes to answer: its help, and the first stylised frame.

    python -m benchmarks.startup [--rounds 5] [--method johnson --style candy]

Each run is a process of its own. The first frame counts as shown when it has left the sink, which
here is a folder of pictures, so that no encoder holds it back.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.clips import SAMPLE


def seconds_of(arguments: list[str]) -> float:
    """The time that `vidstyle ARGUMENTS` takes."""
    started = perf_counter()
    command = [sys.executable, "-m", "vidstyle", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def main() -> None:
    """Measure and print one JSON object of medians, in seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default="360")
    parser.add_argument("--method", default="johnson")
    parser.add_argument("--style", default="candy")
    args = parser.parse_args()
    style = ["--method", args.method, "--style", args.style, "--output-size", args.size]
    with tempfile.TemporaryDirectory() as folder:
        one_frame = ["file", str(SAMPLE), "--end", "0.03", "-o", f"{folder}/out", *style]
        calls = {
            "vidstyle --help": ["--help"],
            "first frame": [*one_frame, "--overwrite", "--quiet"],
        }
        result = {
            name: round(median(seconds_of(arguments) for _ in range(args.rounds)), 3)
            for name, arguments in calls.items()
        }
    print(json.dumps({"size": Path(args.size).name, "style": args.style, **result}))


if __name__ == "__main__":
    main()
