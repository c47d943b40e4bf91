"""Networks on an NVIDIA GPU: compiled, as a CUDA graph of PyTorch's own kernels, and eager.

    python -m benchmarks.gpu [--case adain:1920x1080]… [--file 1920x1080]… [--precision fp16]
        [--backend inductor] [--cudnn-depthwise]

A case that ends in `:yuv420p` is the network between planes of YUV 4:2:0, as files use it.
`--file` measures adain from file to file at a size, as planes and as RGB, one after the other.
`--cudnn-depthwise` leaves depthwise convolutions to cuDNN, to tell what writing them out brings;
such engines are not kept.

But for files it needs PyTorch, OpenCV, safetensors and platformdirs, no FFmpeg. Prints JSON
objects, each as soon as it is known, so that a run that is cut short has told what it could: for
each case first what needs no compiler, then the compiled engine: frames a second of the network on
the device, and of calls with their copies over the bus; its parity with eager fp32 on the CPU; the
share of the roofline; the time to build and to load. Engines are kept in the store, for the runs
that follow.
"""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, Network, Precision, open_eager
from vidstyle.engines.compilers import make_compiler
from vidstyle.engines.cuda_runner import CudaRunner
from vidstyle.engines.eager import channels_last
from vidstyle.engines.half_precision import in_precision
from vidstyle.engines.network import Arrays
from vidstyle.engines.store import EngineStore
from vidstyle.engines.workshop import Trials, Workshop
from vidstyle.errors import VidstyleError
from vidstyle.runs.bench_roofline import frame_cost, measure_roofline
from vidstyle.runs.parity import measure_parity
from vidstyle.stylizers.adain_lite_networks import adain_lite_networks
from vidstyle.stylizers.adain_networks import adain_networks
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE

CASES = {"adain:1920x1080": 1000.0, "adain:3840x2160": 250.0, "adain-vgg19:512x512": 500.0}
"""With the frames a second that they should reach on a card of the H200's class."""

_SAMPLES = Path(__file__).parents[1] / "samples"
_STYLE, _CLIP = _SAMPLES / "starry.jpg", _SAMPLES / "harbour.mp4"
_SECONDS = 2.0


def network_of(case: str) -> Network:
    """From "adain:1920x1080" or "adain:1920x1080:yuv420p"; the weights are on this machine."""
    method, size, *planar = case.split(":")
    width, height = map(int, size.split("x"))
    store = WeightStore()
    if method == "adain":
        network = adain_lite_networks(store.fetch(ADAIN_LITE)).transfer
    else:
        network = adain_networks(store).transfer
    network = network.at(height=height, width=width)
    return network.planar() if planar else network


def picture(height: int, width: int) -> NDArray[np.uint8]:
    """A real picture, uint8 (1, H, W, 3)."""
    read = cv2.imread(str(_STYLE))
    assert read is not None
    resized = cv2.resize(read, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(resized, cv2.COLOR_BGR2RGB), np.uint8)[np.newaxis]


def rate(engine: Engine, example: Arrays) -> float:
    """Pictures a second of calls as a run makes them."""
    batch = np.repeat(example[0], engine.batch, axis=0)
    engine(batch, *example[1:])
    started, calls = perf_counter(), 0
    while perf_counter() - started < _SECONDS:
        engine(batch, *example[1:])
        calls += 1
    return calls * engine.batch / (perf_counter() - started)


def graphed_seconds(
    network: Network, example: Arrays, *, precision: Precision, device: torch.device
) -> float:
    """Seconds of the network's own kernels, recorded as they are."""
    module = in_precision(network.make().eval().requires_grad_(False), precision)
    runner = CudaRunner(channels_last(module.to(device)), inputs=network.inputs, device=device)
    runner(*example)
    return runner.seconds_alone()


