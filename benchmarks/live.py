"""Whether `vidstyle webcam` keeps up, for how long, and what switching styles costs it.

    python -m benchmarks.live [SOURCE…] [--seconds 300] [--switches 200] [--size 640x360]
                              [--precision auto] [--style starry --style …] [-- OPTIONS]

Plays each source as a camera (by default a test pattern of 640x360 at 30 frames a second, and the
sample clip) to nowhere, at the working size, with the engine for it built beforehand, and steps to
the next style again and again by lines on standard input. What follows `--` is passed on to
`vidstyle webcam`: outputs, for example. Prints one JSON object for each source: rate, latency, its
growth, drops, time from command to picture for the changes of style, growth of memory, and which
bars are met.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic
from typing import Any

from benchmarks.clips import SAMPLE

PATTERN = "test:testsrc2=size=640x360:rate=30"

LEAST_RATE = 29.5
MOST_P95_MS = 80.0
MOST_CHANGE_MS = 100.0
MOST_MEMORY_GROWTH = 0.02


@dataclass
class Watched:
    """A running command, whose memory is looked at twice a second."""

    process: "subprocess.Popen[str]"
    megabytes: list[float] = field(default_factory=list)
    """Resident size, in MB (10⁶ bytes)."""

    def watch(self, ended: Event) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not ended.wait(0.5):
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
            if pages:  # None are left of a process that is ending.
                self.megabytes.append(pages * page / 1e6)

    def growth(self) -> float:
        """Share by which the last tenth is above the second one; the first one is the start."""
        tenth = max(1, len(self.megabytes) // 10)
        early, late = self.megabytes[tenth : 2 * tenth], self.megabytes[-tenth:]
        return median(late) / median(early) - 1


def measure(source: str, arguments: argparse.Namespace, report: Path) -> dict[str, Any]:
    """One run of the command, and its figures."""
    styles = [word for style in arguments.style for word in ("--style", style)]
    command = [sys.executable, "-m", "vidstyle", "webcam", source]
    command += ["--no-window", "--loop", "--fade", "0.5"]
    command += ["--duration", str(arguments.seconds)]
    command += ["--size", arguments.size, "--output-size", arguments.size]
    command += ["--precision", arguments.precision, *styles]
    command += ["--report", str(report), *arguments.options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    watched, ended = Watched(process), Event()
    threads = [
        Thread(target=watched.watch, args=(ended,)),
        Thread(target=_pass_on, args=(process,)),
    ]
    # The first line with dots comes when all is loaded.
    assert process.stderr is not None
    while (line := process.stderr.readline()) and " · " not in line:
        sys.stderr.write(line)
    for thread in threads:
        thread.start()
    switches = _switch(process, arguments.switches, arguments.seconds)
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    for thread in threads:
        thread.join()
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    seconds = usage.ru_utime + usage.ru_stime
    return _figures(json.loads(report.read_text()), watched, switches, seconds)


def _pass_on(process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    for line in process.stderr:
        sys.stderr.write(line)


def _switch(process: "subprocess.Popen[str]", switches: int, seconds: float) -> int:
    """Step to the next style so many times, evenly; how many there was time for."""
    assert process.stdin is not None
    began, pause = monotonic(), Event()
    for number in range(switches):
        pause.wait(max(0.0, began + (number + 0.5) * seconds / switches - monotonic()))
        try:
            process.stdin.write("next\n")
        except BrokenPipeError:
            return number
    return switches


def _figures(
    report: dict[str, Any], watched: Watched, switches: int, cpu_seconds: float
) -> dict[str, Any]:
    (output,) = report["latency"]
    latency, changes = report["latency"][output], report["style_changes"][output]
    growth, error = latency["growth_ms_per_minute"], latency["growth_error"]
    memory = watched.growth()
    bars = {
        f"at least {LEAST_RATE} fps": report["fps"] >= LEAST_RATE,
        f"p95 latency under {MOST_P95_MS:g} ms": latency["p95_ms"] < MOST_P95_MS,
        "latency does not grow": growth < max(3 * error, 0.5),
        "memory is flat within 2 %": memory < MOST_MEMORY_GROWTH,
        "every change of style was shown": changes["count"] == switches,
        f"p95 of a change under {MOST_CHANGE_MS:g} ms": changes["p95_ms"] < MOST_CHANGE_MS,
        "at most one frame in a thousand was dropped": (
            sum(report["drops"].values()) <= report["frames"] / 1000
        ),
    }
    return {
        "source": report["source"],
        "network": report["network"],
        "size": report["size"],
        "seconds": round(report["elapsed_seconds"], 1),
        "frames": report["frames"],
        "fps": round(report["fps"], 2),
        "latency_ms": {name: round(latency[f"{name}_ms"], 1) for name in ("p50", "p95", "p99")},
        "growth_ms_per_minute": [round(growth, 2), f"± {error:.2f}"],
        "drops": {name: count for name, count in report["drops"].items() if count},
        "style_changes": {"asked": switches, "shown": changes["count"]}
        | {name: round(changes[f"{name}_ms"], 1) for name in ("p50", "p95", "p99")},
        "stage_p50_ms": {stage["name"]: round(stage["p50_ms"], 2) for stage in report["stages"]},
        "megabytes": [round(watched.megabytes[-1], 1), f"{memory:+.2%}"],
        "cores": round(cpu_seconds / report["elapsed_seconds"], 2),
        "bars": bars,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print one JSON object for each source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", default=[PATTERN, str(SAMPLE)])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--style", action="append", default=[])
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    parsed = parser.parse_args(given[:cut])
    parsed.options = given[cut + 1 :]
    build = ["build-engine", "--size", parsed.size, "--precision", parsed.precision]
    subprocess.run([sys.executable, "-m", "vidstyle", *build], check=True, stdout=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        for source in parsed.sources:
            print(json.dumps(measure(source, parsed, Path(folder) / "run.json")), flush=True)


if __name__ == "__main__":
    main()
