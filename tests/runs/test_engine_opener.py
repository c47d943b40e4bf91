"""Which engine a run uses, and what it says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.engines.tiny import HEIGHT, WIDTH, Wrong, inputs, picture_network
from vidstyle.engines import Backend, Engine, Network
from vidstyle.engines.parity import ParityError
from vidstyle.errors import UsageError
from vidstyle.runs.engine_opener import engine_opener

MESSAGES = list[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDSTYLE_ENGINES", str(tmp_path / "engines"))
    return tmp_path / "engines"


def opened(messages: MESSAGES, network: Network | None = None, **options: Any) -> Engine:
    """The engine of a run, ready for HEIGHT and WIDTH."""
    wanted = {"backend": "auto", "device": "cpu", "precision": "fp32", "build": False, **options}
    open_engine = engine_opener(command="BUILD", on_message=messages.append, **wanted)
    engine = open_engine(network or picture_network())
    engine.prepare(height=HEIGHT, width=WIDTH)
    return engine


def slow_network() -> Network:
    return picture_network(multiply_adds=1e12)


def test_a_missing_engine_that_is_quick_to_build_is_built_and_kept() -> None:
    first: MESSAGES = []
    assert opened(first).info.backend is Backend.OPENVINO
    assert first == ["building the fp32 engine of tiny (48x32) for this machine, once: about 2 s"]

    second: MESSAGES = []
    assert opened(second).info.backend is Backend.OPENVINO
    assert second == []


def test_one_that_takes_long_runs_eager_and_says_how_to_build(folder: Path) -> None:
    messages: MESSAGES = []
    engine = opened(messages, slow_network())

    assert engine.info.backend is Backend.EAGER
    (message,) = messages
    assert message.startswith("no engine of tiny for 48x32 is stored (building one takes about ")
    assert message.endswith("running eager. To build it: BUILD --size 48x32, or add --build")
    assert not folder.exists()


@pytest.mark.parametrize("options", [{"build": True}, {"backend": "openvino"}])
def test_it_is_built_where_the_user_asks_for_it(options: dict[str, Any]) -> None:
    messages: MESSAGES = []
    assert opened(messages, slow_network(), **options).info.backend is Backend.OPENVINO
    assert len(messages) == 1


def test_one_size_is_built_in_a_run() -> None:
    messages: MESSAGES = []
    engine = opened(messages)
    backends = []
    for height in (16, 24, HEIGHT):
        engine.prepare(height=height, width=16)
        backends.append(engine.info.backend)
    engine.prepare(height=HEIGHT, width=WIDTH)

    assert backends == [Backend.EAGER] * 3
    assert engine.info.backend is Backend.OPENVINO
    assert len(messages) == 2, "said once for all sizes"
    assert "one size is built in a run" in messages[1]


def test_networks_of_one_name_are_not_taken_for_each_other() -> None:
    messages: MESSAGES = []
    open_engine = engine_opener(
        backend="auto",
        device="cpu",
        precision="fp32",
        build=False,
        command="BUILD",
        on_message=messages.append,
    )
    strength = np.ones(1, np.float32)
    painted = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        network = picture_network(nn.Conv2d(3, 3, 1), weights=str(seed) * 64, multiply_adds=1e12)
        engine = open_engine(network)
        painted.append(engine(inputs()[0], strength))

    assert len(messages) == 2
    assert not np.array_equal(painted[0], painted[1])


def test_a_parity_that_is_not_reached_runs_eager_and_says_so(folder: Path) -> None:
    messages: MESSAGES = []
    assert opened(messages, picture_network(Wrong())).info.backend is Backend.EAGER
    assert "is too far from eager fp32 (PSNR" in messages[1]
    assert list(folder.iterdir()) == []


def test_it_fails_where_the_user_asked_for_the_backend() -> None:
    with pytest.raises(ParityError, match="was not stored"):
        opened([], picture_network(Wrong()), backend="openvino")


def test_eager_runs_any_size_without_a_store(folder: Path) -> None:
    messages: MESSAGES = []
    engine = opened(messages, backend="eager")

    assert engine.info.backend is Backend.EAGER
    assert engine(*inputs(count=2)).shape == (2, HEIGHT, WIDTH, 3)
    assert messages == []
    assert not folder.exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"backend": "eager", "build": True}, "eager needs no engine"),
        ({"backend": "eager", "precision": "int8"}, "eager computes in fp32, not in int8"),
        ({"precision": "fp16"}, "openvino on cpu computes in .*int8, not in fp16"),
        ({"backend": "fast"}, "'fast' is not one of"),
    ],
)
def test_what_does_not_go_together(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        opened([], **options)
