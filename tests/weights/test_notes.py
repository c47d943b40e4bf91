from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from vidstyle.errors import VidstyleError
from vidstyle.weights.notes import open_tensors, read_notes


def test_notes_and_tensors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    tensors = {"code": np.arange(3, dtype=np.float16)}
    safetensors.numpy.save_file(tensors, path, metadata={"kind": "adain-lite"})

    assert read_notes(path) == {"kind": "adain-lite"}
    with open_tensors(path) as opened:
        assert opened.get_tensor("code").tolist() == [0, 1, 2]


def test_files_without_notes_have_none(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    safetensors.numpy.save_file({"code": np.zeros(3)}, path)

    assert read_notes(path) == {}
    assert read_notes(tmp_path / "net.pth") == {}, "no such notes in files of torch.save"


@pytest.mark.parametrize("content", [None, b"", b"no tensors", b"\xff" * 64])
def test_what_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "net.safetensors"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(
        VidstyleError, match=r"net\.safetensors (cannot be read|is damaged)"
    ) as found:
        read_notes(path)

    assert "\n" not in str(found.value)
