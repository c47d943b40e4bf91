"""Pictures through a CUDA graph: their order, and that none is written over by another."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.engines.cuda import FakeTorch, Graph, memory
from vidstyle.engines import Input, cuda_runner
from vidstyle.engines.cuda_runner import CudaRunner

SHAPE = (1, 4, 6, 3)
INPUTS = (Input(dtype="uint8", shape=SHAPE), Input(dtype="float32", shape=(1,)))


def scaled(pictures: Tensor, by: Tensor) -> Tensor:
    return (pictures.float() * by).to(torch.uint8)


def recorded(pictures: Tensor, by: Tensor) -> Tensor:
    """As `scaled`, on what stands for a GPU."""
    result = memory(pictures.shape, dtype=torch.uint8).as_subclass(Tensor)
    Graph.record(lambda: result.copy_(scaled(pictures.as_subclass(Tensor), by.as_subclass(Tensor))))
    return result


def pictures(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(count).integers(0, 80, (count, *SHAPE[1:]), np.uint8)


def check(run: Callable[..., NDArray[Any]]) -> None:
    """Calls with several counts and other inputs, whose results stay as they were."""
    kept = []
    for count, factor in ((1, 2), (5, 1), (2, 3), (3, 2)):
        batch = pictures(count)
        kept.append((run(batch, np.array([factor], np.float32)), batch * factor))
    for result, expected in kept:
        assert result.dtype == np.uint8
        assert np.array_equal(result, expected)


def test_on_streams_that_are_as_slow_as_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_runner, "torch", FakeTorch())
    check(CudaRunner(recorded, inputs=INPUTS, device=torch.device("cuda", 0)))


def test_inputs_may_be_read_only_or_strided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_runner, "torch", FakeTorch())
    run = CudaRunner(recorded, inputs=INPUTS, device=torch.device("cuda", 0))
    batch, by = pictures(3)[:, ::-1, ::-1], np.ones(1, np.float32)
    batch.flags.writeable = by.flags.writeable = False

    assert np.array_equal(run(batch, by), batch)


def test_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_runner, "torch", FakeTorch())
    several = (Input(dtype="uint8", shape=(3, *SHAPE[1:])), INPUTS[1])
    runner = CudaRunner(recorded, inputs=several, device=torch.device("cuda", 0))
    assert runner.batch == 6
    check(runner)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_on_a_gpu() -> None:
    check(CudaRunner(scaled, inputs=INPUTS, device=torch.device("cuda", 0)))
