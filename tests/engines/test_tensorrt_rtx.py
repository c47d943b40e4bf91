"""Engines for RTX cards, really built: TensorRT-RTX needs no GPU for that, and an extra."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.engines.tiny import make_workshop, normalising, picture_network
from vidstyle.engines import Backend, Network, Precision
from vidstyle.engines.compiler import AbsentEngine
from vidstyle.engines.compilers import make_compiler
from vidstyle.engines.workshop import Workshop
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.built_engines import build_engines
from vidstyle.runs.loading import known_styles
from vidstyle.runs.stored_engines import stored_engines
from vidstyle.stylizers import Method

pytestmark = pytest.mark.skipif(
    find_spec("tensorrt_rtx") is None, reason='needs pip install "vidstyle[tensorrt-rtx]"'
)

FP16, FP32 = Precision.FP16, Precision.FP32


def workshop(folder: Path, target: str = "sm_89") -> Workshop:
    compiler = make_compiler(Backend.TENSORRT, target=target)
    return make_workshop(folder, compiler=compiler)


@pytest.fixture
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDSTYLE_ENGINES", str(tmp_path / "engines"))


@pytest.mark.parametrize("precision", [FP16, FP32])
@pytest.mark.parametrize(
    "network", [picture_network(), picture_network().planar()], ids=lambda network: network.name
)
def test_an_engine_for_another_machine(
    tmp_path: Path, network: Network, precision: Precision
) -> None:
    record, engine = workshop(tmp_path).build(network, precisions=[precision])

    assert record.parity is None, "it has not run yet"
    assert record.key.device == "sm_89"
    assert (tmp_path / record.key.file_name / "model.plan").stat().st_size > 1000
    assert isinstance(engine, AbsentEngine)
    with pytest.raises(UsageError, match=r"tiny.* · tensorrt · .* · sm_89 runs on another machine"):
        engine(np.zeros((1, 32, 48, 3), np.uint8), np.ones(1, np.float32))
    found = workshop(tmp_path).find(network, precisions=[precision])
    assert found is not None
    assert found[0] == record


def test_each_target_has_an_engine_of_its_own(tmp_path: Path) -> None:
    workshop(tmp_path, "sm_86").build(picture_network(), precisions=[FP16])
    assert workshop(tmp_path, "sm_120").find(picture_network(), precisions=[FP16]) is None


def test_instance_normalisation(tmp_path: Path) -> None:
    network = picture_network(normalising(groups=3))
    assert workshop(tmp_path).build(network, precisions=[FP16])[0].files.keys() == {"model.plan"}


def test_a_target_that_it_does_not_know() -> None:
    with pytest.raises(UsageError, match=r"target 'sm_90' is not one of sm_75, .*sm_120"):
        make_compiler(Backend.TENSORRT, target="sm_90")


def test_what_it_cannot_build_is_one_line(tmp_path: Path) -> None:
    class Unusual(torch.nn.Module):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            return torch.histc(pictures).sum() + pictures

    with pytest.raises(VidstyleError) as caught:
        workshop(tmp_path).build(picture_network(Unusual()), precisions=[FP32])
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
def test_without_a_gpu_tensorrt_needs_a_target() -> None:
    with pytest.raises(UsageError, match=r"needs an NVIDIA GPU, not cpu: .*--target"):
        make_compiler(Backend.TENSORRT)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("_store")
@pytest.mark.parametrize("target", ["sm_86", "sm_89", "sm_120"])
@pytest.mark.parametrize("size", ["640x360", "1280x720"])
@pytest.mark.parametrize("method", [Method.ADAIN, Method.JOHNSON, Method.CYCLEGAN])
def test_every_shipped_network_is_built(method: Method, size: str, target: str) -> None:
    """One style stands for all of a method: the shipped ones differ in their weights alone."""
    styles = known_styles()[method][:1] if method.takes_weights else []
    reports = build_engines(
        method=method, styles=styles, sizes=[size], backend="tensorrt", target=target
    )

    first, *others = [report.record.key.network for report in reports]
    planar = [] if method is Method.CYCLEGAN else [f"{first} yuv420p"]
    assert others == planar, "one for live runs, one for files"
    for report in reports:
        assert (report.is_new, report.fps, report.record.parity) == (True, None, None)
        assert report.record.key.precision is FP16
    for stored in stored_engines(verify=True):
        assert stored.problem is None
        assert stored.bytes > 1e5
