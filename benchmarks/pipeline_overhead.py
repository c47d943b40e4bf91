"""What the pipeline costs beside decoding and encoding.

    python -m benchmarks.pipeline_overhead [CLIP] [--rounds 5]

Times, alternately in one process,
(a) a plain loop that decodes the clip's video and encodes it again,
(b) the same loop with what any tool needs that changes pictures: conversion to RGB and back,
(c) the whole of `stylize_file` with the identity method: threads, channels, figures, RGB, sound.
Prints the medians and the ratios c / a and c / b.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import av
from av.video.stream import VideoStream

from benchmarks.clips import SAMPLE
from vidstyle import stylize_file
from vidstyle.video.codecs import ENCODERS, Codec
from vidstyle.video.colour import BT709_LIMITED
from vidstyle.video.convert import FromRgb, ToRgb


def decode_and_encode(source: Path, target: Path) -> None:
    """The least that any tool has to do."""
    _loop(source, target, lambda frame: frame)


def with_rgb(source: Path, target: Path) -> None:
    """Decoding, RGB and back, encoding, one after the other."""
    to_rgb, from_rgb = ToRgb(), FromRgb("yuv420p", BT709_LIMITED)

    def there_and_back(frame: av.VideoFrame) -> av.VideoFrame:
        result = from_rgb(to_rgb(frame))
        result.pts, result.time_base = frame.pts, frame.time_base
        return result

    _loop(source, target, there_and_back)


def _loop(source: Path, target: Path, change: Callable[[av.VideoFrame], av.VideoFrame]) -> None:
    encoder = ENCODERS[Codec.H264]
    with av.open(str(source)) as container, av.open(str(target), "w") as output:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        stream = output.add_stream(
            encoder.name, rate=video.average_rate, options=encoder.options_for(75)
        )
        assert isinstance(stream, VideoStream)
        assert video.time_base is not None
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        stream.codec_context.time_base = video.time_base
        for frame in container.decode(video):
            changed = change(frame)
            changed.pict_type = 0
            output.mux(stream.encode(changed))
        output.mux(stream.encode(None))


def whole_pipeline(source: Path, target: Path) -> None:
    """Everything that `vidstyle file --method identity` does."""
    stylize_file(source, target, method="identity", overwrite=True)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    jobs = {
        "decode + encode": decode_and_encode,
        "decode + RGB + encode": with_rgb,
        "pipeline": whole_pipeline,
    }
    wall: dict[str, list[float]] = {name: [] for name in jobs}
    cpu: dict[str, list[float]] = {name: [] for name in jobs}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            for name, job in jobs.items():
                started, used = perf_counter(), process_time()
                job(args.clip, Path(folder) / "out.mp4")
                wall[name].append(perf_counter() - started)
                cpu[name].append(process_time() - used)
    plain, converting, ours = (median(wall[name]) for name in jobs)
    result = {
        "clip": args.clip.name,
        "wall_seconds": {name: round(median(times), 3) for name, times in wall.items()},
        "cpu_seconds": {name: round(median(times), 3) for name, times in cpu.items()},
        "pipeline / (decode + encode)": round(ours / plain, 3),
        "pipeline / (decode + RGB + encode)": round(ours / converting, 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
