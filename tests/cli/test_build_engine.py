"""`vidstyle build-engine` and `vidstyle engines`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.engines.tiny import quickest
from tests.runs.checkpoints import johnson_checkpoint


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDSTYLE_ENGINES", str(tmp_path / "engines"))
    monkeypatch.setattr("vidstyle.runs.built_engines._MEASURED_SECONDS", 0.0)
    return tmp_path / "engines"


def test_build_list_verify_and_remove(vidstyle: Call, tmp_path: Path, store: Path) -> None:
    checkpoint = johnson_checkpoint(tmp_path / "mine.pth")
    assert vidstyle("engines").out.startswith(f"no engine is stored in {store}")

    built = vidstyle("build-engine", "-m", "johnson", "-s", checkpoint, "--size", "32x32")

    assert built.code == 0
    heads, row = built.out.splitlines()
    assert " ".join(heads.split()) == "network size precision built in parity fps eager faster"
    assert row.split()[:3] == ["johnson-mine", "32x32", quickest()]
    assert row.endswith("×")
    assert built.err.splitlines()[0] == "building johnson-mine (32x32)"

    listed = vidstyle("engines", "--verify")
    assert listed.code == 0
    assert f"johnson-mine-32x32-{quickest()}-openvino-" in listed.out
    assert "all are whole, and none is stale" in listed.out

    (path,) = store.iterdir()
    again = vidstyle("build-engine", "-m", "johnson", "-s", checkpoint, "--size", "32x32", "-q")
    assert (again.code, again.out, again.err) == (0, "", "")

    (path / "model.bin").write_bytes(b"")
    damaged = vidstyle("engines", "--verify")
    assert damaged.code == 1
    assert damaged.err == f"note: engine {path} is damaged: model.bin has another checksum\n"

    (path / "engine.json").unlink()
    headless = vidstyle("engines", "--verify")
    assert headless.code == 1
    assert headless.err == f"note: engine {path} is damaged: engine.json is unreadable\n"

    assert vidstyle("engines", "--remove", "johnson").out == f"removed {path}\n"
    assert list(store.iterdir()) == []


def test_what_is_built_is_told_where_the_next_engine_fails(
    vidstyle: Call, tmp_path: Path, store: Path
) -> None:
    checkpoint = johnson_checkpoint(tmp_path / "mine.pth")
    (tmp_path / "broken.pth").write_bytes(b"no weights")
    styles = ("-s", checkpoint, "-s", tmp_path / "broken.pth")

    built = vidstyle("build-engine", "-m", "johnson", *styles, "--size", "32x32")

    assert built.code == 1
    _heads, row = built.out.splitlines()
    assert row.startswith("johnson-mine")
    assert "broken.pth" in built.err.splitlines()[-1]


def test_wrong_usage_is_one_line(vidstyle: Call) -> None:
    outcome = vidstyle("build-engine", "--size", "big")
    assert outcome.code == 2
    assert "'big' is not a size" in outcome.error_line
    outcome = vidstyle("build-engine", "--device", "foo")
    assert outcome.code == 2
    assert "device 'foo' is not one of auto, cpu" in outcome.error_line
    outcome = vidstyle("engines", "--remove", "nothing")
    assert outcome.code == 2
    assert "no stored engine's name begins with 'nothing'" in outcome.error_line
