"""Engines built, checked, stored and loaded for real, of tiny networks."""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.engines.tiny import (
    HEIGHT,
    WIDTH,
    MixingUp,
    Wrong,
    inputs,
    make_workshop,
    normalising,
    picture_network,
    psnr,
    separable,
    smoothing,
    statistics_network,
)
from vidstyle.engines import Backend, Engine, Goal, Network, Precision, open_eager, parity
from vidstyle.engines.compiler import Blueprint, Compiler
from vidstyle.engines.eager import EagerEngine
from vidstyle.engines.key import EngineKey
from vidstyle.engines.openvino import has_bfloat16
from vidstyle.engines.openvino_compiler import OpenVINOCompiler
from vidstyle.engines.parity import ALIKE, Parity, ParityError
from vidstyle.engines.record import SIDECAR, EngineRecord
from vidstyle.errors import VidstyleError

FP32, BF16, INT8 = Precision.FP32, Precision.BF16, Precision.INT8
NETWORK = picture_network()

_BUILD = """
from pathlib import Path
import sys
from tests.engines.tiny import make_workshop, picture_network
from vidstyle.engines import Precision
from vidstyle.errors import VidstyleError
workshop = make_workshop(Path(sys.argv[1]))
try:
    workshop.build(picture_network(), precisions=[Precision.FP32])
except VidstyleError as error:
    sys.exit(str(error))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the fp32 engine of NETWORK."""
    folder = tmp_path_factory.mktemp("engines")
    make_workshop(folder).build(NETWORK, precisions=[FP32])
    return folder


def test_an_engine_draws_what_eager_does(built: Path) -> None:
    found = make_workshop(built).find(NETWORK, precisions=[FP32])

    assert found is not None
    record, engine = found
    frames, strength = inputs()
    expected = open_eager(NETWORK, device="cpu")(frames, strength)
    result = engine(frames, strength)
    assert result.dtype == np.uint8
    assert np.abs(result.astype(int) - expected).max() <= 1
    assert psnr(record) > 60
    assert str(engine.info) == "tiny · openvino · fp32 · cpu"


class Keeping(Compiler):
    """Engines that are what they are compiled from, in PyTorch; or what another network is."""

    backend = Backend.INDUCTOR
    possible = best = (FP32,)
    device = "cpu"

    def __init__(self, instead: Network | None = None) -> None:
        self._instead = instead

    def facts(self) -> dict[str, Any]:
        return {"backend_version": "1", "device": "any", "instructions": ()}

    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        module = blueprint.module if self._instead is None else self._instead.make()
        torch.save(module, folder / "model.pt")
        return ["model.pt"]

    def load(self, folder: Path, key: EngineKey) -> Engine:
        module = torch.load(folder / "model.pt", weights_only=False)
        return EagerEngine(module, network=key.network, device=torch.device("cpu"))

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        return 1.0


def test_an_engine_of_planes_is_compared_by_the_pictures_in_them(tmp_path: Path) -> None:
    planar = NETWORK.planar()
    record, _ = make_workshop(tmp_path, compiler=Keeping()).build(planar, precisions=[FP32])

    assert record.key.size == "48x32"
    assert psnr(record) == ALIKE
    assert record.parity is not None
    assert record.parity.ssim == 1.0
    wrong = Keeping(picture_network(normalising(groups=3)).planar())
    with pytest.raises(ParityError, match=r"tiny yuv420p \(48x32\) is too far from eager"):
        make_workshop(tmp_path / "other", compiler=wrong).build(planar, precisions=[FP32])


def test_inputs_may_be_read_only_or_strided_and_outputs_are_ones_own(built: Path) -> None:
    found = make_workshop(built).find(NETWORK, precisions=[FP32])
    assert found is not None
    engine = found[1]
    frames, strength = inputs()
    frames = frames[:, ::-1]
    frames.flags.writeable = False

    first = engine(frames, strength)
    kept = first.copy()
    engine(*inputs(1))

    assert np.array_equal(first, kept)
    assert np.array_equal(engine(np.ascontiguousarray(frames), strength), kept)


def test_a_frame_of_another_size_is_one_line(built: Path) -> None:
    found = make_workshop(built).find(NETWORK, precisions=[FP32])
    assert found is not None
    with pytest.raises(VidstyleError, match=r"tiny failed on \(1, 8, 8, 3\), \(1,\): ") as caught:
        found[1](np.zeros((1, 8, 8, 3), np.uint8), np.ones(1, np.float32))
    assert "\n" not in str(caught.value)


def test_nothing_is_found_for_another_size_or_precision(built: Path) -> None:
    messages: list[str] = []
    workshop = make_workshop(built, messages)
    assert workshop.find(NETWORK.at(height=16, width=16), precisions=[FP32]) is None
    assert workshop.find(NETWORK, precisions=[INT8]) is None
    assert messages == []


