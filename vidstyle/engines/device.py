"""The device that a network runs on, by name."""

import re

import torch

from vidstyle.errors import UsageError


def resolve_device(name: str) -> torch.device:
    """The device meant by `name`, made sure to be there.

    Args:
        name: "cpu", "cuda" (the first GPU), "cuda:1", "mps", or "auto" for the fastest there is.

    Raises:
        UsageError: there is no such device.
    """
    if name == "auto":
        return torch.device(_fastest())
    if name == "cpu":
        return torch.device("cpu")
    if name == "mps":
        return _mps()
    match = re.fullmatch(r"cuda(?::(\d+))?", name)
    if match is None:
        raise UsageError(f"device {name!r} is not one of auto, cpu, cuda, cuda:N, mps")
    return _cuda(int(match[1] or 0))


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device had no room; CPUs, and what inductor made, say so in words alone."""
    words = str(error).lower()
    # The last is what a CPU says on Windows.
    told = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError) or any(text in words for text in told)


def _fastest() -> str:
    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _mps() -> torch.device:
    if not torch.backends.mps.is_available():
        raise UsageError("device mps is not available: it needs a Mac with Apple silicon")
    return torch.device("mps")


def _cuda(index: int) -> torch.device:
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if count == 0:
        why = "no GPU was found" if torch.version.cuda else "this PyTorch was built without CUDA"
        raise UsageError(f"device cuda:{index} is not available ({why}): use --device cpu")
    if index >= count:
        raise UsageError(f"device cuda:{index} is not available: the last GPU is cuda:{count - 1}")
    return torch.device("cuda", index)
