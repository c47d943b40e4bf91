import hashlib
import os
from pathlib import Path

import pytest

from tests.weights.conftest import FileServer
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.weights.manifest import Manifest, WeightsEntry
from vidstyle.weights.store import WeightStore

BODY = b"weights"
HASH = hashlib.sha256(BODY).hexdigest()
THEIRS = b"weights as published"
THEIR_HASH = hashlib.sha256(THEIRS).hexdigest()


def known(
    *, sha256: str | None = HASH, url: str | None = None, published: str | None = None
) -> Manifest:
    """A manifest of one network, "tiny"."""
    entry = WeightsEntry(
        name="tiny",
        architecture="johnson",
        file="tiny.pth",
        licence="CC0",
        source="here",
        sha256=sha256,
        url=url,
        published=published,
    )
    return Manifest((entry,))


def put(folder: Path, body: bytes = BODY) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "tiny.pth"
    path.write_bytes(body)
    return path


def test_the_first_folder_wins(tmp_path: Path) -> None:
    one, two, cache = tmp_path / "one", tmp_path / "two", tmp_path / "cache"
    store = WeightStore(manifest=known(), folders=[one, two], cache=cache)
    assert store.find("tiny") is None

    for folder in (cache, two, one):
        assert store.find("tiny") != folder / "tiny.pth"
        assert put(folder) == store.find("tiny") == store.fetch("tiny")


def test_folders_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "mine")
    folders = ["", str(tmp_path / "absent"), str(tmp_path / "mine")]
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", os.pathsep.join(folders))

    assert WeightStore(manifest=known()).find("tiny") == path


def test_a_home_that_nobody_has_is_taken_as_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", "~nobody here/weights")

    with pytest.raises(VidstyleError, match=r"into ~nobody here/weights or"):
        WeightStore(manifest=known()).fetch("tiny")


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 100)

    with pytest.raises(
        VidstyleError, match=rf"{folder}\S* cannot be read \(File name too long\): allow"
    ):
        WeightStore(manifest=known(), folders=[folder]).find("tiny")


def test_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))
    (tmp_path / "vidstyle").mkdir()
    path = put(tmp_path / "vidstyle" / "weights")

    assert WeightStore(manifest=known()).find("tiny") == path


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, b"other")
    store = WeightStore(manifest=known(), folders=[tmp_path])

    with pytest.raises(VidstyleError, match=r"expected .*: replace or delete it") as caught:
        store.fetch("tiny")

    assert str(path) in str(caught.value)


def test_a_file_without_a_known_hash_is_taken(tmp_path: Path) -> None:
    path = put(tmp_path, b"anything")

    assert WeightStore(manifest=known(sha256=None), folders=[tmp_path]).find("tiny") == path


@pytest.mark.parametrize("published", ["theirs.pth", f"theirs-{THEIR_HASH[:8]}.pth"])
def test_the_file_that_the_authors_published_does_as_well(tmp_path: Path, published: str) -> None:
    store = WeightStore(manifest=known(published=published), folders=[tmp_path], cache=tmp_path)
    with pytest.raises(VidstyleError, match=f"put {published} \\(here; CC0\\) into"):
        store.fetch("tiny")
    (tmp_path / published).write_bytes(THEIRS)
    assert store.find("tiny") == tmp_path / published
    ours = put(tmp_path)
    assert store.find("tiny") == ours


def test_a_published_file_is_what_its_name_says(tmp_path: Path) -> None:
    manifest = known(published=f"theirs-{THEIR_HASH[:8]}.pth")
    (tmp_path / f"theirs-{THEIR_HASH[:8]}.pth").write_bytes(BODY)
    with pytest.raises(VidstyleError, match=f"expected {THEIR_HASH[:8]}\\): replace or delete it"):
        WeightStore(manifest=manifest, folders=[tmp_path]).find("tiny")


def test_what_is_nowhere_says_where_to_put_it(tmp_path: Path) -> None:
    folder, cache = tmp_path / "mine", tmp_path / "cache"
    store = WeightStore(manifest=known(), folders=[folder], cache=cache)

    with pytest.raises(VidstyleError) as caught:
        store.fetch("tiny")

    message = str(caught.value)
    assert f"put tiny.pth (here; CC0) into {folder} or {cache}" in message
    assert "\n" not in message


def test_a_download_goes_into_the_cache(tmp_path: Path, file_server: FileServer) -> None:
    file_server.files["tiny.pth"] = BODY
    manifest = known(url=file_server.url("tiny.pth"))
    reports = list[tuple[int, int]]()
    store = WeightStore(
        manifest=manifest,
        folders=[],
        cache=tmp_path / "cache",
        on_download=lambda *counts: reports.append(counts),
    )

    for _ in range(2):
        path = store.fetch("tiny")
        assert path == tmp_path / "cache" / "tiny.pth"

    assert path.read_bytes() == BODY
    assert reports == [(len(BODY), len(BODY))]
    assert file_server.requests == ["tiny.pth"], "the second time it is there"


def test_looking_downloads_nothing(tmp_path: Path, file_server: FileServer) -> None:
    manifest = known(url=file_server.url("tiny.pth"))

    assert WeightStore(manifest=manifest, folders=[], cache=tmp_path).find("tiny") is None
    assert file_server.requests == []


def test_a_failed_download_says_what_to_do_by_hand(tmp_path: Path, file_server: FileServer) -> None:
    manifest = known(url=file_server.url("tiny.pth"))
    store = WeightStore(manifest=manifest, folders=[], cache=tmp_path)

    with pytest.raises(VidstyleError) as caught:
        store.fetch("tiny")

    message = str(caught.value)
    assert "Not Found" in message
    assert f"try again, or put tiny.pth (here; CC0) into {tmp_path}" in message
    assert "\n" not in message


def test_an_unknown_name() -> None:
    with pytest.raises(UsageError, match="no weights are known as 'huge'"):
        WeightStore(manifest=known(), folders=[]).find("huge")
