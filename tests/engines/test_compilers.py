"""Which compiler is made for a backend, and what it says where it cannot be."""

import numpy as np
import pytest
import torch

from vidstyle.engines import Backend, EngineInfo, Precision, compilers
from vidstyle.engines.compiler import AbsentEngine, first_line
from vidstyle.engines.compilers import make_compiler
from vidstyle.errors import UsageError


def none_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilers, "find_spec", lambda name: None)


def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.mark.parametrize("backend", [Backend.OPENVINO, Backend.INDUCTOR])
def test_on_the_cpu(backend: Backend) -> None:
    compiler = make_compiler(backend, device="cpu")
    assert (compiler.backend, compiler.device) == (backend, "cpu")
    assert compiler.runs_here


@pytest.mark.parametrize("backend", [Backend.OPENVINO, Backend.INDUCTOR])
def test_a_target_is_for_tensorrt_alone(backend: Backend) -> None:
    with pytest.raises(UsageError, match=f"engines of {backend} are for this machine"):
        make_compiler(backend, device="cpu", target="sm_89")


def test_eager_compiles_nothing() -> None:
    with pytest.raises(UsageError, match="eager needs no engine"):
        make_compiler(Backend.EAGER)


def test_tensorrt_without_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    no_gpu(monkeypatch)
    with pytest.raises(UsageError, match=r"needs an NVIDIA GPU, not cpu: .*--target sm_89"):
        make_compiler(Backend.TENSORRT)


def test_a_target_without_tensorrt_rtx(monkeypatch: pytest.MonkeyPatch) -> None:
    none_installed(monkeypatch)
    with pytest.raises(UsageError, match=r'pip install "vidstyle\[tensorrt-rtx\]"'):
        make_compiler(Backend.TENSORRT, target="sm_89")


def test_inductor_on_a_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    with pytest.raises(UsageError, match="not on mps"):
        make_compiler(Backend.INDUCTOR, device="mps")


def test_an_engine_of_another_machine_cannot_be_called() -> None:
    info = EngineInfo(
        network="tiny", backend=Backend.TENSORRT, precision=Precision.FP16, device="sm_89"
    )
    with pytest.raises(UsageError, match="tiny · tensorrt · fp16 · sm_89 runs on another machine"):
        AbsentEngine(info)(np.zeros(1))


def test_errors_of_other_libraries_in_one_line() -> None:
    assert first_line(RuntimeError("\n  what\nwhere\n")) == "what"
    assert first_line(MemoryError()) == "MemoryError"
