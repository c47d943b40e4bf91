"""How long the command takes to answer: its help, and the first stylised frame.

    python -m benchmarks.startup [--rounds 5] [--method johnson --style mosaic]

Each run is a process of its own. The first frame counts as shown when it has left the sink, which
here is a folder of pictures, so that no encoder holds it back. Engines are kept apart from the
user's: once the run finds one, once it has to build it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.clips import SAMPLE

BARS = {"first frame, engine stored": 1.5, "first frame, engine built": 6.0}
"""Seconds, on a CPU."""


def seconds_of(arguments: Sequence[str], *, engines: Path) -> float:
    """The time that `vidstyle ARGUMENTS` takes, with its engines in that folder."""
    started = perf_counter()
    command = [sys.executable, "-m", "vidstyle", *arguments]
    environment = {**os.environ, "VIDSTYLE_ENGINES": str(engines)}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return perf_counter() - started


def main() -> None:
    """Measure and print one JSON object of medians, in seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--method", default="adain")
    parser.add_argument("--style", default="starry_night")
    args = parser.parse_args()
    style = ["--method", args.method, "--style", args.style, "--output-size", args.size]
    stored, built = BARS
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        one_frame = ["file", str(SAMPLE), "--end", "0.03", "-o", f"{folder}/out", *style]
        one_frame += ["--overwrite", "--quiet"]
        building = [
            seconds_of(one_frame, engines=work / f"engines-{index}") for index in range(args.rounds)
        ]
        calls = {"vidstyle --help": ["--help"], stored: one_frame}
        found = {
            name: [seconds_of(arguments, engines=work / "engines-0") for _ in range(args.rounds)]
            for name, arguments in calls.items()
        }
    result = {name: round(median(times), 3) for name, times in {**found, built: building}.items()}
    print(json.dumps({"size": args.size, "style": args.style, **result, "bars": BARS}))


if __name__ == "__main__":
    main()
