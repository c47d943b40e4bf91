"""The independent yardstick of the shared folder, as a module."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def yardstick(shared_weights: Path) -> Any:
    """`score.py`; the test is skipped where it, or what it needs, is absent."""
    pytest.importorskip("PIL", reason="the yardstick needs pillow")
    path = shared_weights.parent / "tools" / "score.py"
    if not path.is_file():
        pytest.skip(f"needs {path}")
    spec = importlib.util.spec_from_file_location("yardstick", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
