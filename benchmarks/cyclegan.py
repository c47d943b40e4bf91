"""Pictures a second of CycleGAN: batches as runs paint them, and one by one in PyTorch.

    python -m benchmarks.cyclegan netG.pth --size 256 --batch 8

Without a checkpoint the published generator (9 blocks) is measured with random weights, which takes
the same time. The two are measured by turns, so that a busy machine is unfair to neither.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines import Goal, open_eager
from vidstyle.runs.engine_opener import engine_opener
from vidstyle.stylizers.cyclegan import CycleGAN
from vidstyle.stylizers.style import Style

BAR = 1.5
"""Times the throughput of eager, one by one, that batches must reach."""


def main() -> None:
    """Measure, and say whether the bar is reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precision", default="auto", help="of the engine")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = args.checkpoint or _random_generator(Path(folder))
        opener = engine_opener(
            backend="auto",
            device="cpu",
            precision=args.precision,
            build=True,
            goal=Goal.THROUGHPUT,
            command="vidstyle build-engine",
            on_message=print,
        )
        batches = _loaded(checkpoint, CycleGAN.load(open_engine=opener))
        eager = _loaded(checkpoint, CycleGAN.load(open_engine=partial(open_eager, device="cpu")))
        batches.prepare(height=args.size, width=args.size)
        frames = _frames(args.batch, args.size)
        rates = _rates(batches, eager, frames, rounds=args.rounds)
    print(f"{batches.info}: {rates[0]:.2f} pictures a second, {args.batch} together")
    print(f"{eager.info}: {rates[1]:.2f} pictures a second, one by one")
    print(f"{rates[0] / rates[1]:.2f} times as many; the bar is {BAR}")


def _rates(
    batches: CycleGAN, eager: CycleGAN, frames: NDArray[np.uint8], *, rounds: int
) -> tuple[float, float]:
    """Pictures a second of each: medians of the rounds, after one call to warm up."""
    batches.stylize(frames)
    eager.stylize(frames[:1])
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        started = perf_counter()
        batches.stylize(frames)
        between = perf_counter()
        for frame in frames:
            eager.stylize(frame[np.newaxis])
        seconds[0].append(between - started)
        seconds[1].append(perf_counter() - between)
    return len(frames) / median(seconds[0]), len(frames) / median(seconds[1])


def _loaded(checkpoint: Path, stylizer: CycleGAN) -> CycleGAN:
    stylizer.set_style([Style(name=checkpoint.stem, checkpoint=checkpoint)])
    return stylizer


def _random_generator(folder: Path) -> Path:
    import torch

    from vidstyle.nets.cyclegan import ResnetGenerator

    torch.manual_seed(0)
    path = folder / "published-9-blocks.pth"
    torch.save(ResnetGenerator().state_dict(), path)
    return path


def _frames(count: int, size: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(0)
    return random.integers(0, 256, (count, size, size, 3), dtype=np.uint8)


if __name__ == "__main__":
    main()
