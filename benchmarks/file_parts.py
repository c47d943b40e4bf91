"""What `vidstyle file` takes beside its parts, and beside AdaIN as published.

    python -m benchmarks.file_parts [--size 640x360 --size 1280x720] [--rounds 3]
        [--precision int8]

For each size makes a clip of the sample's first seconds, and times, by turns in one process,
- decoding, the network (adain-lite, stored engine, on planes as in the run) and encoding, each
  alone with both cores,
- the whole of `stylize_file` with sound, without and with the stabiliser, and with fast encoding,
- a few frames by the AdaIN of the paper (VGG-19 to relu4_1, mirrored decoder) in eager PyTorch; its
  time does not depend on its weights, which are random here.
Prints one JSON object a size: seconds of wall clock and CPU, and ratios. The wall clock of a whole
run counts from its first frame to its last; the CPU's time counts the opening of engines too.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import av
import numpy as np
import torch
from av.video.stream import VideoStream

from benchmarks.clips import SAMPLE
from vidstyle import stylize_file
from vidstyle.cli.memory import keep_freed_memory
from vidstyle.engines import Goal
from vidstyle.nets.adain import AdaINDecoder, adaptive_instance_normalization, channel_statistics
from vidstyle.nets.vgg import NormalisedVGGEncoder
from vidstyle.runs.loading import load_stylizer
from vidstyle.runs.sizes import SizeWish, wished_size
from vidstyle.stylizers import Stylizer
from vidstyle.video.codecs import ENCODERS, Codec
from vidstyle.video.colour import Colour
from vidstyle.video.convert import FromPlanes, Planes, Size, ToPlanes, ToRgb
from vidstyle.video.frame import RgbPicture

_SECONDS = "4"
_STYLE = "starry_night"
_FRAMES_OF_PAPER = 2


def decoded(clip: Path) -> list[av.VideoFrame]:
    """All frames of a clip."""
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return list(container.decode(container.streams.video[0]))


def encode(frames: Sequence[av.VideoFrame], target: Path) -> None:
    """Write frames as `vidstyle file` does."""
    encoder = ENCODERS[Codec.H264]
    with av.open(str(target), "w") as output:
        stream = output.add_stream(encoder.name, rate=30, options=encoder.options_for(75))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        assert frames[0].time_base is not None
        stream.codec_context.time_base = frames[0].time_base
        for frame in frames:
            frame.pict_type = 0
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def paint(stylizer: Stylizer, frames: Sequence[Planes]) -> list[Planes]:
    """All frames, as many at a time as the engine likes."""
    step = stylizer.batch
    batches = (np.stack(frames[i : i + step]) for i in range(0, len(frames), step))
    return [painted for batch in batches for painted in stylizer.stylize(batch)]


@torch.inference_mode()
def paint_as_published(pictures: Sequence[RgbPicture]) -> None:
    """The transfer of Huang & Belongie 2017 (arXiv:1703.06868), the style encoded before."""
    encoder, decoder = NormalisedVGGEncoder("relu4_1"), AdaINDecoder()
    mean, deviation = channel_statistics(encoder(torch.rand(1, 3, 512, 512)))
    for picture in pictures:
        content = torch.from_numpy(picture).permute(2, 0, 1)[None] / 255.0
        decoder(adaptive_instance_normalization(encoder(content), mean, deviation))


def measure(size: Size, *, precision: str, rounds: int, folder: Path) -> dict[str, Any]:
    """All of it, at one size."""
    clip, target = folder / f"{size}.mp4", folder / "out.mp4"
    stylize_file(SAMPLE, clip, method="identity", output_size=str(size), end=_SECONDS, quality=90)
    frames = decoded(clip)
    colour = Colour.of(frames[0])
    to_planes, from_planes, to_rgb = ToPlanes(size, colour), FromPlanes(colour), ToRgb(size)
    planes = [to_planes(frame) for frame in frames]
    pictures = [to_rgb(frame) for frame in frames[:_FRAMES_OF_PAPER]]
    stylizer = load_stylizer(
        styles=[_STYLE], precision=precision, build=True, goal=Goal.THROUGHPUT
    ).planar(colour.conversion, height=size.height, width=size.width)
    assert stylizer is not None
    stylizer.prepare(height=size.height, width=size.width)
    painted = [from_planes(each) for each in paint(stylizer, planes)]
    for picture, frame in zip(painted, frames, strict=True):
        picture.pts, picture.time_base = frame.pts, frame.time_base

    def run(**options: Any) -> float:
        result = stylize_file(
            clip, target, styles=[_STYLE], precision=precision, overwrite=True, **options
        )
        return result.figures.elapsed_seconds

    jobs: dict[str, Callable[[], object]] = {
        "decode": lambda: decoded(clip),
        "network": lambda: paint(stylizer, planes),
        "encode": lambda: encode(painted, target),
        "whole, not stabilised": lambda: run(stabilise=0.0),
        "whole": run,
        "whole, fast encoding": lambda: run(fast_encoding=True),
        "paper": lambda: paint_as_published(pictures),
    }
    wall: dict[str, list[float]] = {name: [] for name in jobs}
    cpu: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            started, used = perf_counter(), process_time()
            own = job()
            # Of whole runs, what follows once all is open.
            wall[name].append(own if isinstance(own, float) else perf_counter() - started)
            cpu[name].append(process_time() - used)
    seconds = {name: median(times) for name, times in wall.items()}
    parts = sum(seconds[name] for name in ("decode", "network", "encode"))
    cpu_seconds = {name: median(times) for name, times in cpu.items()}
    parts_cpu = sum(cpu_seconds[name] for name in ("decode", "network", "encode"))
    of_paper = seconds["paper"] / _FRAMES_OF_PAPER
    return {
        "size": str(size),
        "frames": len(frames),
        "network": stylizer.info,
        "wall_seconds": {name: round(each, 3) for name, each in seconds.items()},
        "cpu_seconds": {name: round(each, 3) for name, each in cpu_seconds.items()},
        "fps": round(len(frames) / seconds["whole"], 1),
        "fps, fast encoding": round(len(frames) / seconds["whole, fast encoding"], 1),
        "fps, not stabilised": round(len(frames) / seconds["whole, not stabilised"], 1),
        "not stabilised / parts, wall": round(seconds["whole, not stabilised"] / parts, 3),
        "not stabilised / parts, cpu": round(cpu_seconds["whole, not stabilised"] / parts_cpu, 3),
        "times faster than the paper's": round(of_paper * len(frames) / seconds["whole"], 1),
        "network times faster": round(of_paper * len(frames) / seconds["network"], 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", action="append", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", default="auto", help="as of vidstyle file")
    args = parser.parse_args()
    keep_freed_memory()  # As the command does.
    with tempfile.TemporaryDirectory() as folder:
        for text in args.size or ["640x360", "1280x720"]:
            size = wished_size(SizeWish.parse(text), Size(1280, 720))
            figures = measure(
                size, precision=args.precision, rounds=args.rounds, folder=Path(folder)
            )
            print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