def measured(
    case: str, *, backend: Backend, precision: Precision, device: str
) -> Iterator[dict[str, Any]]:
    """The figures of one case, in the order in which they become known."""
    network = network_of(case)
    compiler = make_compiler(backend, device=device)
    trials = Trials(frames=lambda *size: [picture(*size)], styles=[picture(256, 256)])
    workshop = Workshop(
        EngineStore(),
        compiler=compiler,
        measure=measure_parity,
        trials=lambda precision: trials,
        on_message=print,
    )
    example = workshop.example(network)
    cost = frame_cost(network.make().eval(), example)
    roofline = measure_roofline(compiler.device, precision)
    least = float("nan") if roofline is None else roofline.seconds(cost)
    wanted = {"case": case, "wanted_fps": CASES.get(case), "roofline_fps": round(1 / least, 1)}
    yield {**wanted, "eager_fps": round(rate(open_eager(network, device=device), example), 1)}
    on_gpu = torch.device(compiler.device)
    if on_gpu.type == "cuda":
        graphed = graphed_seconds(network, example, precision=precision, device=on_gpu)
        yield {
            **wanted,
            "graphed_fps": round(1 / graphed, 1),
            "roofline_share": round(least / graphed, 3),
        }
    built, _ = workshop.find(network, precisions=[precision]) or workshop.build(
        network, precisions=[precision]
    )
    started = perf_counter()
    found = workshop.find(network, precisions=[precision])
    load_seconds = perf_counter() - started
    assert found is not None
    engine = found[1]
    runner = getattr(engine, "runner", None)
    alone = float("nan") if runner is None else runner.seconds_alone()
    yield {
        **wanted,
        "engine": str(engine.info),
        "network_fps": round(1 / alone, 1),
        "roofline_share": round(least / alone, 3),
        "calls_fps": round(rate(engine, example), 1),
        "parity": str(built.parity),
        "build_seconds": built.build_seconds,
        "load_seconds": round(load_seconds, 2),
        "gpu_megabytes": round(torch.cuda.max_memory_reserved() / 1e6)
        if on_gpu.type == "cuda"
        else None,
    }


def measured_file(
    size: str, *, backend: Backend, precision: Precision, device: str
) -> Iterator[dict[str, Any]]:
    """Frames a second from file to file, and the median milliseconds of a frame in each stage."""
    from vidstyle.runs.file import stylize_file
    from vidstyle.stylizers.adain_lite import AdaINLite

    with TemporaryDirectory(prefix="vidstyle-bench-") as folder:
        clip = stylize_file(_CLIP, f"{folder}/in.mp4", method="identity", output_size=size).output
        for way in ("as is best", "as RGB"):
            with ExitStack() as stack:
                if way == "as RGB":
                    stack.enter_context(patch.object(AdaINLite, "planar", lambda *_, **__: None))
                result = stylize_file(
                    clip,
                    f"{folder}/out.mp4",
                    styles=[_STYLE],
                    stabilise=0.0,
                    backend=backend,
                    precision=precision,
                    device=device,
                    overwrite=True,
                )
            figures = result.figures.as_dict()
            yield {
                "file": size,
                "way": way,
                "network": result.network,
                "fps": round(result.frames / figures["elapsed_seconds"], 1),
                "stages_ms": {stage["name"]: stage["p50_ms"] for stage in figures["stages"]},
            }


def main() -> int:
    """Measure and print; 1 where a case could not be measured whole."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--file", action="append", default=[], metavar="SIZE")
    parser.add_argument("--precision", default="fp16")
    parser.add_argument("--backend", default="inductor")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--cudnn-depthwise", action="store_true")
    args = parser.parse_args()
    how = {
        "backend": Backend.parse(args.backend),
        "precision": Precision.parse(args.precision),
        "device": args.device,
    }
    cases = args.case or ([] if args.file else CASES)
    work = [*((measured, each) for each in cases), *((measured_file, each) for each in args.file)]
    status = 0
    with ExitStack() as stack:
        if args.cudnn_depthwise:
            own = stack.enter_context(TemporaryDirectory(prefix="vidstyle-bench-"))
            stack.enter_context(patch.dict(os.environ, VIDSTYLE_ENGINES=own))
            stack.enter_context(patch("vidstyle.engines.inductor.write_out_depthwise"))
        for measure, what in work:
            try:
                for figures in measure(what, **how):
                    print(json.dumps(figures), flush=True)
            except (VidstyleError, RuntimeError) as error:  # PyTorch's own: the next one may do.
                print(json.dumps({"case": what, "error": str(error)}), flush=True)
                status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main())
