import subprocess
import sys

import pytest
import torch

from vidstyle.engines import Backend, backends, compilers
from vidstyle.engines.backends import choose_backend
from vidstyle.errors import UsageError


def has_gpu(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    monkeypatch.setattr(backends, "_may_have_gpu", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def only(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """None but these packages are installed."""
    monkeypatch.setattr(backends, "find_spec", lambda name: name if name in packages else None)


@pytest.mark.parametrize(
    ("device", "gpu", "expected"),
    [
        ("auto", False, Backend.OPENVINO),
        ("auto", True, Backend.INDUCTOR),
        ("cpu", True, Backend.OPENVINO),
        ("cuda", True, Backend.INDUCTOR),
        ("cuda:1", True, Backend.INDUCTOR),
        ("mps", False, Backend.EAGER),
    ],
)
def test_auto(monkeypatch: pytest.MonkeyPatch, device: str, gpu: bool, expected: Backend) -> None:
    only(monkeypatch, "openvino")
    has_gpu(monkeypatch, gpu)
    assert choose_backend("auto", device=device) is expected


@pytest.mark.parametrize("package", ["torch_tensorrt", "tensorrt_rtx"])
def test_auto_with_tensorrt(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    only(monkeypatch, package)
    monkeypatch.setattr(compilers, "tensorrt_compiler", lambda device: None)
    assert choose_backend("auto", device="cuda") is Backend.TENSORRT
    assert choose_backend("tensorrt", device="auto") is Backend.TENSORRT


def test_auto_where_tensorrt_is_not_for_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(device: str) -> None:
        raise UsageError(f"not for {device}")

    only(monkeypatch, "tensorrt_rtx")
    monkeypatch.setattr(compilers, "tensorrt_compiler", refuse)
    assert choose_backend("auto", device="cuda:1") is Backend.INDUCTOR
    assert choose_backend("tensorrt", device="cuda:1") is Backend.TENSORRT


def test_auto_without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    assert choose_backend("auto", device="cpu") is Backend.EAGER


def test_by_name() -> None:
    assert choose_backend("eager", device="cpu") is Backend.EAGER
    assert choose_backend("openvino", device="auto") is Backend.OPENVINO


def test_what_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="'fast' is not one of auto, eager, openvino, inductor"):
        choose_backend("fast", device="cpu")
    with pytest.raises(UsageError, match="openvino runs on the CPU, not on cuda:1"):
        choose_backend("openvino", device="cuda:1")
    only(monkeypatch)
    with pytest.raises(UsageError, match="openvino is not installed: pip install openvino"):
        choose_backend("openvino", device="cpu")
    with pytest.raises(UsageError, match='tensorrt is not installed: pip install "vidstyle'):
        choose_backend("tensorrt", device="cuda")


def test_a_machine_without_a_gpu_is_known_without_torch() -> None:
    code = (
        "import sys; from vidstyle.engines import backends; backends._may_have_gpu = lambda: False;"
        "backends.choose_backend('auto', device='auto'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
