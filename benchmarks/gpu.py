"""Networks on an NVIDIA GPU: compiled with inductor, against eager fp32, and against the roofline.

    python -m benchmarks.gpu [--case adain:1920x1080]… [--precision fp16] [--backend inductor]

Needs PyTorch, OpenCV, safetensors and platformdirs, no FFmpeg. Prints one JSON object for each
case: frames a second of the network on the device, of calls with their copies over the bus, and of
eager; the PSNR against eager fp32 on the CPU; the share of the roofline; the time to build and to
load.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vidstyle.engines import Backend, Engine, Network, Precision
from vidstyle.engines.build import open_eager
from vidstyle.engines.compilers import make_compiler
from vidstyle.engines.parity import ALIKE, LIMITS, Parity
from vidstyle.engines.store import EngineStore
from vidstyle.engines.workshop import Trials, Workshop
from vidstyle.runs.bench_roofline import frame_cost, measure_roofline
from vidstyle.stylizers.adain_lite_networks import adain_lite_networks
from vidstyle.stylizers.adain_networks import adain_networks
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE

CASES = {"adain:1920x1080": 1000.0, "adain:3840x2160": 250.0, "adain-vgg19:512x512": 500.0}
"""With the frames a second that they should reach on a card of the H200's class."""

_STYLE = Path(__file__).parents[1] / "samples" / "starry.jpg"
_SECONDS = 2.0


def network_of(case: str) -> Network:
    """From "adain:1920x1080"; needs the weights on this machine."""
    method, _, size = case.partition(":")
    width, height = map(int, size.split("x"))
    store = WeightStore()
    if method == "adain":
        network = adain_lite_networks(store.fetch(ADAIN_LITE)).transfer
    else:
        network = adain_networks(store).transfer
    return network.at(height=height, width=width)


def picture(height: int, width: int) -> NDArray[np.uint8]:
    """A real picture, uint8 (1, H, W, 3)."""
    read = cv2.imread(str(_STYLE))
    assert read is not None
    resized = cv2.resize(read, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(resized, cv2.COLOR_BGR2RGB), np.uint8)[np.newaxis]


def psnr(reference: NDArray[Any], candidate: NDArray[Any]) -> Parity:
    """Of 8-bit pictures. The gate of the tests has the other measures."""
    error = float(np.sqrt(np.mean((reference.astype(float) - candidate) ** 2)))
    return Parity(psnr=min(ALIKE, 20 * np.log10(255 / max(error, 1e-9))), ssim=None)


def rate(engine: Engine, example: tuple[NDArray[Any], ...]) -> float:
    """Pictures a second of calls as a run makes them."""
    batch = np.repeat(example[0], engine.batch, axis=0)
    engine(batch, *example[1:])
    started, calls = perf_counter(), 0
    while perf_counter() - started < _SECONDS:
        engine(batch, *example[1:])
        calls += 1
    return calls * engine.batch / (perf_counter() - started)


def measured(case: str, *, backend: Backend, precision: Precision, device: str) -> dict[str, Any]:
    """The figures of one case."""
    network = network_of(case)
    compiler = make_compiler(backend, device=device, calibration=0)
    trials = Trials(frames=lambda *size: [picture(*size)], styles=[picture(256, 256)])
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(
            EngineStore(Path(folder)),
            compiler=compiler,
            measure=psnr,
            trials=lambda precision: trials,
            on_message=print,
        )
        record, _ = workshop.build(network, precisions=[precision])
        started = perf_counter()
        found = workshop.find(network, precisions=[precision])
        load_seconds = perf_counter() - started
    assert found is not None
    engine = found[1]
    example = workshop.example(network)
    runner = getattr(engine, "runner", None)
    alone = runner.seconds_alone() if runner is not None else float("nan")
    cost = frame_cost(network.make().eval(), example)
    roofline = measure_roofline(compiler.device, precision)
    least = float("nan") if roofline is None else roofline.seconds(cost)
    return {
        "case": case,
        "engine": str(engine.info),
        "network_fps": round(1 / alone, 1),
        "wanted_fps": CASES.get(case),
        "calls_fps": round(rate(engine, example), 1),
        "eager_fps": round(rate(open_eager(network, device=device), example), 1),
        "psnr": round(record.parity.psnr, 1) if record.parity else None,
        "psnr_needed": LIMITS[precision].psnr,
        "roofline_share": round(least / alone, 3),
        "build_seconds": record.build_seconds,
        "load_seconds": round(load_seconds, 2),
        "gpu_megabytes": round(torch.cuda.max_memory_reserved() / 1e6)
        if torch.cuda.is_available()
        else None,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--precision", default="fp16")
    parser.add_argument("--backend", default="inductor")
    parser.add_argument("--device", default="cuda:0")
    args = parser.parse_args()
    for case in args.case or CASES:
        result = measured(
            case,
            backend=Backend.parse(args.backend),
            precision=Precision.parse(args.precision),
            device=args.device,
        )
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