def test_other_weights_make_an_engine_stale(built: Path) -> None:
    messages: list[str] = []
    retrained = picture_network(weights="2" * 64)
    assert make_workshop(built, messages).find(retrained, precisions=[FP32]) is None
    (message,) = messages
    assert message.endswith("is stale: built with another weights")


def test_int8(tmp_path: Path) -> None:
    record, engine = make_workshop(tmp_path).build(picture_network(separable()), precisions=[INT8])

    assert 30 <= psnr(record) < 90, "it is not fp32 under another name"
    assert engine.info.precision is INT8
    # The depthwise one of its three convolutions is left as it is.
    assert _in_int8(tmp_path, record) == 2


def test_int8_leaves_convolutions_of_few_channels_as_they_are(tmp_path: Path) -> None:
    record, _ = make_workshop(tmp_path).build(NETWORK, precisions=[INT8])
    assert _in_int8(tmp_path, record) == 0


def _in_int8(store: Path, record: EngineRecord) -> int:
    """How many weights of an engine are."""
    return (store / record.key.file_name / "model.xml").read_text().count('element_type="i8"')


@pytest.mark.skipif(not has_bfloat16(), reason="this CPU does not compute in bf16")
def test_bf16(tmp_path: Path) -> None:
    record, engine = make_workshop(tmp_path).build(NETWORK, precisions=[BF16, FP32])

    assert 40 <= psnr(record) < 90, "it is not fp32 under another name"
    assert engine.info.precision is BF16
    found = make_workshop(tmp_path).find(NETWORK, precisions=[BF16, FP32])
    assert found is not None
    assert found[0] == record


