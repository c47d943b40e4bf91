"""Torch-TensorRT: what vidstyle asks of it against its own source, and a fake for the rest.

It cannot be imported on a machine without a GPU, so its wheel is read.
"""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from tests.engines.tiny import inputs, picture_network
from vidstyle.engines import Backend, Precision
from vidstyle.engines.compiler import Blueprint
from vidstyle.engines.tensorrt_engine import Flavour
from vidstyle.errors import VidstyleError

VERSION = "2.13.0"
MODULE = Path(__file__).parents[2] / "vidstyle" / "engines" / "torch_tensorrt.py"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ast.Module]:
    """The wheel's modules by their dotted names, installed or downloaded."""
    spec = find_spec("torch_tensorrt")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parents[1]
    else:
        folder = tmp_path_factory.mktemp("wheel")
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
        done = subprocess.run(
            [*command, "-d", str(folder), f"torch-tensorrt=={VERSION}"],
            capture_output=True,
            check=False,
        )
        wheels = list(folder.glob("*.whl"))
        if done.returncode or not wheels:
            pytest.skip(f"needs torch-tensorrt {VERSION}, which cannot be downloaded here")
        ZipFile(wheels[0]).extractall(folder)
    names = {
        "torch_tensorrt": "__init__.py",
        "torch_tensorrt.dynamo": "dynamo/_compiler.py",
        "torch_tensorrt.version": "_version.py",
    }
    return {
        name: ast.parse((folder / "torch_tensorrt" / file).read_text("utf-8"))
        for name, file in names.items()
    }


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute."""
    return (
        f"{dotted(node.value)}.{node.attr}"
        if isinstance(node, ast.Attribute)
        else ast.unparse(node)
    )


def used() -> tuple[set[str], list[ast.Call]]:
    """What vidstyle takes from torch_tensorrt: dotted names, and its calls."""
    tree = ast.parse(MODULE.read_text("utf-8"))
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    names = {dotted(node) for node in attributes}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ours = [call for call in calls if dotted(call.func).startswith("torch_tensorrt.")]
    return {name for name in names if name.startswith("torch_tensorrt.")}, ours


def defined(module: ast.Module) -> set[str]:
    """The names that a module defines or imports."""
    found: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.ImportFrom(names=aliases) | ast.Import(names=aliases):
                found |= {alias.asname or alias.name for alias in aliases}
    return found


def test_all_that_is_used_is_there(source: dict[str, ast.Module]) -> None:
    names, calls = used()
    assert len(calls) == 1
    for name in names - {"torch_tensorrt.dynamo"}:
        module, _, attribute = name.rpartition(".")
        assert attribute in defined(source[module]), name


def test_every_keyword_is_one_of_the_function(source: dict[str, ast.Module]) -> None:
    _, (call,) = used()
    name = dotted(call.func).rpartition(".")[2]
    (function,) = (
        node
        for node in source["torch_tensorrt.dynamo"].body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    keywords = {argument.arg for argument in function.args.kwonlyargs}
    positional = [argument.arg for argument in function.args.args]
    assert positional[0] == "exported_program"
    assert len(call.args) == 1
    assert {keyword.arg for keyword in call.keywords} <= keywords, "**kwargs would hide a slip"
    assert ast.unparse(function.returns or ast.Constant(None)) == "bytes"


class FakeTensorRT(ModuleType):
    """Torch-TensorRT, that keeps what it was given."""

    tensorrt_package_name = "tensorrt"
    __version__ = VERSION

    def __init__(self) -> None:
        super().__init__("torch_tensorrt")
        self.asked: list[tuple[Any, dict[str, Any]]] = []
        self.error: Exception | None = None
        self.gpu = "a card"
        self.dynamo = SimpleNamespace(
            convert_exported_program_to_serialized_trt_engine=self._convert
        )

    def _convert(self, program: Any, **options: Any) -> bytes:
        if self.error is not None:
            raise self.error
        self.asked.append((program, options))
        return b"plan"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTensorRT]:
    module = FakeTensorRT()
    monkeypatch.setitem(sys.modules, "torch_tensorrt", module)
    for flavour in Flavour:
        monkeypatch.setitem(sys.modules, flavour, SimpleNamespace(__version__="11.0.1"))
    monkeypatch.setattr("vidstyle.engines.gpu.gpu_facts", lambda device: {"device": module.gpu})
    yield module
    sys.modules.pop("vidstyle.engines.torch_tensorrt", None)


def blueprint(precision: Precision) -> Blueprint:
    network = picture_network()
    return Blueprint(
        network=network, module=network.make(), precision=precision, examples=[inputs()]
    )


def compiler() -> Any:
    """One for the CPU, which the fake does not mind."""
    module = importlib.import_module("vidstyle.engines.torch_tensorrt")
    return module.TorchTensorRTCompiler(torch.device("cpu"))


def test_a_program_that_ends_before_its_8_bit_numbers_is_compiled(
    fake: FakeTensorRT, tmp_path: Path
) -> None:
    made = compiler()
    (tmp_path / "engine").mkdir()

    files = made.compile(blueprint(Precision.FP16), tmp_path / "engine")

    assert files == ["model.plan"]
    assert (tmp_path / "engine" / "model.plan").read_bytes() == b"plan"
    assert made.backend is Backend.TENSORRT
    ((program, options),) = fake.asked
    timings = Path(options["timing_cache_path"])
    assert timings.parent.is_dir()
    assert tmp_path in timings.parents, "it is removed with the engines"
    assert not options["disable_tf32"]
    frames, strength = (torch.from_numpy(array) for array in inputs())
    result = program.module()(frames, strength)
    assert result.dtype == torch.float32
    expected = picture_network().make()(frames, strength)
    assert np.abs(result.to(torch.uint8).numpy().astype(int) - expected.numpy()).max() <= 1


def test_what_it_cannot_convert_is_one_line(fake: FakeTensorRT, tmp_path: Path) -> None:
    fake.error = RuntimeError("no converter for aten.histc\nmore of it")
    with pytest.raises(VidstyleError) as caught:
        compiler().compile(blueprint(Precision.FP32), tmp_path)
    assert str(caught.value) == "TensorRT cannot build tiny: no converter for aten.histc"


def test_weights_can_be_exchanged_where_networks_share_a_structure(
    fake: FakeTensorRT, tmp_path: Path
) -> None:
    made = compiler()
    plans = {"alone": "", "first": "slim", "second": "slim", "other": "wide"}
    for name, structure in plans.items():
        (tmp_path / name).mkdir()
        network = picture_network(structure=structure)
        made.compile(replace(blueprint(Precision.FP16), network=network), tmp_path / name)

    alone, first, second, other = (options for _, options in fake.asked)
    assert alone["immutable_weights"]
    assert not alone["cache_built_engines"]
    assert not alone["reuse_cached_engines"]
    for options in (first, second, other):
        assert not options["immutable_weights"]
        assert options["cache_built_engines"]
        assert options["reuse_cached_engines"]
    assert first["engine_cache_dir"] == second["engine_cache_dir"]
    assert first["engine_cache_dir"] != other["engine_cache_dir"]
    assert first["engine_cache_dir"].startswith(str(tmp_path))


def test_weights_are_not_exchanged_in_the_engine_of_another_card(
    fake: FakeTensorRT, tmp_path: Path
) -> None:
    network = replace(blueprint(Precision.FP16), network=picture_network(structure="slim"))
    for gpu in ("a card", "another card"):
        fake.gpu = gpu
        (tmp_path / gpu).mkdir()
        compiler().compile(network, tmp_path / gpu)

    first, second = (options["engine_cache_dir"] for _, options in fake.asked)
    assert first != second


def test_a_gpu_that_is_too_small_is_one_line(fake: FakeTensorRT, tmp_path: Path) -> None:
    fake.error = RuntimeError("CUDA out of memory.\nTried to allocate 20 GiB")
    with pytest.raises(VidstyleError, match=r"^cpu is out of memory for tiny \(48x32\)"):
        compiler().compile(blueprint(Precision.FP32), tmp_path)


def test_the_version_of_tensorrt_is_a_fact(fake: FakeTensorRT) -> None:
    assert compiler().facts() == {
        "backend_version": f"torch_tensorrt {VERSION} (tensorrt 11.0.1)",
        "device": "a card",
    }


@pytest.mark.parametrize("flavour", Flavour)
def test_either_flavour_will_do(fake: FakeTensorRT, flavour: Flavour) -> None:
    fake.tensorrt_package_name = flavour
    assert compiler()._flavour is flavour
