from pathlib import Path

import numpy as np
import pytest

from tests.engines.tiny import HEIGHT, WIDTH, picture_network
from vidstyle.engines import Input, open_eager
from vidstyle.engines.network import weights_digest
from vidstyle.errors import VidstyleError

ANY_SIZE = Input(dtype="uint8", shape=(None, None, None, 3))


def test_a_network_at_a_size() -> None:
    network = picture_network(inputs=(ANY_SIZE, Input(dtype="float32", shape=(1,))))

    assert network.size == "any size"
    assert network.at(height=360, width=640).size == "640x360"
    assert str(network.at(height=360, width=640).inputs[0]) == "uint8 1×360×640×3"


def test_a_network_of_planes_at_a_size() -> None:
    network = picture_network(inputs=(ANY_SIZE, Input(dtype="float32", shape=(1,)))).planar()

    assert network.name == "tiny yuv420p"
    assert network.size == "any size"
    at_a_size = network.at(height=360, width=640)
    assert at_a_size.size == "640x360"
    assert at_a_size.together(4).size == "640x360 ×4"
    assert [str(each) for each in at_a_size.inputs] == [
        "uint8 1×540×640",
        "float32 1",
        "float32 2×3×4",
    ]
    fixed = picture_network().planar()
    assert (fixed.size, str(fixed.inputs[0])) == ("48x32", "uint8 1×48×48")


def test_a_network_of_planes_has_examples_of_them() -> None:
    network = picture_network().planar()
    frame = np.full((1, HEIGHT, WIDTH, 3), 77, np.uint8)

    example = network.examples(network.make(), frame, frame)

    assert [(str(each.dtype), each.shape) for each in example] == [
        (each.dtype, each.fixed_shape) for each in network.inputs
    ]
    planes = example[0]
    assert np.unique(planes[:, :HEIGHT]).tolist() == [77]
    assert np.unique(planes[:, HEIGHT:]).tolist() == [128]
    result = open_eager(network, device="cpu")(*example)
    assert result.dtype == np.uint8
    assert result.shape == planes.shape


def test_the_digest_tells_contents_and_their_order(tmp_path: Path) -> None:
    first, second, copy = (tmp_path / name for name in "abc")
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    copy.write_bytes(b"1")

    assert weights_digest([first, second]) == weights_digest([copy, second])
    assert weights_digest([first, second]) != weights_digest([second, first])
    assert len(weights_digest([first])) == 64


def test_weights_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"gone cannot be read \(No such file"):
        weights_digest([tmp_path / "gone"])
