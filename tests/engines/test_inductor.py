"""Engines of PyTorch's compiler: here for the CPU, and for a GPU where there is one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.engines.tiny import inputs, make_workshop, picture_network, psnr
from vidstyle.engines import Backend, Network, Precision, open_eager
from vidstyle.engines.inductor import InductorCompiler
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Arrays
from vidstyle.engines.planar import JFIF, PlanarTransfer
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.graphs import LiteTransfer, SlimTransfer
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk
from vidstyle.nets.slim_johnson import SlimJohnson

FP32, FP16 = Precision.FP32, Precision.FP16
NETWORK = picture_network()


def _light_graph() -> nn.Module:
    torch.manual_seed(0)
    shape = LiteShape(half=4, quarter=8, eighth=8, eighth_blocks=1, mixing_rank=2)
    return SlimTransfer(SlimJohnson(shape))


LIGHT = picture_network(name="light", make=_light_graph)

COMPILER = os.environ.get("CXX", "g++")
ON_THE_CPU = pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"needs {COMPILER}")
ON_A_GPU = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]


@pytest.fixture(scope="module", autouse=True)
def _own_compiler_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is compiled here is compiled now, and leaves nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path_factory.mktemp("inductor")))
        patch.setitem(os.environ, "TRITON_CACHE_DIR", str(tmp_path_factory.mktemp("triton")))
        yield


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("device", "precision"),
    [
        pytest.param("cpu", FP32, marks=ON_THE_CPU),
        pytest.param("cuda:0", FP32, marks=ON_A_GPU),
        pytest.param("cuda:0", FP16, marks=ON_A_GPU),
    ],
)
def test_a_stored_engine_draws_what_eager_does(
    tmp_path: Path, device: str, precision: Precision
) -> None:
    compiler = InductorCompiler(torch.device(device))
    record, _ = make_workshop(tmp_path, compiler=compiler).build(NETWORK, precisions=[precision])
    found = make_workshop(tmp_path, compiler=compiler).find(NETWORK, precisions=[precision])

    assert found is not None
    assert found[0] == record
    assert psnr(record) > 45
    engine = found[1]
    assert str(engine.info) == f"tiny · inductor · {precision} · {device}"
    assert engine.batch == (1 if device == "cpu" else 8)
    frames, strength = inputs(count=5)
    expected = open_eager(NETWORK, device="cpu")(frames, strength)
    for count in (1, 2, 5):
        result = engine(frames[:count], strength)
        assert result.dtype == np.uint8
        assert np.abs(result.astype(int) - expected[:count]).max() <= 1, count


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("device", "precision"),
    [
        pytest.param("cpu", FP32, marks=ON_THE_CPU),
        pytest.param("cuda:0", FP16, marks=ON_A_GPU),
    ],
)
@pytest.mark.parametrize("network", [NETWORK, LIGHT], ids=lambda network: network.name)
def test_an_engine_of_planes_draws_what_eager_does(
    tmp_path: Path, network: Network, device: str, precision: Precision
) -> None:
    network = network.planar()
    workshop = make_workshop(tmp_path, compiler=InductorCompiler(torch.device(device)))
    record, engine = workshop.build(network, precisions=[precision])

    assert psnr(record) > 45
    planes, *others = workshop.example(network)
    batch = np.concatenate([planes, planes[:, ::-1], 255 - planes])
    expected = open_eager(network, device="cpu")(batch, *others)
    for count in (1, 3):
        result = engine(batch[:count], *others)
        assert result.dtype == np.uint8
        assert np.abs(result.astype(int) - expected[:count]).max() <= 1, count


def test_the_graphs_of_light_networks_can_be_exported() -> None:
    """What is exported becomes a GraphModule, whose own attributes must not be in the way."""
    shape = LiteShape(half=4, quarter=8, eighth=8, eighth_blocks=1, mixing_rank=2)
    trunk = LiteTrunk(shape)
    frames, strength = inputs()
    code = np.zeros((1, trunk.code_size), np.float32)
    planes = frames.reshape(1, -1)[:, : 48 * 48].reshape(1, 48, 48)
    graphs: list[tuple[nn.Module, Arrays]] = [
        (LiteTransfer(trunk), (frames, code, strength)),
        (SlimTransfer(SlimJohnson(shape)), (frames, strength)),
        (PlanarTransfer(SlimTransfer(SlimJohnson(shape))), (planes, strength, JFIF.numpy())),
        (PlanarTransfer(LiteTransfer(trunk)), (planes, code, strength, JFIF.numpy())),
    ]
    for graph, example in graphs:
        tensors = tuple(torch.from_numpy(array) for array in example)
        exported = torch.export.export(graph.requires_grad_(False), tensors).module()
        assert torch.equal(exported(*tensors), graph(*tensors))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("device", "precision"),
    [
        pytest.param("cpu", FP32, marks=ON_THE_CPU),
        pytest.param("cuda:0", FP16, marks=ON_A_GPU),
    ],
)
def test_a_network_of_the_same_structure_only_exchanges_the_weights(
    tmp_path: Path, device: str, precision: Precision
) -> None:
    messages: list[str] = []
    compiler = InductorCompiler(torch.device(device))
    workshop = make_workshop(tmp_path, messages, compiler=compiler)
    first, second = (_small_network(seed) for seed in range(2))
    compiled, _ = workshop.build(first, precisions=[precision])
    assert workshop.expected_seconds(second, precision=precision) < 10

    refitted, _ = workshop.build(second, precisions=[precision])

    assert messages == []
    assert refitted.files["model.pt2"] == compiled.files["model.pt2"], "it is not compiled again"
    assert psnr(refitted) > 45
    for network in (first, second):
        found = make_workshop(tmp_path, compiler=compiler).find(network, precisions=[precision])
        assert found is not None
        frames, strength = inputs(count=2)
        expected = open_eager(network, device="cpu")(frames, strength)
        assert np.abs(found[1](frames, strength).astype(int) - expected).max() <= 1


def _small_network(seed: int) -> Network:
    """Of one structure, with weights so small in number that they could be compiled in."""
    torch.manual_seed(seed)
    inner = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.GroupNorm(16, 16), nn.ReLU(), nn.Conv2d(16, 3, 1)
    )
    return picture_network(
        nn.Sequential(inner, nn.Sigmoid()),
        name=f"tiny-{seed}",
        weights=f"{seed}" * 64,
        structure="tiny",
    )


def test_damage_is_named(tmp_path: Path) -> None:
    compiler = InductorCompiler(torch.device("cpu"))
    key = compiler.key(NETWORK, precision=FP32)
    (tmp_path / "model.pt2").write_bytes(b"damaged")
    with pytest.raises(VidstyleError, match=f"engine {tmp_path} cannot be loaded: ") as caught:
        compiler.load(tmp_path, key)
    assert "\n" not in str(caught.value)


def test_without_a_c_compiler_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torch._inductor import config

    monkeypatch.setattr(config.cpp, "cxx", ("no-such-compiler",))
    workshop = make_workshop(tmp_path, compiler=InductorCompiler(torch.device("cpu")))
    network = picture_network(torch.nn.Conv2d(3, 3, 1))
    with pytest.raises(VidstyleError, match=r"needs a C\+\+ compiler \(g\+\+\)") as caught:
        workshop.build(network, precisions=[FP32])
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_precisions() -> None:
    compiler = InductorCompiler(torch.device("cpu"))
    assert compiler.precisions("auto") == (FP32,)
    assert compiler.precisions("fp16") == (FP16,)
    with pytest.raises(UsageError, match="inductor on cpu computes in fp16 or fp32, not in int8"):
        compiler.precisions("int8")
    assert InductorCompiler(torch.device("cuda:0")).precisions("auto") == (FP16, FP32)


def test_the_key_tells_pytorch_and_the_cpu() -> None:
    key: EngineKey = InductorCompiler(torch.device("cpu")).key(NETWORK, precision=FP32)
    assert (key.backend, key.backend_version) == (Backend.INDUCTOR, torch.__version__)
    assert key.instructions
