import os
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from vidstyle.errors import VidstyleError
from vidstyle.weights.checkpoint import load_checkpoint, read_state_dict, stored_state_dict
from vidstyle.weights.manifest import Manifest, WeightsEntry
from vidstyle.weights.store import WeightStore


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3)
        self.in1 = nn.InstanceNorm2d(4, affine=True)


class MarksThatItRan:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.fixture
def state() -> dict[str, Tensor]:
    return {name: torch.randn_like(tensor) for name, tensor in Small().state_dict().items()}


def saved(content: object, path: Path) -> Path:
    torch.save(content, path)
    return path


def loaded(path: Path) -> dict[str, Tensor]:
    module = Small()
    load_checkpoint(module, path)
    return dict(module.state_dict())


def complaint(path: Path) -> str:
    with pytest.raises(VidstyleError) as caught:
        loaded(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".model"])
def test_what_torch_saved(tmp_path: Path, state: dict[str, Tensor], suffix: str) -> None:
    result = loaded(saved(state, tmp_path / f"net{suffix}"))

    torch.testing.assert_close(result, state)


def test_the_old_format_of_torch(tmp_path: Path, state: dict[str, Tensor]) -> None:
    path = tmp_path / "net.pth"
    torch.save(state, path, _use_new_zipfile_serialization=False)

    torch.testing.assert_close(loaded(path), state)


def test_half_precision_safetensors(tmp_path: Path, state: dict[str, Tensor]) -> None:
    half = {name: tensor.half() for name, tensor in state.items()}
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file(half, path)

    assert {t.dtype for t in read_state_dict(path).values()} == {torch.float32}
    torch.testing.assert_close(loaded(path), {name: t.float() for name, t in half.items()})


def test_wrappings_are_taken_off(tmp_path: Path, state: dict[str, Tensor]) -> None:
    wrapped = {"epoch": 3, "state_dict": {f"module.{name}": t for name, t in state.items()}}

    torch.testing.assert_close(loaded(saved(wrapped, tmp_path / "net.pth")), state)


def test_old_running_statistics_are_left_out(tmp_path: Path, state: dict[str, Tensor]) -> None:
    old = {**state, "in1.running_mean": torch.zeros(4), "in1.running_var": torch.ones(4)}

    torch.testing.assert_close(loaded(saved(old, tmp_path / "net.pth")), state)


def test_running_statistics_that_are_used_stay(tmp_path: Path) -> None:
    module, trained = nn.BatchNorm2d(2), nn.BatchNorm2d(2)
    trained(torch.rand(1, 2, 4, 4))

    load_checkpoint(module, saved(trained.state_dict(), tmp_path / "net.pth"))

    torch.testing.assert_close(module.state_dict(), trained.state_dict())


def test_a_wrong_shape(tmp_path: Path, state: dict[str, Tensor]) -> None:
    state["conv1.weight"] = torch.zeros(8, 3, 3, 3)

    message = complaint(saved(state, tmp_path / "net.pth"))
    assert "does not fit Small" in message
    assert "conv1.weight has shape (8, 3, 3, 3), expected (4, 3, 3, 3)" in message


def test_wrong_names(tmp_path: Path, state: dict[str, Tensor]) -> None:
    state["conv9.weight"], state["conv9.bias"] = state.pop("conv1.weight"), torch.zeros(1)

    message = complaint(saved(state, tmp_path / "net.pth"))
    assert "lacks conv1.weight and has unknown conv9.weight and 1 more" in message


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"\x80\x02garbage", b"PK\x03\x04zip"])
def test_bytes_that_are_no_checkpoint(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)

    assert "no checkpoint" in complaint(path)


def test_a_truncated_checkpoint(tmp_path: Path, state: dict[str, Tensor]) -> None:
    path = saved(state, tmp_path / "net.pth")
    path.write_bytes(path.read_bytes()[:-200])

    assert "no checkpoint" in complaint(path)


def test_code_in_a_pickle_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    path = saved({"weight": MarksThatItRan(mark)}, tmp_path / "net.pth")

    assert "expected tensors alone" in complaint(path)
    assert not mark.exists()


@pytest.mark.parametrize("content", [[1, 2], {"weight": 1}, {}, torch.zeros(1)])
def test_something_else_that_torch_saved(tmp_path: Path, content: object) -> None:
    assert "holds no weights" in complaint(saved(content, tmp_path / "net.pth"))


def test_a_picture(tmp_path: Path) -> None:
    assert "is no weights file: expected .safetensors" in complaint(tmp_path / "starry.jpg")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for suffix in (".pth", ".safetensors"):
        assert "No such file" in complaint(tmp_path / f"net{suffix}")


@pytest.mark.parametrize("bgr", [False, True])
def test_a_published_network_that_takes_blue_first_is_turned_round(
    tmp_path: Path, bgr: bool
) -> None:
    weights = torch.rand(2, 3, 1, 1)
    torch.save({"features.0.weight": weights}, tmp_path / "theirs.pth")
    entry = WeightsEntry(
        name="vgg",
        architecture="vgg19",
        file="ours.safetensors",
        licence="CC0",
        source="here",
        published="theirs.pth",
        bgr=bgr,
    )
    store = WeightStore(manifest=Manifest((entry,)), folders=[tmp_path])
    found = stored_state_dict("vgg", store)["features.0.weight"]
    assert torch.equal(found, weights.flip(1) if bgr else weights)


def test_the_state_of_a_training_run_is_not_its_result(tmp_path: Path) -> None:
    torch.save({"step": 3, "average": {}, "optimizer": {}, "model": {}}, tmp_path / "last.ckpt")
    with pytest.raises(VidstyleError, match=r"last\.ckpt is the state of a training run: give net"):
        read_state_dict(tmp_path / "last.ckpt")
