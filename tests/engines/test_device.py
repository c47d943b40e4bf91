import pytest
import torch

from vidstyle.engines.device import resolve_device
from vidstyle.errors import UsageError


@pytest.fixture
def no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.mark.usefixtures("no_accelerator")
@pytest.mark.parametrize("name", ["auto", "cpu"])
def test_the_cpu_is_always_there(name: str) -> None:
    assert resolve_device(name) == torch.device("cpu")


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize(
    ("name", "index"), [("auto", 0), ("cuda", 0), ("cuda:0", 0), ("cuda:1", 1)]
)
def test_gpus_by_name(name: str, index: int) -> None:
    assert resolve_device(name) == torch.device("cuda", index)


def test_apples_gpu(monkeypatch: pytest.MonkeyPatch, no_accelerator: None) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)

    assert resolve_device("auto") == resolve_device("mps") == torch.device("mps")


@pytest.mark.usefixtures("no_accelerator")
@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("cuda", r"device cuda:0 is not available \(.+\): use --device cpu"),
        ("cuda:1", "device cuda:1 is not available"),
        ("mps", "device mps is not available"),
        ("gpu", "device 'gpu' is not one of auto, cpu, cuda, cuda:N, mps"),
        ("cuda:x", "device 'cuda:x' is not one of"),
    ],
)
def test_what_is_not_there(name: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        resolve_device(name)


@pytest.mark.usefixtures("two_gpus")
def test_one_gpu_too_far() -> None:
    with pytest.raises(UsageError, match="cuda:2 is not available: the last GPU is cuda:1"):
        resolve_device("cuda:2")
