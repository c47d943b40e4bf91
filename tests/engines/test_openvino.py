"""OpenVINO's engines: what they are compiled for, and their core."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.engines.tiny import HEIGHT, WIDTH, inputs, make_workshop, picture_network, quickest
from vidstyle.engines import Engine, Goal, openvino
from vidstyle.engines.openvino import OpenVINOEngine
from vidstyle.errors import VidstyleError

MOST_OFF = 1
"""Level. Constants are rounded at other places than inputs."""


def for_throughput(folder: Path) -> tuple[Engine, Callable[[], OpenVINOEngine]]:
    """An engine for latency, built in `folder`; and what opens the same for throughput."""
    record, latency = make_workshop(folder).build(picture_network(), precisions=[quickest()])
    path = make_workshop(folder).store.path(record.key)
    return latency, partial(OpenVINOEngine, path, key=record.key, goal=Goal.THROUGHPUT)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, OpenVINOEngine]:
    """Engines of one network, for latency and for throughput."""
    latency, open_engine = for_throughput(tmp_path_factory.mktemp("engines"))
    return latency, open_engine()


def strengths(*values: float) -> list[np.ndarray]:
    return [np.array([value], np.float32) for value in values]


def test_what_pictures_are_given_with_may_change_after_an_engine_got_ready(
    engines: tuple[Engine, OpenVINOEngine],
) -> None:
    latency, throughput = engines
    picture, _ = inputs()
    weak, strong = strengths(0.3, 1.0)

    throughput.prepare(weak, height=HEIGHT, width=WIDTH)

    for strength in (weak, weak, strong, weak):
        expected = latency(picture, strength).astype(int)
        assert np.abs(throughput(picture, strength) - expected).max() <= MOST_OFF
    assert np.abs(latency(picture, weak) - latency(picture, strong).astype(int)).max() > MOST_OFF


def test_an_engine_takes_up_what_it_gets_ready_for_again(
    engines: tuple[Engine, OpenVINOEngine],
) -> None:
    latency, throughput = engines
    picture, _ = inputs()
    changing = np.ones(1, np.float32)
    for value in (0.8, 0.2):
        changing[:] = value
        throughput.prepare(changing, height=HEIGHT, width=WIDTH)
        expected = latency(picture, changing).astype(int)
        assert np.abs(throughput(picture, changing) - expected).max() <= MOST_OFF
    changing[:] = 0.9  # The engine must have kept its own copy.
    expected = latency(picture, changing).astype(int)
    assert np.abs(throughput(picture, changing) - expected).max() <= MOST_OFF


def test_an_engine_for_throughput_works_without_getting_ready(tmp_path: Path) -> None:
    latency, open_engine = for_throughput(tmp_path)
    throughput = open_engine()
    pictures, strength = inputs(count=5)

    expected = np.concatenate([latency(pictures[i : i + 1], strength) for i in range(5)])

    assert np.array_equal(throughput(pictures, strength), expected)


def test_pictures_that_threads_give_side_by_side_are_not_mixed_up(
    engines: tuple[Engine, OpenVINOEngine],
) -> None:
    """More threads than are best, each with a picture of its own, or with several."""
    latency, throughput = engines
    pictures, strength = inputs(count=5)
    throughput.prepare(strength, height=HEIGHT, width=WIDTH)
    parts = [pictures[i : i + count] for i in range(5) for count in (1, 3)] * 5

    with ThreadPoolExecutor(throughput.workers + 2) as threads:
        results = list(threads.map(lambda part: throughput(part, strength), parts))

    for part, result in zip(parts, results, strict=True):
        assert np.abs(result.astype(int) - latency(part, strength)).max() <= MOST_OFF


def test_as_many_pictures_are_computed_side_by_side_as_there_are_cores_and_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino, "usable_cores", lambda: 3)
    latency, open_engine = for_throughput(tmp_path)
    largest_features = 3 * HEIGHT * WIDTH

    for room, workers in ((0.5, 1), (2, 2), (100, 3)):
        monkeypatch.setattr(openvino, "_MOST_NUMBERS", int(room * largest_features))
        engine = open_engine()
        assert (engine.batch, engine.workers) == (workers, workers)
    assert (latency.batch, latency.workers) == (1, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_files_may_be_replaced_while_an_engine_is_open(
    engines: tuple[Engine, OpenVINOEngine],
) -> None:
    latency, throughput = engines
    assert latency(*inputs()).shape == throughput(*inputs()).shape
    assert "model.bin" not in Path("/proc/self/maps").read_text()


def test_an_engine_of_another_process_is_refused(
    engines: tuple[Engine, OpenVINOEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a fork, where its threads are gone."""
    monkeypatch.setattr("os.getpid", lambda: -1)
    for engine in engines:
        with pytest.raises(VidstyleError, match="tiny was loaded by another process"):
            engine(*inputs())


def test_a_fork_of_a_process_that_has_run_an_engine_is_refused_before_it_hangs(
    engines: tuple[Engine, OpenVINOEngine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    latency, _ = engines
    latency(*inputs())
    monkeypatch.setattr("os.getpid", lambda: -1)
    with pytest.raises(VidstyleError, match=r'forked .*: start processes with .*"spawn"'):
        make_workshop(tmp_path).build(picture_network(), precisions=[quickest()])


def test_nothing_is_reported_to_the_makers_of_openvino(tmp_path: Path) -> None:
    """Their reporter begins with a file in the user's home, and forks."""
    modules = ("vidstyle.engines.openvino", "openvino.tools.ovc", "nncf")
    code = "".join(f"import {module}\n" for module in modules)
    environment = {name: value for name, value in os.environ.items() if "CI" not in name}
    homes = dict.fromkeys(("HOME", "USERPROFILE"), str(tmp_path))
    subprocess.run([sys.executable, "-c", code], check=True, env=environment | homes)
    assert not any("intel" in path.name.lower() for path in tmp_path.iterdir())


def test_there_is_one_core_for_the_whole_process() -> None:
    """A second one that ends leaves a freed signal stack behind: the next Ctrl-C crashes."""
    assert openvino._core() is openvino._core()
