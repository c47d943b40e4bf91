from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines.tiny import picture_network, statistics_network
from tests.stylizers.fakes import FakeEngine
from vidstyle.engines import Backend, Engine, EngineInfo, Network, Precision
from vidstyle.engines.sized import by_size, planar

INFO = EngineInfo(network="tiny", backend=Backend.OPENVINO, precision=Precision.FP32, device="cpu")


def brighter(frames: NDArray[Any], by: NDArray[Any]) -> NDArray[Any]:
    assert len(frames) == 1
    return np.asarray(frames + by, np.uint8)


class Opener:
    """Makes fake engines, and keeps the sizes they were for."""

    def __init__(self) -> None:
        self.sizes: list[str] = []

    def __call__(self, network: Network) -> Engine:
        self.sizes.append(network.size)
        return FakeEngine(brighter, f"fake {network.size}")


@pytest.fixture
def opener() -> Opener:
    return Opener()


def sized(opener: Opener) -> Engine:
    return by_size(picture_network(), info=INFO, open_network=opener)


def frames(height: int, width: int, *, count: int = 1) -> NDArray[np.uint8]:
    shape = (count, height, width, 3)
    return np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)


def test_nothing_is_opened_before_the_size_is_known(opener: Opener) -> None:
    assert str(sized(opener).info) == "tiny · openvino · fp32 · cpu"
    assert opener.sizes == []


def test_a_size_is_opened_once(opener: Opener) -> None:
    engine = sized(opener)
    engine.prepare(height=4, width=8)
    for _ in range(2):
        result = engine(frames(4, 8), np.array([1], np.float32))

    assert opener.sizes == ["8x4"]
    assert np.array_equal(result, frames(4, 8) + 1)
    assert engine.info.network == "fake 8x4", "what really runs is told"


def test_an_engine_is_told_what_pictures_will_be_given_with() -> None:
    told: list[Any] = []

    class Listening(FakeEngine):
        def prepare(self, *others: NDArray[Any], height: int, width: int) -> None:
            told.append(([float(each[0]) for each in others], height, width))

    engine = by_size(
        picture_network(), info=INFO, open_network=lambda network: Listening(brighter, "listening")
    )
    engine.prepare(height=4, width=8)
    engine.prepare(np.array([0.5], np.float32), height=4, width=8)

    assert told == [([0.5], 4, 8)]


def test_another_size_is_another_engine(opener: Opener) -> None:
    engine = sized(opener)
    for height in (4, 5, 4):
        assert engine(frames(height, 8), np.array([1], np.float32)).shape == (1, height, 8, 3)
    assert opener.sizes == ["8x4", "8x5", "8x4"], "one is kept at a time"


def test_several_frames_run_one_by_one(opener: Opener) -> None:
    batch = frames(4, 8, count=3)
    assert np.array_equal(sized(opener)(batch, np.array([2], np.float32)), batch + 2)


def test_an_engine_gets_as_many_frames_at_once_as_it_likes(opener: Opener) -> None:
    counts: list[int] = []

    def run(pictures: NDArray[Any], by: NDArray[Any]) -> NDArray[Any]:
        counts.append(len(pictures))
        return np.asarray(pictures + by, np.uint8)

    wide = FakeEngine(run, "wide")
    wide.batch, wide.workers = 2, 2
    engine = by_size(picture_network(), info=INFO, open_network=lambda network: wide)
    batch = frames(4, 8, count=5)

    assert np.array_equal(engine(batch, np.array([3], np.float32)), batch + 3)
    assert counts == [2, 2, 1]
    assert (engine.batch, engine.workers) == (2, 2)


def test_what_runs_once_is_opened_for_any_size_when_it_is_called(opener: Opener) -> None:
    engine = by_size(statistics_network(), info=INFO, open_network=opener)
    assert opener.sizes == []
    for height in (4, 5):
        engine(frames(height, 8), np.array([1], np.float32))
    assert opener.sizes == ["any size"]
    assert engine.info.network == "fake any size", "what really runs is told"


ON_A_GPU = replace(INFO, device="cuda:0")
CONVERSION = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def test_planes_are_for_what_is_not_the_cpu(opener: Opener) -> None:
    network = picture_network()
    for info, expected in ((INFO, None), (ON_A_GPU, "tiny yuv420p · openvino · fp32 · cuda:0")):
        engine = by_size(network, info=info, open_network=opener)
        in_planes = planar(engine, CONVERSION)
        assert (in_planes and str(in_planes.info)) == expected
    assert planar(FakeEngine(brighter), CONVERSION) is None, "it takes pictures of any size as RGB"


def test_a_cpu_gets_planes_of_what_paints_them_without_rgb(opener: Opener) -> None:
    network = picture_network(paints_planes=True)
    in_planes = planar(by_size(network, info=INFO, open_network=opener), CONVERSION)
    assert in_planes is not None
    assert str(in_planes.info) == "tiny yuv420p · openvino · fp32 · cpu"


def test_an_engine_of_planes_gets_their_conversion() -> None:
    sizes, calls = [], []

    def run(planes: NDArray[Any], by: NDArray[Any], conversion: NDArray[Any]) -> NDArray[Any]:
        calls.append(conversion)
        return np.asarray(planes + by, np.uint8)

    def open_network(network: Network) -> Engine:
        sizes.append((network.size, network.inputs[0].shape))
        return FakeEngine(run, network.name)

    engine = planar(
        by_size(picture_network(), info=ON_A_GPU, open_network=open_network), CONVERSION
    )
    assert engine is not None
    engine.prepare(height=4, width=8)
    planes = frames(4, 8, count=2).reshape(2, -1)[:, :48].reshape(2, 6, 8)
    result = engine(planes, np.array([1], np.float32))

    assert sizes == [("8x4", (1, 6, 8))]
    assert np.array_equal(result, planes + 1)
    assert all(np.array_equal(each, CONVERSION) for each in calls)
    assert engine.info.network == "tiny yuv420p"
