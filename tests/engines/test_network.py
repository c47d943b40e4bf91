from pathlib import Path

import pytest

from tests.engines.tiny import picture_network
from vidstyle.engines import Input
from vidstyle.engines.network import weights_digest
from vidstyle.errors import VidstyleError

ANY_SIZE = Input(dtype="uint8", shape=(None, None, None, 3))


def test_a_network_at_a_size() -> None:
    network = picture_network(inputs=(ANY_SIZE, Input(dtype="float32", shape=(1,))))

    assert network.size == "any size"
    assert network.at(height=360, width=640).size == "640x360"
    assert str(network.at(height=360, width=640).inputs[0]) == "uint8 1×360×640×3"


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
