"""What a device can do at best (Williams et al. 2009, doi:10.1145/1498765.1498785)."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from vidstyle.engines.network import Arrays

_SIDE_ON_CPU, _SIDE_ON_GPU = 1536, 8192
"""Of the square matrices that are multiplied."""

_COPIED_BYTES = 1 << 28
"""More than caches hold."""

_REPEATS = 5


@dataclass(frozen=True, kw_only=True)
class FrameCost:
    """The least work that a frame needs.

    Attributes:
        flops: of convolutions and matrix products.
        values: numbers that these write, and that are read again once.
        parameters: numbers that are read for each frame.
        picture_bytes: of the 8-bit picture in and the one out.
    """

    flops: float
    values: int
    parameters: int
    picture_bytes: int


@dataclass(frozen=True, kw_only=True)
class Roofline:
    """Two rates, measured now.

    Attributes:
        flops: a second, of products of large matrices in the precision.
        bytes: a second, read and written by a copy.
        value_bytes: of a number in that precision.
    """

    flops: float
    bytes: float
    value_bytes: int

    def seconds(self, cost: FrameCost) -> float:
        """The least that a frame can take: all else is hidden behind computing, or copying."""
        moved = (2 * cost.values + cost.parameters) * self.value_bytes + cost.picture_bytes
        return max(cost.flops / self.flops, moved / self.bytes)


def frame_cost(module: Any, example: Arrays) -> FrameCost:
    """Count the work of one call, by making it on the CPU.

    Args:
        module: tensors in, one tensor out, in fp32.
        example: its inputs; the first is one picture, uint8 (1, H, W, 3).
    """
    import torch

    from vidstyle.evaluation.cost import network_cost

    cost = network_cost(module, *(torch.from_numpy(np.array(array)) for array in example))
    return FrameCost(
        flops=2.0 * cost.multiply_adds,
        values=cost.activation_bytes // 4,
        parameters=cost.parameters,
        picture_bytes=2 * example[0].nbytes,
    )


def measure_roofline(device: str, precision: str) -> Roofline | None:
    """The rates of a device in a precision; None for int8, whose products PyTorch does not offer.

    Args:
        device: "cpu" or "cuda:0".
        precision: "fp32", "fp16", "bf16" or "int8".
    """
    import torch

    types = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
    if precision not in types:
        return None
    on_gpu = device.startswith("cuda")
    side = _SIDE_ON_GPU if on_gpu else _SIDE_ON_CPU
    wait = torch.cuda.synchronize if on_gpu else _nothing
    matrix = torch.rand(side, side, device=device).to(types[precision])
    product = torch.empty_like(matrix)
    source = torch.zeros(_COPIED_BYTES, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return Roofline(
        flops=2.0 * side**3 / _best(lambda: torch.mm(matrix, matrix, out=product), wait),
        bytes=2.0 * _COPIED_BYTES / _best(lambda: target.copy_(source), wait),
        value_bytes=matrix.element_size(),
    )


def _best(work: Callable[[], Any], wait: Callable[[], None]) -> float:
    """Seconds of the quickest of several rounds, after one to warm up."""
    times = []
    for _ in range(_REPEATS + 1):
        started = perf_counter()
        work()
        wait()
        times.append(perf_counter() - started)
    return min(times[1:])


def _nothing() -> None:
    """The CPU has ended when a call returns."""
