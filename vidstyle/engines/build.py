"""From a network to an engine that needs no building: PyTorch as it is."""

from vidstyle.engines.engine import Engine
from vidstyle.engines.network import Network


def open_eager(network: Network, *, device: str = "auto") -> Engine:
    """An engine that runs the network in PyTorch, on pictures of any size.

    Args:
        network: which.
        device: "auto", "cpu", "cuda", "cuda:1" or "mps"; see `resolve_device`.

    Raises:
        UsageError: there is no such device.
        VidstyleError: the weights cannot be loaded.
    """
    from vidstyle.engines.device import resolve_device
    from vidstyle.engines.eager import EagerEngine

    return EagerEngine(network.make(), network=network.name, device=resolve_device(device))
