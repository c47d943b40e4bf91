"""An NVIDIA GPU, as far as an engine depends on it."""

import ctypes
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def gpu_facts(device: "torch.device") -> dict[str, Any]:
    """The part of a key that tells the GPU: its model, compute capability and driver.

    Args:
        device: "cuda" with an index.
    """
    import torch

    return {
        "device": torch.cuda.get_device_name(device),
        "instructions": (compute_capability(device),),
        "driver": driver_version(),
    }


def compute_capability(device: "torch.device") -> str:
    """As TensorRT and compilers call it: "sm_89"."""
    import torch

    major, minor = torch.cuda.get_device_capability(device)
    return f"sm_{major}{minor}"


def nvidia_driver() -> ctypes.CDLL | None:
    """The library of NVIDIA's driver; None where there is none, and so no GPU."""
    try:
        return ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return None


def driver_version() -> str:
    """The newest CUDA that the driver runs, as "13.0"; empty where there is no driver."""
    driver = nvidia_driver()
    if driver is None:
        return ""
    version = ctypes.c_int()
    if driver.cuDriverGetVersion(ctypes.byref(version)) != 0:
        return ""
    return f"{version.value // 1000}.{version.value % 1000 // 10}"
