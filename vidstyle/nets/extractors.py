"""What feature extractors have in common: layers by name, and weights of deeper networks."""

from collections.abc import Sequence
from typing import Any

from torch import nn


def check_layers(layers: Sequence[str], *, known: Sequence[str]) -> tuple[str, ...]:
    """The layers. `ValueError` where there is none, or one that is not `known`."""
    if not layers or not set(layers) <= set(known):
        raise ValueError(f"layers must be some of {', '.join(known)}, not {list(layers)}")
    return tuple(layers)


def leave_out_deeper(module: nn.Module) -> None:
    """Let a module load, strictly, the weights of a network that goes on where it ends."""
    # PyTorch has left this one method without annotations.
    module.register_load_state_dict_pre_hook(_leave_out)  # type: ignore[no-untyped-call]


def _leave_out(module: nn.Module, state: dict[str, Any], prefix: str, *_: object) -> None:
    here = {name for name, _ in module.named_children()}
    for key in list(state):
        if key.startswith(prefix) and key.removeprefix(prefix).split(".")[0] not in here:
            del state[key]
