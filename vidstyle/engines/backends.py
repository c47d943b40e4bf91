"""Which backend a run uses, and in which precision."""

import ctypes
import platform
import sys
from importlib.util import find_spec

from vidstyle.engines.engine import Backend, Precision
from vidstyle.errors import UsageError

AUTO = "auto"
"""The name that leaves the choice of a backend to vidstyle."""


def choose_backend(name: str, *, device: str) -> Backend:
    """The backend called `name`, or for "auto" the fastest on that device.

    Raises:
        UsageError: there is none of that name, it is not installed, or not for that device.
    """
    installed = find_spec("openvino") is not None
    if name == AUTO:
        return Backend.OPENVINO if installed and _is_cpu(device) else Backend.EAGER
    backend = Backend.parse(name)
    if backend is Backend.OPENVINO:
        if device not in ("auto", "cpu"):
            raise UsageError(
                f"backend openvino runs on the CPU, not on {device}: "
                "add --device cpu or --backend eager"
            )
        if not installed:
            raise UsageError(
                "backend openvino is not installed: pip install openvino, or use --backend eager"
            )
    return backend


def choose_precisions(name: str, *, backend: Backend) -> tuple[Precision, ...]:
    """The precision of that name, or for "auto" those to try, the fastest first.

    Raises:
        UsageError: there is none of that name, or the backend or this CPU does not compute in it.
    """
    if name == AUTO:
        quick = backend is Backend.OPENVINO and _has_bfloat16()
        return (Precision.BF16, Precision.FP32) if quick else (Precision.FP32,)
    precision = Precision.parse(name)
    if backend is Backend.EAGER and precision is not Precision.FP32:
        raise UsageError(f"eager computes in fp32, not in {precision}: add --backend openvino")
    if precision is Precision.FP16:
        raise UsageError("precision fp16 is for GPUs: use bf16, fp32 or int8")
    if precision is Precision.BF16 and not _has_bfloat16():
        raise UsageError("this CPU does not compute in bf16: use fp32 or int8")
    return (precision,)


def _has_bfloat16() -> bool:
    from vidstyle.engines.openvino import has_bfloat16

    return has_bfloat16()


def _is_cpu(device: str) -> bool:
    """Whether a run on `device` is one on the CPU; PyTorch is asked only where it has to be."""
    if device != "auto":
        return device == "cpu"
    if not _may_have_gpu():
        return True
    from vidstyle.engines.device import resolve_device

    return resolve_device("auto").type == "cpu"


def _may_have_gpu() -> bool:
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
