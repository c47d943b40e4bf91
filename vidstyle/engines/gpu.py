"""An NVIDIA GPU, as far as an engine depends on it."""

import ctypes
import sys
from typing import Any

import torch


def gpu_facts(device: torch.device) -> dict[str, Any]:
    """The part of a key that tells the GPU: its model, compute capability and driver.

    Args:
        device: "cuda" with an index.
    """
    major, minor = torch.cuda.get_device_capability(device)
    return {
        "device": torch.cuda.get_device_name(device),
        "instructions": (f"sm_{major}{minor}",),
        "driver": driver_version(),
    }


def driver_version() -> str:
    """The newest CUDA that the driver runs, as "13.0"; empty where there is no driver."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return ""
    version = ctypes.c_int()
    if driver.cuDriverGetVersion(ctypes.byref(version)) != 0:
        return ""
    return f"{version.value // 1000}.{version.value % 1000 // 10}"
