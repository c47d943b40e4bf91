"""Fixtures that every test may use."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Hypothesis watches the clock, which says more of what else runs on the machine than of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

SHARED = Path(os.environ.get("VIDSTYLE_SHARED", Path(__file__).parents[2] / "shared")).resolve()


@pytest.fixture(scope="session")
def shared_clips() -> Path:
    """The folder of real clips; the test is skipped where it is absent."""
    return _shared("data/clips")


@pytest.fixture(scope="session")
def shared_weights() -> Path:
    """The folder of published weights; the test is skipped where it is absent."""
    return _shared("weights")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of photos, paintings and clips; the test is skipped where it is absent."""
    return _shared("data")


def _shared(part: str) -> Path:
    folder = SHARED / part
    if not folder.is_dir():
        pytest.skip(f"needs {folder} (set VIDSTYLE_SHARED)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_arrives() -> Iterator[None]:
    """A shell's background job ignores Ctrl-C, and so would every process that a test starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own cache folder, weights or engines."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("VIDSTYLE_ENGINES", str(tmp_path_factory.getbasetemp() / "engines"))
    monkeypatch.delenv("VIDSTYLE_WEIGHTS", raising=False)
