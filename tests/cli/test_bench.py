"""`vidstyle bench`"""

import json
from collections.abc import Callable
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from vidstyle.cli.bench import bench
from vidstyle.errors import VidstyleError
from vidstyle.runs.bench import BenchResult
from vidstyle.runs.bench_case import BenchCase
from vidstyle.runs.bench_file import FileTimes, StageTimes
from vidstyle.runs.bench_network import NetworkTimes
from vidstyle.runs.bench_roofline import FrameCost
from vidstyle.video.convert import Size

RESULT = BenchResult(
    case=BenchCase(
        method="adain",
        style="starry",
        size=Size(640, 360),
        stabilise=0.7,
        backend="auto",
        device="auto",
        precision="auto",
    ),
    network=NetworkTimes(
        name="adain-lite",
        backend="openvino",
        precision="fp32",
        device="cpu",
        batch=1,
        fps=50.04,
        p50_ms=20.0,
        p95_ms=21.0,
        p99_ms=22.0,
        open_seconds=0.25,
        gpu_bytes=None,
        cost=FrameCost(flops=1e9, values=10, parameters=20, picture_bytes=30),
    ),
    file=FileTimes(
        frames=100,
        fps=40.0,
        stages={"model": StageTimes(p50_ms=23.0, p95_ms=24.0, p99_ms=25.0)},
        peak_bytes=500_000_000,
        first_frame_seconds=1.2,
    ),
    roofline_share=0.256,
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command asks for; it gets RESULT."""
    options: dict[str, Any] = {}

    def measure(*, on_result: Callable[[BenchResult], None], **given: Any) -> None:
        options.update(given)
        on_result(RESULT)
        if "fails" in given["backends"]:
            raise VidstyleError("the second case fails")

    monkeypatch.setattr("vidstyle.runs.bench.bench", measure)
    return options


def run(*arguments: str, code: int = 0) -> str:
    app = typer.Typer()
    app.command()(bench)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    return result.stdout


def test_tables(asked: dict[str, Any]) -> None:
    heads, row, blank, stages, stage = run("--quiet").splitlines()

    assert " ".join(heads.split()).startswith("network size backend precision device fps p50 ms")
    assert " ".join(row.split()) == (
        "adain-lite 640x360 openvino fp32 cpu 50.0 20.00 21.00 22.00 26% 0.25 s 40.0 500 MB 1.20 s"
    )
    assert blank == ""
    assert stages.startswith("milliseconds a frame")
    assert " ".join(stage.split()) == "adain-lite 640x360 openvino model 23.00 24.00 25.00"
    assert asked["methods"] == ("adain",)
    assert asked["sizes"] == ("640x360", "1280x720")
    assert asked["backends"] == ("auto",)


def test_json(asked: dict[str, Any]) -> None:
    facts = json.loads(run("--json", "--quiet", "-m", "johnson", "--backend", "eager"))

    (result,) = facts["results"]
    assert result["case"]["size"] == "640x360"
    assert result["network"]["p99_ms"] == 22.0
    assert result["file"]["stages"]["model"]["p95_ms"] == 24.0
    assert "torch" in facts["made_with"]
    assert (asked["methods"], asked["backends"]) == (["johnson"], ["eager"])


def test_what_is_measured_is_told_where_a_later_case_fails(asked: dict[str, Any]) -> None:
    facts = json.loads(run("--json", "--backend", "fails", code=1))

    assert len(facts["results"]) == 1
