import errno
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from vidstyle.errors import VidstyleError
from vidstyle.files import write_whole
from vidstyle.training.checkpoint import Checkpoint, export, is_finite
from vidstyle.training.trainer import TrainingState


def checkpoint(step: int = 3) -> Checkpoint:
    return Checkpoint(
        network={"kind": "johnson", "width": 8},
        step=step,
        state=TrainingState(
            model={"weight": torch.ones(2)},
            average={"weight": torch.zeros(2)},
            optimizer={"state": {}, "param_groups": [{"lr": 0.1}]},
        ),
    )


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    checkpoint().save(path)

    found = Checkpoint.load(path, network={"kind": "johnson", "width": 8})

    assert found.step == 3
    assert found.state.model["weight"].tolist() == [1, 1]
    assert [file.name for file in tmp_path.iterdir()] == ["last.ckpt"]


def test_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    checkpoint().save(path)

    with pytest.raises(VidstyleError, match=r"another run \(width is 8 there, 16 here\)"):
        Checkpoint.load(path, network={"kind": "johnson", "width": 16})


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    checkpoint().save(path)
    torch.save(torch.load(path) | {"format": 1}, path)

    with pytest.raises(VidstyleError, match=r"another run \(format is 1 there, 3 here\)"):
        Checkpoint.load(path, network={"kind": "johnson", "width": 8})


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 cut"])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "last.ckpt"
    path.write_bytes(content)

    with pytest.raises(VidstyleError, match="damaged or no checkpoint"):
        Checkpoint.load(path, network={})


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    torch.save({"weight": torch.ones(1)}, path)

    with pytest.raises(VidstyleError, match="is no checkpoint of a run"):
        Checkpoint.load(path, network={})


def test_a_full_disk_costs_nothing_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last.ckpt"
    checkpoint(step=1).save(path)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VidstyleError, match=r"No space left on device; the one from before"):
        checkpoint(step=2).save(path)
    with pytest.raises(VidstyleError, match=r"new: No space left on device$"):
        write_whole(tmp_path / "new", b"data")

    assert Checkpoint.load(path, network={"kind": "johnson", "width": 8}).step == 1
    assert [file.name for file in tmp_path.iterdir()] == ["last.ckpt"]


def test_weights_are_exported_in_half_precision(tmp_path: Path) -> None:
    path = tmp_path / "network.safetensors"

    export({"weight": torch.full((2,), 0.1), "count": torch.tensor(7)}, path, about={"step": "3"})

    found = load_file(path)
    assert found["weight"].dtype == torch.float16
    assert found["count"].item() == 7


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_found_however_deep_it_lies(value: float) -> None:
    def state(last: float) -> dict[str, object]:
        return {"step": 3, "groups": [{"moments": (torch.ones(2), torch.tensor([0.0, last]))}]}

    assert is_finite(state(1.0))
    assert not is_finite(state(value))
