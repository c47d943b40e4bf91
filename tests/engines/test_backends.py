import subprocess
import sys

import pytest
import torch

from vidstyle.engines import Backend, Precision, backends
from vidstyle.engines.backends import choose_backend, choose_precisions
from vidstyle.errors import UsageError


def has_gpu(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    monkeypatch.setattr(backends, "_may_have_gpu", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda name: None)


@pytest.mark.parametrize(
    ("device", "gpu", "expected"),
    [
        ("auto", False, Backend.OPENVINO),
        ("auto", True, Backend.EAGER),
        ("cpu", True, Backend.OPENVINO),
        ("cuda", True, Backend.EAGER),
        ("cuda:1", True, Backend.EAGER),
        ("mps", False, Backend.EAGER),
    ],
)
def test_auto(monkeypatch: pytest.MonkeyPatch, device: str, gpu: bool, expected: Backend) -> None:
    has_gpu(monkeypatch, gpu)
    assert choose_backend("auto", device=device) is expected


def test_auto_without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    without_openvino(monkeypatch)
    assert choose_backend("auto", device="cpu") is Backend.EAGER


def test_by_name() -> None:
    assert choose_backend("eager", device="cpu") is Backend.EAGER
    assert choose_backend("openvino", device="auto") is Backend.OPENVINO


def test_what_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="'fast' is not one of auto, eager, openvino"):
        choose_backend("fast", device="cpu")
    with pytest.raises(UsageError, match="openvino runs on the CPU, not on cuda:1"):
        choose_backend("openvino", device="cuda:1")
    without_openvino(monkeypatch)
    with pytest.raises(UsageError, match="openvino is not installed: pip install openvino"):
        choose_backend("openvino", device="cpu")


def test_auto_takes_bf16_where_the_cpu_computes_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_has_bfloat16", lambda: True)
    assert choose_precisions("auto", backend=Backend.OPENVINO) == (Precision.BF16, Precision.FP32)
    assert choose_precisions("auto", backend=Backend.EAGER) == (Precision.FP32,)
    monkeypatch.setattr(backends, "_has_bfloat16", lambda: False)
    assert choose_precisions("auto", backend=Backend.OPENVINO) == (Precision.FP32,)


def test_precisions_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_has_bfloat16", lambda: False)
    assert choose_precisions("int8", backend=Backend.OPENVINO) == (Precision.INT8,)
    with pytest.raises(UsageError, match="fp16 is for GPUs"):
        choose_precisions("fp16", backend=Backend.OPENVINO)
    with pytest.raises(UsageError, match="this CPU does not compute in bf16"):
        choose_precisions("bf16", backend=Backend.OPENVINO)
    with pytest.raises(UsageError, match="eager computes in fp32, not in int8"):
        choose_precisions("int8", backend=Backend.EAGER)


def test_a_machine_without_a_gpu_is_known_without_torch() -> None:
    code = (
        "import sys; from vidstyle.engines import backends; backends._may_have_gpu = lambda: False;"
        "backends.choose_backend('auto', device='auto'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
