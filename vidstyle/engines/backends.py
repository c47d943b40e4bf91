"""Which backend a run uses."""

import platform
import sys
from importlib.util import find_spec

from vidstyle.engines.engine import AUTO, Backend
from vidstyle.engines.gpu import nvidia_driver
from vidstyle.errors import UsageError

_TENSORRT_PACKAGES = ("torch_tensorrt", "tensorrt_rtx")
"""Either will do; the first is for every NVIDIA GPU, the second for RTX cards."""


def choose_backend(name: str, *, device: str) -> Backend:
    """The backend called `name`, or for "auto" the fastest on that device.

    Raises:
        UsageError: there is none of that name, it is not installed, or not for that device.
    """
    if name == AUTO:
        return _fastest(device)
    backend = Backend.parse(name)
    if backend is Backend.OPENVINO:
        if device not in ("auto", "cpu"):
            raise UsageError(
                f"backend openvino runs on the CPU, not on {device}: "
                "add --device cpu or --backend eager"
            )
        if not _is_installed("openvino"):
            raise UsageError(
                "backend openvino is not installed: pip install openvino, or use --backend eager"
            )
    if backend is Backend.TENSORRT and not _has_tensorrt():
        raise UsageError(
            'backend tensorrt is not installed: pip install "vidstyle[tensorrt]" (any NVIDIA GPU) '
            'or "vidstyle[tensorrt-rtx]" (RTX cards), or use --backend inductor'
        )
    return backend


def _fastest(device: str) -> Backend:
    kind = _kind_of(device)
    if kind == "cpu" and _is_installed("openvino"):
        return Backend.OPENVINO
    if kind == "cuda":
        return Backend.TENSORRT if _tensorrt_takes(device) else Backend.INDUCTOR
    return Backend.EAGER


def _kind_of(device: str) -> str:
    """The type of the device: "cpu", "cuda" or "mps". PyTorch is asked only where it has to be."""
    if device != AUTO:
        return device.partition(":")[0]
    if not _may_have_gpu():
        return "cpu"
    from vidstyle.engines.device import resolve_device

    return resolve_device(AUTO).type


def _has_tensorrt() -> bool:
    return any(map(_is_installed, _TENSORRT_PACKAGES))


def _tensorrt_takes(device: str) -> bool:
    """Whether TensorRT is installed, works, and is for this GPU; that for RTX cards is not always.

    Where it is not, nothing is said: the first line of a run tells its backend, and asked for by
    name, TensorRT says what it lacks.
    """
    if not _has_tensorrt():
        return False
    from vidstyle.engines.compilers import tensorrt_compiler

    try:
        tensorrt_compiler(device)
    except UsageError:
        return False
    return True


def _is_installed(package: str) -> bool:
    return find_spec(package) is not None


def _may_have_gpu() -> bool:
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return nvidia_driver() is not None