def test_the_next_precision_is_built_where_one_is_too_far_from_fp32(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {**parity.LIMITS, INT8: Parity(psnr=99.0)}
    monkeypatch.setattr(parity, "LIMITS", limits)
    messages: list[str] = []
    workshop = make_workshop(tmp_path, messages)

    record, _ = workshop.build(NETWORK, precisions=[INT8, FP32])

    assert record.key.precision is FP32
    (message,) = messages
    assert message.startswith("the int8 engine of tiny (48x32) is too far from eager fp32")
    found = workshop.find(NETWORK, precisions=[INT8, FP32])
    assert found is not None
    assert found[0] == record


def test_statistics_take_any_size_and_stay_in_fp32(tmp_path: Path) -> None:
    network = statistics_network()
    record, engine = make_workshop(tmp_path).build(network, precisions=[INT8])

    assert record.key.precision is FP32
    assert record.parity == Parity(psnr=psnr(record))
    eager = open_eager(network, device="cpu")
    for size in ((40, 56), (33, 20)):
        picture = np.random.default_rng(0).integers(0, 255, (1, *size, 3), np.uint8)
        np.testing.assert_allclose(engine(picture), eager(picture), atol=1e-5)


def test_instance_normalisation(tmp_path: Path) -> None:
    network = picture_network(normalising(groups=3))
    record, _ = make_workshop(tmp_path).build(network, precisions=[FP32])

    assert psnr(record) > 60
    model = (tmp_path / record.key.file_name / "model.xml").read_text()
    assert 'type="MVN"' in model
    assert "GroupNormalization" not in model, "it would crash the process at some sizes"


def test_group_normalisation_is_refused(tmp_path: Path) -> None:
    network = picture_network(normalising(groups=1))
    with pytest.raises(VidstyleError, match="cannot run group normalisation of several channels"):
        make_workshop(tmp_path).build(network, precisions=[FP32])
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_draws_something_else_is_not_stored(tmp_path: Path) -> None:
    workshop = make_workshop(tmp_path)
    with pytest.raises(ParityError, match=r"engine of tiny \(48x32\) is too far .*PSNR \d"):
        workshop.build(picture_network(Wrong()), precisions=[FP32])
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_mixes_pictures_up_is_not_stored(tmp_path: Path) -> None:
    workshop = make_workshop(tmp_path)
    network = picture_network(MixingUp())
    workshop.build(network, precisions=[FP32])
    with pytest.raises(ParityError, match=r"engine of tiny \(48x32 ×3\) is too far"):
        workshop.build(network.together(3), precisions=[FP32])


def test_a_network_is_computed_once_to_build_its_engine(tmp_path: Path) -> None:
    """Of large pictures that takes longer than all the rest."""
    inner = smoothing()
    calls: list[None] = []
    inner.register_forward_hook(lambda *_: calls.append(None))
    make_workshop(tmp_path).build(picture_network(inner), precisions=[FP32])
    assert len(calls) == 1


def test_an_engine_for_several_pictures_at_a_time(tmp_path: Path) -> None:
    record, engine = make_workshop(tmp_path).build(NETWORK.together(3), precisions=[FP32])

    assert (record.key.batch, record.key.size, engine.batch) == (3, "48x32 ×3", 3)
    assert record.key.file_name.startswith("tiny-48x32_3-fp32-openvino-")
    check_draws_as_eager(engine, counts=(1, 2, 3, 7))


def test_files_are_painted_by_the_fastest_engine(tmp_path: Path) -> None:
    workshop = make_workshop(tmp_path)
    records = [workshop.build(NETWORK.together(n), precisions=[FP32])[0] for n in (1, 2, 3)]
    for record, fps in zip(records, (20.0, 30.0, 10.0), strict=True):
        workshop.note_rate(record, fps)

    def found(**options: bool) -> int:
        result = make_workshop(tmp_path).find(NETWORK, precisions=[FP32], **options)
        assert result is not None
        return result[0].key.batch

    assert found(any_batch=True) == 2
    assert found() == 1
    (tmp_path / records[1].key.file_name / "model.bin").write_bytes(b"damaged")
    assert found(any_batch=True) == 1


def test_pictures_side_by_side_keep_their_places(built: Path) -> None:
    """As many of them as there are cores, up to four."""
    compiler = OpenVINOCompiler(goal=Goal.THROUGHPUT)
    found = make_workshop(built, compiler=compiler).find(NETWORK, precisions=[FP32])
    assert found is not None
    engine = found[1]

    assert engine.batch <= 4
    check_draws_as_eager(engine, counts=(1, 2, 3, 9))
    with pytest.raises(VidstyleError, match=r"tiny failed on \(2, 8, 8, 3\), \(1,\): "):
        engine(np.zeros((2, 8, 8, 3), np.uint8), np.ones(1, np.float32))
    check_draws_as_eager(engine, counts=(3,))


def check_draws_as_eager(engine: Engine, *, counts: Sequence[int]) -> None:
    frames, strength = inputs(count=max(counts))
    expected = open_eager(NETWORK, device="cpu")(frames, strength)
    for count in counts:
        result = engine(frames[:count], strength)
        assert result.shape == expected[:count].shape
        assert np.abs(result.astype(int) - expected[:count]).max() <= 1, count


def test_damage_is_named_and_built_over(built: Path) -> None:
    messages: list[str] = []
    workshop = make_workshop(built, messages)
    path = workshop.store.path(workshop.compiler.key(NETWORK, precision=FP32))
    (path / "model.bin").write_bytes(b"damaged")

    assert workshop.find(NETWORK, precisions=[FP32]) is None
    assert messages == [f"engine {path} is damaged: model.bin has another checksum"]
    workshop.build(NETWORK, precisions=[FP32])

    assert workshop.find(NETWORK, precisions=[FP32]) is not None


def test_what_openvino_cannot_load_is_named_and_built_over(tmp_path: Path) -> None:
    messages: list[str] = []
    workshop = make_workshop(tmp_path, messages)
    record, _ = workshop.build(NETWORK, precisions=[FP32])
    path = workshop.store.path(record.key)
    digest = record.files["model.xml"]
    (path / "model.xml").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    sidecar = (path / SIDECAR).read_text()
    (path / SIDECAR).write_text(sidecar.replace(digest, empty))

    assert workshop.find(NETWORK, precisions=[FP32]) is None
    (message,) = messages
    assert message.startswith(f"engine {path} cannot be loaded: ")
    workshop.build(NETWORK, precisions=[FP32])

    assert workshop.find(NETWORK, precisions=[FP32]) is not None


def test_what_is_measured_is_not_noted_of_another_process_s_engine(tmp_path: Path) -> None:
    ours, _ = make_workshop(tmp_path).build(NETWORK, precisions=[FP32])
    sidecar = tmp_path / ours.key.file_name / SIDECAR
    facts = json.loads(sidecar.read_text("utf-8"))
    facts["files"] = {"model.xml": "of their build"}
    sidecar.write_text(json.dumps(facts), "utf-8")

    assert make_workshop(tmp_path).note_rate(ours, 25.0).fps == 25.0

    assert json.loads(sidecar.read_text("utf-8")) == facts


def test_two_processes_end_with_one_good_engine(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _BUILD, str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(2)]

    assert [process.wait(60) for process in processes] == [0, 0]

    messages: list[str] = []
    assert make_workshop(tmp_path, messages).find(NETWORK, precisions=[FP32]) is not None
    assert len(list(tmp_path.iterdir())) == 1
    assert messages == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits are a thing of Unix")
def test_no_room_on_disk_leaves_nothing(tmp_path: Path) -> None:
    def no_large_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    done = subprocess.run(
        [sys.executable, "-B", "-c", _BUILD, str(tmp_path)],
        preexec_fn=no_large_files,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"the engine cannot be stored in {tmp_path} (")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_larger_pictures_and_int8_take_longer() -> None:
    network = picture_network(multiply_adds=154e3)

    def seconds(height: int, width: int, precision: Precision = FP32) -> float:
        sized = network.at(height=height, width=width)
        return OpenVINOCompiler().expected_seconds(sized, precision=precision)

    assert seconds(HEIGHT, WIDTH) < seconds(360, 640) < seconds(720, 1280)
    assert seconds(360, 640) < seconds(360, 640, INT8)
