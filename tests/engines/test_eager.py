import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from vidstyle.engines import Backend, Input, Network, Precision, open_eager
from vidstyle.engines.eager import EagerEngine
from vidstyle.errors import UsageError, VidstyleError

CPU = torch.device("cpu")


class Scaled(nn.Module):
    def forward(self, frames: Tensor, factor: Tensor) -> Tensor:
        return (frames.float() * factor).to(frames.dtype)


SCALED = Network(
    name="scaled",
    weights="",
    inputs=(Input(dtype="uint8", shape=(1, None, None, 3)), Input(dtype="float32", shape=(1,))),
    make=Scaled,
    examples=lambda module, frame, style: (frame, np.ones(1, np.float32)),
)


class Failing(nn.Module):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def forward(self, frames: Tensor) -> Tensor:
        raise self.error


def scaled(device: torch.device = CPU) -> EagerEngine:
    return EagerEngine(Scaled(), network="scaled", device=device)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_arrays_in_and_out(dtype: type) -> None:
    result = scaled()(np.full((2, 3), 5, dtype), np.array([2], np.float32))

    assert result.dtype == dtype
    assert result.tolist() == [[10] * 3] * 2


def test_inputs_may_be_read_only_or_strided() -> None:
    frames = np.arange(12, dtype=np.uint8).reshape(3, 4)
    frames.flags.writeable = False

    result = scaled()(frames[::-1, ::2], np.array([1], np.float32))

    assert result.tolist() == frames[::-1, ::2].tolist()


def test_inputs_stay_as_they_are() -> None:
    frames = np.ones((2, 2), np.float32)
    engine = EagerEngine(nn.ReLU(inplace=False), network="relu", device=CPU)

    result = engine(frames)
    result[:] = 7

    assert frames.tolist() == [[1, 1], [1, 1]]


def test_no_gradients_and_no_training_mode() -> None:
    module = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    engine = EagerEngine(module, network="linear", device=CPU)
    batch = np.ones((1, 2), np.float32)

    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())
    assert np.array_equal(engine(batch), engine(batch))


def test_info() -> None:
    info = scaled().info

    assert (info.network, info.backend, info.precision, info.device) == (
        "scaled",
        Backend.EAGER,
        Precision.FP32,
        "cpu",
    )


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate 20 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 20 GiB)"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."),
    ],
)
def test_a_full_device_is_one_line(error: Exception) -> None:
    engine = EagerEngine(Failing(error), network="huge", device=CPU)

    with pytest.raises(VidstyleError) as caught:
        engine(np.zeros((8, 1080, 1, 3), np.uint8))

    assert str(caught.value) == (
        "cpu is out of memory for huge on (8, 1080, 1, 3): use a smaller size or smaller batches"
    )


def test_another_error_stays_what_it_is() -> None:
    engine = EagerEngine(Failing(RuntimeError("no such kernel")), network="huge", device=CPU)

    with pytest.raises(RuntimeError, match="no such kernel"):
        engine(np.zeros((1, 8, 8, 3), np.uint8))


def test_opening_a_network() -> None:
    assert str(open_eager(SCALED, device="cpu").info) == "scaled · eager · fp32 · cpu"


def test_opening_for_a_device_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="'tpu' is not one of"):
        open_eager(SCALED, device="tpu")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_a_gpu_computes_the_same() -> None:
    torch.manual_seed(0)
    batch = np.random.default_rng(0).random((2, 3, 32, 32), np.float32)
    module = nn.Conv2d(3, 4, 3)
    expected = EagerEngine(module, network="conv", device=CPU)(batch)

    result = EagerEngine(module, network="conv", device=torch.device("cuda"))(batch)

    np.testing.assert_allclose(result, expected, atol=1e-2)


def test_torch_is_imported_late() -> None:
    """Stored engines of other backends run without it."""
    code = "import sys, vidstyle.engines, vidstyle.stylizers, vidstyle.weights.store as _; "
    code += "sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
