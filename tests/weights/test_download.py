import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.weights.conftest import FileServer
from vidstyle.errors import VidstyleError
from vidstyle.weights.download import download

BODY = bytes(range(256)) * 4096
HASH = hashlib.sha256(BODY).hexdigest()


def test_a_whole_file_arrives(tmp_path: Path, file_server: FileServer) -> None:
    file_server.files["net"] = BODY
    destination, reports = tmp_path / "new" / "net", list[tuple[int, int]]()

    download(
        file_server.url("net"),
        destination,
        sha256=HASH,
        on_progress=lambda done, total: reports.append((done, total)),
    )

    assert destination.read_bytes() == BODY
    assert reports[-1] == (len(BODY), len(BODY))
    assert len(reports) > 1
    assert sorted(done for done, _ in reports) == [done for done, _ in reports]


def test_a_wrong_hash_leaves_nothing(tmp_path: Path, file_server: FileServer) -> None:
    file_server.files["net"] = b"something else"

    with pytest.raises(VidstyleError, match=f"has sha256 [0-9a-f]+, expected {HASH}"):
        download(file_server.url("net"), tmp_path / "net", sha256=HASH)

    assert list(tmp_path.iterdir()) == []


def test_a_broken_connection_leaves_nothing(tmp_path: Path, file_server: FileServer) -> None:
    file_server.files["net"] = BODY
    file_server.broken.add("net")

    complaint = f"broke off after {len(BODY) // 2} of {len(BODY)} bytes|IncompleteRead"
    with pytest.raises(VidstyleError, match=complaint):
        download(file_server.url("net"), tmp_path / "net", sha256=HASH)

    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named(tmp_path: Path, file_server: FileServer) -> None:
    url = file_server.url("net")

    with pytest.raises(VidstyleError, match=rf"{re.escape(url)} could not .*Not Found"):
        download(url, tmp_path / "net", sha256=HASH)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    # Port 9 (discard) is privileged and not served on test machines.
    with pytest.raises(VidstyleError, match="could not be downloaded") as caught:
        download("http://127.0.0.1:9/net", tmp_path / "net", sha256=HASH, timeout=5)

    assert "\n" not in str(caught.value)


def test_an_old_file_stays_when_the_new_one_fails(tmp_path: Path, file_server: FileServer) -> None:
    destination = tmp_path / "net"
    destination.write_bytes(b"old")

    with pytest.raises(VidstyleError):
        download(file_server.url("net"), destination, sha256=HASH)

    assert destination.read_bytes() == b"old"


def test_an_interruption_leaves_nothing(tmp_path: Path, file_server: FileServer) -> None:
    file_server.files["net"] = BODY

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(file_server.url("net"), tmp_path / "net", sha256=HASH, on_progress=interrupt)

    assert list(tmp_path.iterdir()) == []


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path, file_server: FileServer) -> None:
    file_server.files["net"] = BODY
    destination = tmp_path / "net"

    with ThreadPoolExecutor(4) as pool:
        tasks = [
            pool.submit(download, file_server.url("net"), destination, sha256=HASH)
            for _ in range(4)
        ]
    for task in tasks:
        task.result()

    assert destination.read_bytes() == BODY
    assert list(tmp_path.iterdir()) == [destination]
