import json
from dataclasses import replace
from typing import Any

import pytest

from vidstyle.engines import Backend, Input, Precision
from vidstyle.engines.key import EngineKey

KEY = EngineKey(
    network="johnson-my style",
    weights="ab" * 32,
    inputs=(
        Input(dtype="uint8", shape=(1, 360, 640, 3)),
        Input(dtype="float32", shape=(1,)),
    ),
    precision=Precision.FP32,
    backend=Backend.OPENVINO,
    backend_version="2026.4.1",
    device="Xeon",
    instructions=("X86_V2", "X86_V3"),
)

OTHERS: dict[str, Any] = {
    "network": "johnson-candy",
    "weights": "cd" * 32,
    "inputs": (Input(dtype="uint8", shape=(1, None, None, 3)),),
    "precision": Precision.INT8,
    "backend": Backend.EAGER,
    "backend_version": "2026.4.2",
    "device": "Core",
    "instructions": ("X86_V2",),
    "driver": "13.0",
    "structure": "johnson",
    "engine_format": 0,
}


def test_the_name_can_be_read_and_is_one_for_a_file() -> None:
    assert KEY.file_name == f"johnson-my_style-640x360-fp32-openvino-{KEY.digest}"
    assert str(KEY.info_on("cpu")) == "johnson-my style · openvino · fp32 · cpu"


def test_every_fact_is_in_the_digest() -> None:
    assert OTHERS.keys() == KEY.as_dict().keys()
    changed = {replace(KEY, **{name: value}).digest for name, value in OTHERS.items()}
    assert len(changed | {KEY.digest}) == len(OTHERS) + 1


@pytest.mark.parametrize("key", [KEY, replace(KEY, inputs=OTHERS["inputs"])])
def test_through_json_and_back(key: EngineKey) -> None:
    again = EngineKey.from_dict(json.loads(json.dumps(key.as_dict())))
    assert again == key
    assert again.digest == key.digest


def test_differences_in_words() -> None:
    assert KEY.differences(KEY) == ""
    other = replace(KEY, backend_version="2026.5", device="Core")
    assert KEY.differences(other) == "backend version, device"


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_use_on_another_machine(name: str) -> None:
    other = replace(KEY, **{name: OTHERS[name]})
    of_the_machine = (
        "weights",
        "backend_version",
        "device",
        "instructions",
        "driver",
        "structure",
        "engine_format",
    )
    assert KEY.same_use(other) is (name in of_the_machine)
