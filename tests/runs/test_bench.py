"""What this machine can do, measured on tiny pictures."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.engines.tiny import smoothing
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.graphs import PictureTransfer
from vidstyle.runs.bench import BenchResult, bench
from vidstyle.runs.bench_case import BenchCase
from vidstyle.runs.bench_file import _run, measure_file
from vidstyle.runs.bench_roofline import FrameCost, Roofline, frame_cost, measure_roofline
from vidstyle.video.convert import Size

ROOFLINE = Roofline(flops=1e9, bytes=1e8, value_bytes=4)


def test_the_work_of_a_frame_is_counted() -> None:
    frames, strength = np.zeros((1, 20, 30, 3), np.uint8), np.ones(1, np.float32)
    cost = frame_cost(PictureTransfer(smoothing()), (frames, strength))

    assert cost.flops == 2 * 20 * 30 * 3 * 3 * 9
    assert cost.values == 20 * 30 * 3
    assert cost.parameters == 3 * 3 * 9 + 3
    assert cost.picture_bytes == 2 * 20 * 30 * 3


def test_the_slower_of_computing_and_moving_counts() -> None:
    computing = FrameCost(flops=2e9, values=0, parameters=0, picture_bytes=0)
    moving = FrameCost(flops=0, values=10**7, parameters=5 * 10**6, picture_bytes=10**7)

    assert ROOFLINE.seconds(computing) == 2
    assert ROOFLINE.seconds(moving) == pytest.approx((2 * 4e7 + 2e7 + 1e7) / 1e8)


def test_rates_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidstyle.runs.bench_roofline._SIDE_ON_CPU", 64)
    monkeypatch.setattr("vidstyle.runs.bench_roofline._COPIED_BYTES", 1 << 16)
    roofline = measure_roofline("cpu", "fp32")

    assert roofline is not None
    assert roofline.value_bytes == torch.float32.itemsize
    assert min(roofline.flops, roofline.bytes) > 0
    assert measure_roofline("cpu", "int8") is None


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_network_and_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidstyle.runs.bench_roofline._SIDE_ON_CPU", 64)
    messages: list[str] = []
    told: list[BenchResult] = []
    (result,) = bench(
        sizes=["64x48"],
        backends=["eager"],
        device="cpu",
        seconds=0.2,
        on_message=messages.append,
        on_result=told.append,
    )

    assert told == [result]
    assert messages == [
        "measuring the network of adain at 64x48 with eager",
        "measuring files through adain at 64x48 with eager",
        "measuring what cpu can do in fp32",
    ]
    facts = json.loads(json.dumps(result.as_dict()))
    assert facts["case"]["size"] == "64x48"
    network, file = facts["network"], facts["file"]
    assert (network["name"], network["backend"], network["batch"]) == ("adain-lite", "eager", 1)
    assert 0 < network["p50_ms"] <= network["p95_ms"] <= network["p99_ms"]
    assert file["frames"] > 1
    assert {"capture", "model", "sink"} <= file["stages"].keys()
    assert file["peak_bytes"] > 50e6
    assert file["first_frame_seconds"] > 0
    assert result.roofline_share is not None
    assert result.roofline_share > 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"methods": ["identity"]}, "identity has no network"),
        ({"methods": ["gatys"]}, "gatys has no network"),
        ({"stabilise": 3.0}, "stabilise 3 must be from 0"),
        ({"sizes": ["720"]}, "size 720 has no height"),
        (
            {"methods": ["adain-timm"]},
            "adain-timm has no network of its own to measure: choose adain",
        ),
        ({"sizes": ["71x45"]}, "size 71x45 has an odd side"),
        ({"backends": ["eager", "foo"]}, "backend 'foo' is not one of"),
        ({"precision": "fp8"}, "precision 'fp8' is not one of"),
        ({"seconds": 0.0}, "seconds 0 is out of range: it goes from 0.1 to 600"),
        ({"seconds": 1e-9}, "seconds 1e-09 is out of range"),
        ({"seconds": float("nan")}, "seconds nan is out of range"),
        ({"methods": ["fast"]}, "'fast' is not one of"),
    ],
)
def test_what_cannot_be_measured(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        bench(**options)  # type: ignore[arg-type]  # Wrong arguments are what is tested.


def test_a_run_that_fails_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"vidstyle file .*gone\.mp4 failed: error: ") as caught:
        measure_file(
            tmp_path / "gone.mp4",
            BenchCase(
                method="adain",
                style="starry",
                size=Size(64, 48),
                stabilise=0.0,
                backend="eager",
                device="cpu",
                precision="fp32",
            ),
        )
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is told by getrusage")
def test_the_memory_of_a_run_is_its_own() -> None:
    here = np.ones(400_000_000, np.uint8)

    peak = _run(["--version"])

    assert peak is not None
    assert 5e6 < peak < here.nbytes / 2
