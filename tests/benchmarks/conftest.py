"""The shared data where the other tests look for it, the yardstick, and a tiny network."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.conftest import SHARED
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.lite_trunk import LiteShape
from vidstyle.training.checkpoint import export


@pytest.fixture(autouse=True)
def _shared_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDSTYLE_SHARED", str(SHARED))
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(SHARED / "weights"))


@pytest.fixture(scope="session")
def score() -> ModuleType:
    """`tools/score.py` of the shared data; the test is skipped where it is absent."""
    path = SHARED / "tools" / "score.py"
    if not path.exists():
        pytest.skip(f"needs {path} (set VIDSTYLE_SHARED)")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tiny_weights(tmp_path: Path) -> Path:
    """A weights file as `vidstyle train` leaves it, of a random adain-lite."""
    torch.manual_seed(0)
    shape = LiteShape(half=4, quarter=8, eighth=8, quarter_blocks=(1, 1), eighth_blocks=1)
    network = AdaINLite(shape, style_width=4, style_hidden=8)
    path = tmp_path / "tiny" / "network.safetensors"
    path.parent.mkdir()
    sizes = {"half": 4, "quarter": 8, "eighth": 8, "quarter_blocks": [1, 1], "eighth_blocks": 1}
    others = {"mixing_rank": 8, "style_width": 4, "style_hidden": 8, "step": 7}
    notes = {key: str(value) for key, value in {**sizes, **others}.items()}
    export(network.state_dict(), path, about={"kind": "adain-lite", **notes})
    return path
