"""From a module to an engine, on the backend that the target names."""

from torch import nn

from vidstyle.engines.device import resolve_device
from vidstyle.engines.eager import EagerEngine
from vidstyle.engines.engine import Backend, Engine, Target


def build(module: nn.Module, *, network: str, target: Target) -> Engine:
    """An engine that runs `module`.

    Args:
        module: tensors in, one tensor out; taken over by the engine.
        network: what the module is called in the engine's `info`.
        target: what runs it, and where.

    Raises:
        UsageError: the target's device is not there.
    """
    match target.backend:
        case Backend.EAGER:
            return EagerEngine(module, network=network, device=resolve_device(target.device))
