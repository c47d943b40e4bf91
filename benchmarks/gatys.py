"""What an iteration of gatys costs beside the passes that it cannot avoid.

    python -m benchmarks.gatys [--size 256] [--iterations 30] [--rounds 5] [--precision auto]

Times, alternately in one process, in seconds of CPU time (wall time on a GPU) an iteration,
(a) the network forward and backward, gradients coming in at every layer that is compared,
(b) the losses' own forward and backward through the network: what no optimiser can avoid,
(c) an iteration of the whole optimisation: (b), L-BFGS, progress.
Prints the medians and the ratios c / b and c / a.
"""

import argparse
import json
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import torch
from torch import Tensor

from vidstyle.stylizers.gatys.descent import descend
from vidstyle.stylizers.gatys.feature_networks import LoadedFeatures, load_features
from vidstyle.stylizers.gatys.objective import Objective, style_targets
from vidstyle.stylizers.gatys.options import GatysOptions, GatysPrecision, Measure
from vidstyle.stylizers.gatys.stylizer import resolve_precision
from vidstyle.weights.store import WeightStore


def network_passes(loaded: LoadedFeatures, pictures: Tensor) -> Callable[[], None]:
    """(a)"""
    dtype = next(loaded.network.parameters()).dtype
    gradients = [torch.ones_like(x) for x in loaded.network(pictures.to(dtype)).values()]

    def run() -> None:
        leaf = pictures.detach().requires_grad_()
        features = loaded.network(leaf.to(dtype))
        torch.autograd.backward(list(features.values()), gradients)

    return run


def loss_passes(objective: Objective, pictures: Tensor) -> Callable[[], None]:
    """(b)"""

    def run() -> None:
        total, _ = objective(pictures.detach().requires_grad_())
        total.backward()  # type: ignore[no-untyped-call]  # As in PyTorch.

    return run


def iteration(
    objective: Objective, start: Tensor, options: GatysOptions, count: int
) -> Callable[[], None]:
    """(c), `count` times."""

    def run() -> None:
        descend(
            objective,
            start,
            optimizer=options.optimizer,
            step=options.step,
            iterations=count,
            watch=lambda moment: False,
        )

    return run


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precision", type=GatysPrecision, default=GatysPrecision.AUTO)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    options = GatysOptions()
    loaded = load_features(options, store=WeightStore())
    device = torch.device(args.device)
    loaded.network.to(device, resolve_precision(args.precision, device))
    generator = torch.Generator().manual_seed(0)
    content, style = (
        torch.rand(1, 3, args.size, args.size, generator=generator).to(device) for _ in range(2)
    )
    targets = style_targets(loaded, [(style, 1.0)], Measure.RELATIVE)
    objective = Objective(loaded, content, targets, options.weights)
    jobs = {
        "network": (network_passes(loaded, content), args.iterations),
        "network and losses": (loss_passes(objective, content), args.iterations),
        "iteration": (iteration(objective, content, options, args.iterations), 1),
    }
    clock = process_time if device.type == "cpu" else perf_counter
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(args.rounds + 1):
        for name, (run, times) in jobs.items():
            started = clock()
            for _ in range(times):
                run()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            seconds[name].append((clock() - started) / args.iterations)
    # The first round warms up.
    middle = {name: median(found[1:]) for name, found in seconds.items()}
    network, losses, whole = middle.values()
    result = {
        "size": args.size,
        "network computes in": str(next(loaded.network.parameters()).dtype),
        "milliseconds an iteration": {name: round(s * 1000, 1) for name, s in middle.items()},
        "iteration / network and losses": round(whole / losses, 3),
        "iteration / network": round(whole / network, 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
