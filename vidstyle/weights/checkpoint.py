"""Weights files as state dicts, and into modules."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from vidstyle.errors import VidstyleError
from vidstyle.weights.store import WeightStore

_PICKLED = (".pth", ".pt", ".model", ".ckpt")
_SUFFIXES = (".safetensors", *_PICKLED)

_FIRST_OF_VGG = "features.0.weight"

# Left by data-parallel training in front of every name.
_WRAPPER = "module."

# Instance normalisation of PyTorch before 0.4 stored these; they were never used.
_RUNNING_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def load_checkpoint(module: nn.Module, path: Path, *, has_more: bool = False) -> None:
    """Load the weights in `path` into `module`, every parameter of it.

    Running statistics that `module` does not have are left out: old checkpoints of instance
    normalisation hold them without using them.

    Args:
        module: what takes them.
        path: of the file.
        has_more: whether it may hold other parameters that the module lacks, to be left out.

    Raises:
        VidstyleError: `path` holds no checkpoint, or one whose names or shapes do not fit.
    """
    state = read_state_dict(path)
    expected = module.state_dict()
    state = {
        name: tensor
        for name, tensor in state.items()
        if name in expected or not (has_more or name.endswith(_RUNNING_STATISTICS))
    }
    what = f"{path} does not fit {type(module).__name__}"
    for name, parameter in expected.items():
        if name in state and state[name].shape != parameter.shape:
            found, wanted = tuple(state[name].shape), tuple(parameter.shape)
            raise VidstyleError(f"{what}: {name} has shape {found}, expected {wanted}")
    outcome = module.load_state_dict(state, strict=False)
    complaints = _complaint(outcome.missing_keys, "lacks") + _complaint(
        outcome.unexpected_keys, "has unknown"
    )
    if complaints:
        raise VidstyleError(f"{what}: it {' and '.join(complaints)}")


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """The tensors in a safetensors file or in one written by `torch.save`, by name.

    A wrapping `{"state_dict": …}` and the prefix of data-parallel training are taken off; half
    precision becomes float32. Pickled files can hold nothing but tensors and plain containers:
    no code is run.

    Raises:
        VidstyleError: the file cannot be read or holds no checkpoint.
    """
    content = _load(path)
    if isinstance(content, Mapping) and {"average", "optimizer", "step"} <= content.keys():
        raise VidstyleError(
            f"{path} is the state of a training run: give network.safetensors beside it"
        )
    tensors = _tensors(content)
    if not tensors:
        raise VidstyleError(f"{path} holds no weights: expected a dictionary of named tensors")
    return {
        name.removeprefix(_WRAPPER): tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in tensors.items()
    }


def stored_state_dict(name: str, store: WeightStore) -> dict[str, Tensor]:
    """The tensors of a network that the store knows by that name; for RGB, whoever made the file.

    Raises:
        VidstyleError: as of `WeightStore.fetch` and `read_state_dict`.
    """
    path, entry = store.fetch(name), store.manifest.entry(name)
    state = read_state_dict(path)
    if entry.bgr and path.name == entry.published:
        state[_FIRST_OF_VGG] = state[_FIRST_OF_VGG].flip(1)
    return state


def _load(path: Path) -> object:
    if path.suffix not in _SUFFIXES:
        raise VidstyleError(f"{path} is no weights file: expected {', '.join(_SUFFIXES)}")
    try:
        if path.suffix in _PICKLED:
            content: object = torch.load(path, map_location="cpu", weights_only=True)
            return content
        return safetensors.torch.load_file(path)
    except OSError as error:
        raise VidstyleError(f"{path} cannot be read ({error.strerror or error})") from error
    except pickle.UnpicklingError as error:
        raise VidstyleError(
            f"{path} is no checkpoint: expected tensors alone, as torch.save writes a state dict"
        ) from error
    # Bytes that are no checkpoint make the parsers fail in any way there is.
    except Exception as error:
        raise VidstyleError(f"{path} is damaged or no checkpoint") from error


def _tensors(content: object) -> dict[str, Tensor]:
    """The named tensors of a checkpoint; none where it is something else."""
    if not isinstance(content, Mapping):
        return {}
    named: Mapping[Any, Any] = content
    if isinstance(named.get("state_dict"), Mapping):
        named = named["state_dict"]
    if not all(isinstance(k, str) and isinstance(v, Tensor) for k, v in named.items()):
        return {}
    return dict(named)


def _complaint(names: list[str], verb: str) -> list[str]:
    if not names:
        return []
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return [f"{verb} {names[0]}{others}"]
