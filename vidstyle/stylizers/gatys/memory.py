"""What an optimisation takes of memory, known before it begins."""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.stylizers.free_memory import free_bytes
from vidstyle.stylizers.gatys.descent import HISTORY
from vidstyle.stylizers.gatys.feature_networks import LoadedFeatures
from vidstyle.stylizers.gatys.options import Optimizer

_PICTURES = {Optimizer.LBFGS: 2 * HISTORY + 8, Optimizer.ADAM: 8, Optimizer.ADAMW: 8}
"""How many pictures an optimiser keeps or makes, the optimised one among them."""

_TEMPORARY = 8
"""How many copies of the largest feature map there are beside what is kept: gradients, and what the
library's convolutions lay out anew. As measured, with a tenth for fragments."""

_FRAGMENTS = 1.1


def needed_bytes(
    loaded: LoadedFeatures, height: int, width: int, *, count: int, optimizer: Optimizer
) -> int:
    """What optimising `count` pictures together takes, beside the network's own weights.

    What a pass of the network and the style losses keep for their way back is counted in a pass
    that computes nothing.
    """
    kept, largest = _kept_bytes(loaded, height, width)
    pictures = _PICTURES[optimizer] * 3 * 4 * height * width
    return round(count * (kept + _TEMPORARY * largest + pictures) * _FRAGMENTS)


def check_fits(
    loaded: LoadedFeatures, height: int, width: int, *, count: int, optimizer: Optimizer
) -> None:
    """See that there is memory for pictures of that size.

    Raises:
        VidstyleError: there is not; it tells the size that would fit.
    """
    device = next(loaded.network.parameters()).device
    free = free_bytes(str(device))
    if free is None:
        return
    needed = needed_bytes(loaded, height, width, count=count, optimizer=optimizer)
    if needed <= free:
        return
    # Memory goes with the number of pixels.
    shorter = int(min(height, width) * (free / needed) ** 0.5) // 2 * 2
    together = f", {count} frames together," if count > 1 else ""
    fewer = " or a smaller --batch" if count > 1 else ""
    raise VidstyleError(
        f"{width}x{height}{together} needs about {needed / 1e9:.1f} GB of memory and "
        f"{free / 1e9:.1f} GB are free: add --size {shorter}{fewer}"
    )


def _kept_bytes(loaded: LoadedFeatures, height: int, width: int) -> tuple[int, int]:
    """The bytes of all tensors that are kept for the way back, and of the largest of them."""
    network = copy.deepcopy(loaded.network).to("meta")
    dtype = next(network.parameters()).dtype
    # What is a weight is there already.
    own = {id(tensor) for tensor in (*network.parameters(), *network.buffers())}
    # Held, so that none takes the place of one that is gone.
    kept: dict[int, Any] = {}

    def keep(tensor: Tensor) -> Tensor:
        if id(tensor) not in own:
            storage = tensor.untyped_storage()
            kept[_identity(storage)] = storage
        return tensor

    def give(tensor: Tensor) -> Tensor:
        return tensor

    pictures = torch.empty((1, 3, height, width), dtype=dtype, device="meta", requires_grad=True)
    # Untyped in PyTorch.
    hooks: Callable[..., Any] = torch.autograd.graph.saved_tensors_hooks
    distance = loaded.kind.distance
    with hooks(keep, give):
        features = network(pictures)
        for layer in loaded.style:
            target = distance.statistic(features[layer].detach())[0]
            distance.loss(features[layer], target, 1.0)
    sizes = [storage.nbytes() for storage in kept.values()]
    return sum(sizes), max(sizes, default=0)


def _identity(storage: Any) -> int:
    """What tells a storage from others; on the device of this pass none has an address."""
    return int(storage._cdata)
