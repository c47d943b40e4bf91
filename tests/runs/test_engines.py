"""Engines built ahead, listed, checked, removed, and used by runs."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.engines.tiny import psnr, quickest
from tests.runs.checkpoints import johnson_checkpoint
from vidstyle.engines import Backend, Goal, Precision
from vidstyle.engines.record import EngineRecord
from vidstyle.engines.store import EngineStore
from vidstyle.errors import UsageError
from vidstyle.runs import built_engines
from vidstyle.runs.built_engines import build_engines
from vidstyle.runs.file import stylize_file
from vidstyle.runs.image import stylize_image
from vidstyle.runs.loading import load_stylizer
from vidstyle.runs.parity import measure_parity
from vidstyle.runs.stored_engines import engines_folder, remove_engines, stored_engines
from vidstyle.stylizers import Method
from vidstyle.video.convert import Size
from vidstyle.video.pictures import read_picture, write_picture

SIZE = "48x36"

_RUN = """
import sys
from vidstyle.cli import app
sys.argv = ["vidstyle", *sys.argv[1:]]
code = app._run()
sys.exit(f"exit {code}, torch imported: {'torch' in sys.modules}")
"""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return johnson_checkpoint(tmp_path_factory.mktemp("weights") / "mine.pth")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def _use_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDSTYLE_ENGINES", str(store))
    monkeypatch.setattr(built_engines, "_MEASURED_SECONDS", 0.0)


@pytest.fixture
def built(checkpoint: Path) -> str:
    """The name of the engine of `checkpoint` at SIZE."""
    (report,) = build_engines(method="johnson", styles=[checkpoint], sizes=[SIZE])
    return report.record.key.file_name


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """A folder of two pictures of SIZE."""
    (tmp_path / "frames").mkdir()
    noise = np.random.default_rng(0).integers(0, 255, (2, 36, 48, 3), np.uint8)
    for index, picture in enumerate(noise):
        write_picture(tmp_path / "frames" / f"{index}.png", picture)
    return tmp_path / "frames"


def run(*arguments: object) -> str:
    """What a command of its own process says, and whether it has imported torch."""
    command = [sys.executable, "-c", _RUN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_building_tells_what_it_does_and_measures(checkpoint: Path) -> None:
    messages: list[str] = []
    first, second = build_engines(
        method="johnson",
        styles=[checkpoint],
        sizes=["40x32", "32x40"],
        force=True,
        on_message=messages.append,
    )

    assert messages == [
        "building johnson-mine (40x32)",
        "measuring johnson-mine (40x32) against eager",
        "building johnson-mine (32x40)",
        "measuring johnson-mine (32x40) against eager",
    ]
    assert (first.record.key.size, second.record.key.size) == ("40x32", "32x40")
    assert first.is_new
    assert psnr(first.record) > 40
    assert first.record.build_seconds > 0
    assert first.fps is not None
    assert first.eager_fps is not None
    assert min(first.fps, first.eager_fps) > 0


def test_the_shipped_network_is_near_enough_in_int8() -> None:
    _, *reports = build_engines(method="adain", sizes=["320x180"], precision="int8")
    for report, name in zip(reports, ("adain-lite", "adain-lite yuv420p"), strict=True):
        assert report.record.key.network == name
        assert report.record.key.precision is Precision.INT8
        model = (EngineStore().path(report.record.key) / "model.xml").read_text()
        assert model.count('type="FakeQuantize"') > 20, "it is not fp32 under another name"


def test_what_is_there_is_not_built_again(checkpoint: Path, built: str) -> None:
    (report,) = build_engines(method="johnson", styles=[checkpoint], sizes=[SIZE])
    assert not report.is_new
    assert report.record.key.file_name == built


def test_engines_for_several_frames_serve_files_where_they_are_faster(
    checkpoint: Path, store: Path
) -> None:
    one, several = build_engines(method="johnson", styles=[checkpoint], sizes=["64x64"], batch=3)
    assert (one.record.key.size, several.record.key.size) == ("64x64", "64x64 ×3")
    assert several.fps is not None
    assert several.record.fps == pytest.approx(several.fps, abs=0.01)

    def batch(goal: Goal) -> int:
        loaded = load_stylizer(
            "johnson",
            styles=[checkpoint],
            device="cpu",
            goal=goal,
            size=Size(64, 64),
            backend="openvino",
        )
        return loaded.batch

    for faster, expected in ((one, {1, 2, 4}), (several, {3, 6, 12})):
        for report in (one, several):
            fps = 2.0 if report is faster else 1.0
            replace(report.record, fps=fps).write(store / report.record.key.file_name)
        assert batch(Goal.THROUGHPUT) in expected, "times as many as are painted side by side"
        assert batch(Goal.LATENCY) == 1


def test_sizes_are_rounded_up_as_runs_do(checkpoint: Path, built: str) -> None:
    (report,) = build_engines(method="johnson", styles=[checkpoint], sizes=["46x33"])
    assert (report.record.key.size, report.is_new) == (SIZE, False)


@pytest.mark.parametrize(
    ("method", "network", "planar"),
    [("adain", "adain-lite", ["adain-lite yuv420p"]), ("adain-vgg19", "adain-vgg19 relu3_1", [])],
)
def test_adain_has_engines_for_styles_and_for_frames(
    shared_weights: Path,
    frames: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    network: str,
    planar: list[str],
) -> None:
    """And with these a run needs no PyTorch."""
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    reports = build_engines(method=method, sizes=[SIZE])
    assert [(report.record.key.network, report.record.key.size) for report in reports] == [
        (f"{network} style", "any size"),
        *((each, SIZE) for each in (network, *planar)),
    ]
    assert reports[0].fps is None

    arguments = ["file", frames, "-o", frames.parent / "out", "--style", frames / "0.png"]
    said = run(*arguments, "--device", "cpu", "--method", method)
    assert said.startswith(f"{network} · openvino · {quickest()} · cpu · {SIZE}\n")
    assert said.endswith("exit 0, torch imported: False\n")


def test_a_run_with_a_stored_engine_draws_as_eager_does_without_torch(
    checkpoint: Path, built: str, frames: Path
) -> None:
    arguments = ["--method", "johnson", "--style", checkpoint, "--device", "cpu"]
    said = run("file", frames, "-o", frames.parent / "fast", *arguments)
    assert said.startswith(f"johnson-mine · openvino · {quickest()} · cpu · {SIZE}\n")
    assert said.endswith("exit 0, torch imported: False\n")
    stylize_file(
        frames, frames.parent / "eager", method="johnson", styles=[checkpoint], backend="eager"
    )

    for fast, eager in zip(
        sorted(frames.parent.glob("fast/*")), sorted(frames.parent.glob("eager/*")), strict=True
    ):
        pictures = read_picture(eager)[None], read_picture(fast)[None]
        parity = measure_parity(*pictures, np.zeros_like(pictures[0]))
        assert parity.psnr > 40


def test_pictures_use_a_stored_engine(checkpoint: Path, built: str, frames: Path) -> None:
    messages: list[str] = []
    result = stylize_image(
        [frames],
        frames.parent / "out",
        method="johnson",
        styles=[checkpoint],
        device="cpu",
        on_start=messages.append,
        on_message=messages.append,
    )
    assert result.network == f"johnson-mine · openvino · {quickest()} · cpu"
    assert messages == [f"johnson-mine · openvino · {quickest()} · cpu · 2 pictures"]


def test_listing_and_verifying(built: str) -> None:
    (engine,) = [each for each in stored_engines(verify=True) if each.path.name == built]
    assert engine.problem is None
    assert engine.record is not None
    assert engine.bytes > 6e6
    assert engine.path.parent == engines_folder()


def test_verifying_names_what_is_wrong(built: str, store: Path) -> None:
    path = store / built
    weights = (path / "model.bin").read_bytes()
    (path / "model.bin").write_bytes(weights[:-1])
    assert problem(path) == f"engine {path} is damaged: model.bin has another checksum"
    (path / "model.bin").write_bytes(weights)
    assert problem(path) is None

    sidecar = (path / "engine.json").read_text()
    foreign = store / f"{built}-copy"
    path.rename(foreign)
    assert problem(foreign) == f"engine {foreign} is foreign: its name should be {built}"
    foreign.rename(path)

    record = EngineRecord.read(path)
    old = replace(record, key=replace(record.key, engine_format=1))
    old.write(path)
    stale = path.rename(store / old.key.file_name)
    assert problem(stale) == f"engine {stale} is stale: built with another engine format"
    stale.rename(path)

    (path / "engine.json").write_text("{}")
    assert problem(path) == f"engine {path} is damaged: engine.json is unreadable"
    (path / "engine.json").write_text(sidecar)


def problem(path: Path) -> str | None:
    (found,) = [each.problem for each in stored_engines(verify=True) if each.path == path]
    return found


def test_removing(built: str, store: Path) -> None:
    with pytest.raises(UsageError, match="no stored engine's name begins with 'joe'"):
        remove_engines([built, "joe"])
    assert (store / built).is_dir()

    assert remove_engines([built[:24], built]) == [store / built]

    assert not (store / built).exists()


def test_removing_what_is_stale_leaves_what_other_machines_use(
    built: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = EngineRecord.read(store / built)
    old = replace(record.key, engine_format=1)
    elsewhere = replace(record.key, backend=Backend.TENSORRT)
    for key in (old, elsewhere):
        shutil.copytree(store / built, store / key.file_name)
        replace(record, key=key).write(store / key.file_name)
    (store / f"damaged-{'0' * 12}").mkdir()
    monkeypatch.setattr("vidstyle.engines.backends._has_tensorrt", lambda: False)

    removed = remove_engines(["stale"])

    assert {path.name for path in removed} == {old.file_name, f"damaged-{'0' * 12}"}
    assert (store / built).is_dir()
    assert (store / elsewhere.file_name).is_dir()


def test_removing_all(built: str) -> None:
    assert remove_engines(["all"])
    assert stored_engines() == []
    assert remove_engines(["all"]) == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"sizes": ["720"]}, "size 720 has no height"),
        ({"sizes": ["9x9"]}, "size 9x9 is out of range"),
        ({"precision": "fp16"}, "openvino on cpu computes in .*int8, not in fp16"),
        ({"batch": 0}, "batch 0 is out of range: it goes from 1 to 64"),
        ({"batch": 65}, "batch 65 is out of range"),
        ({"backend": "eager"}, "backend eager needs no engine"),
        ({"backend": "tensor"}, "'tensor' is not one of"),
        ({"method": "identity"}, "identity has no engine"),
        ({"method": "johnson", "styles": ["cady"]}, "did you mean 'candy'"),
    ],
)
def test_what_cannot_be_built(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        build_engines(**options)  # type: ignore[arg-type] # wrong arguments are what is tested


def test_without_weights_a_style_has_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built_engines, "known_styles", lambda: {Method.JOHNSON: []})
    with pytest.raises(UsageError, match="no weights of johnson are on this machine"):
        build_engines(method="johnson")
