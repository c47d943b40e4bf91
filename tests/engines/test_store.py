"""Engines on disk: whole, damaged, foreign, stale, and fought for."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

import pytest

from tests.engines.test_key import KEY
from vidstyle.engines import Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.parity import Parity
from vidstyle.engines.record import SIDECAR, BadEngineError, EngineRecord, checksums
from vidstyle.engines.store import CACHES, EngineStore
from vidstyle.errors import VidstyleError


def write(folder: Path, key: EngineKey, content: bytes) -> None:
    """What a build does in its draft."""
    (folder / "model.bin").write_bytes(content)
    record = EngineRecord(
        key=key,
        files=checksums(folder, ["model.bin"]),
        parity=Parity(psnr=80.5, ssim=0.99),
        build_seconds=1.5,
        built="2026-11-21T10:00:00+00:00",
    )
    record.write(folder)


def put(store: EngineStore, key: EngineKey = KEY, content: bytes = b"model") -> Path:
    with store.draft(key) as folder:
        write(folder, key, content)
    return store.path(key)


def content(store: EngineStore) -> bytes:
    return (store.path(KEY) / "model.bin").read_bytes()


@pytest.fixture
def store(tmp_path: Path) -> EngineStore:
    return EngineStore(tmp_path / "engines")


def test_an_empty_store(store: EngineStore) -> None:
    assert store.find(KEY) is None
    assert store.stale(KEY) is None
    assert store.paths() == []


def test_an_engine_is_found_again(store: EngineStore) -> None:
    path = put(store)

    record = store.find(KEY)

    assert record is not None
    assert (record.key, record.parity, record.build_seconds) == (
        KEY,
        Parity(psnr=80.5, ssim=0.99),
        1.5,
    )
    assert store.paths() == [path] == list(store.folder.iterdir())


def test_the_fastest_of_several_batches_comes_first(store: EngineStore) -> None:
    for batch, fps in ((1, 20.0), (2, None), (4, 30.0), (8, 10.0)):
        record = EngineRecord.read(put(store, KEY.together(batch)))
        replace(record, fps=fps).write(store.path(record.key))
    put(store, replace(KEY, precision=Precision.INT8).together(16))

    assert [key.batch for key in store.batches(KEY)] == [4, 1, 8, 2]


def test_an_engine_may_be_made_from_one_of_the_same_structure(store: EngineStore) -> None:
    candy = replace(KEY, network="johnson-candy", weights="1" * 64, structure="johnson")
    udnie = replace(candy, network="johnson-udnie", weights="2" * 64)
    path = put(store, candy)

    assert store.donor(udnie) == path
    assert store.donor(candy) is None, "its own"
    assert store.donor(udnie.together(2)) is None
    assert store.donor(replace(udnie, structure="slim")) is None
    assert store.donor(replace(udnie, device="another")) is None
    put(store, replace(KEY, weights="3" * 64))
    assert store.donor(KEY) is None, "it has no structure in common with others"
    flipped(path)
    assert store.donor(udnie) is None, "it is damaged"


def cut_short(path: Path) -> None:
    os.truncate(path / "model.bin", 2)


def flipped(path: Path) -> None:
    (path / "model.bin").write_bytes(b"modem")


def without_model(path: Path) -> None:
    (path / "model.bin").unlink()


def without_sidecar(path: Path) -> None:
    (path / SIDECAR).unlink()


def with_half_a_sidecar(path: Path) -> None:
    os.truncate(path / SIDECAR, 50)


def with_another_sidecar(path: Path) -> None:
    (path / SIDECAR).write_text("[1, 2]")


def without_parity(path: Path) -> None:
    facts = json.loads((path / SIDECAR).read_text())
    del facts["parity"]["psnr"]
    (path / SIDECAR).write_text(json.dumps(facts))


def with_parity_in_words(path: Path) -> None:
    facts = json.loads((path / SIDECAR).read_text())
    facts["parity"]["psnr"] = "good"
    (path / SIDECAR).write_text(json.dumps(facts))


def without_inputs(path: Path) -> None:
    facts = json.loads((path / SIDECAR).read_text())
    facts["key"]["inputs"] = []
    (path / SIDECAR).write_text(json.dumps(facts))


DAMAGES = [
    cut_short,
    flipped,
    without_model,
    without_sidecar,
    with_half_a_sidecar,
    with_another_sidecar,
    without_parity,
    with_parity_in_words,
    without_inputs,
]


@pytest.mark.parametrize(
    "sidecar",
    [
        {"files": {}},
        {"files": {"../a": "0"}},
        {"files": {"a\0": "0"}},
        {"key": {"instructions": [5]}},
        {"key": {"device": 5}},
        {"key": {"inputs": [{"dtype": "uint8", "shape": [1, "two", 3, 3]}]}},
    ],
)
def test_a_sidecar_of_other_kinds_of_values_is_damaged(
    store: EngineStore, sidecar: dict[str, Any]
) -> None:
    path = put(store) / SIDECAR
    facts = json.loads(path.read_text())
    key = {**facts["key"], **sidecar.get("key", {})}
    path.write_text(json.dumps({**facts, **sidecar, "key": key}))
    with pytest.raises(BadEngineError, match="is damaged"):
        store.find(KEY)
    path.write_text("[" * 100_000)
    with pytest.raises(BadEngineError, match="is damaged"):
        store.find(KEY)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_engine_is_named_and_replaced(
    store: EngineStore, damage: Callable[[Path], None]
) -> None:
    path = put(store)
    damage(path)
    with pytest.raises(BadEngineError, match=f"engine {path} is damaged: ") as caught:
        store.find(KEY)
    assert "\n" not in str(caught.value)

    put(store)

    assert store.find(KEY) is not None
    assert list(store.folder.iterdir()) == [path]


def test_a_foreign_engine_under_this_name_is_refused(store: EngineStore) -> None:
    other = put(store, replace(KEY, device="Core", backend_version="1"))
    other.rename(store.path(KEY))

    with pytest.raises(BadEngineError, match="is another one: its backend version, device differ"):
        store.find(KEY)


def test_a_stale_engine_is_named_and_not_found(store: EngineStore) -> None:
    put(store, replace(KEY, network="another"))
    put(store, replace(KEY, inputs=KEY.inputs[:1]))
    stale = put(store, replace(KEY, backend_version="2025.1"))

    assert store.find(KEY) is None
    assert store.stale(KEY) == f"engine {stale} is stale: built with another backend version"


def fail_with(error: Exception, store: EngineStore) -> None:
    with store.draft(KEY) as folder:
        write(folder, KEY, b"half")
        raise error


def test_an_error_leaves_nothing(store: EngineStore) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_with(ZeroDivisionError(), store)
    assert list(store.folder.iterdir()) == []


def test_engines_of_other_cards_are_not_stale(store: EngineStore) -> None:
    cards = [replace(KEY, device=sm, instructions=(sm,)) for sm in ("sm_86", "sm_89")]
    put(store, KEY)
    put(store, cards[0])
    assert store.stale(cards[1]) is None
    assert store.stale(replace(cards[0], backend_version="2025.1")) is not None


def test_what_compilers_keep_is_removed(store: EngineStore) -> None:
    kept = store.folder / CACHES / "timing.cache"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"timings")
    half_built = store.folder / f".{KEY.file_name}.abc.part"
    half_built.mkdir()
    assert store.paths() == []
    store.clear_caches()
    store.clear_caches()
    assert not kept.exists()
    assert not half_built.exists()


def test_an_engine_without_its_record_is_listed_as_damaged(store: EngineStore) -> None:
    path = put(store)
    (path / SIDECAR).unlink()
    (store.folder / "holiday pictures").mkdir()

    assert store.paths() == [path]
    with pytest.raises(BadEngineError, match="is damaged"):
        store.find(KEY)
    store.remove(path)
    assert store.paths() == []


def test_a_home_that_nobody_has_is_taken_as_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDSTYLE_ENGINES", "~nobody here/engines")

    assert EngineStore().folder == Path("~nobody here/engines")


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path: Path) -> None:
    store = EngineStore(tmp_path / ("long" * 100))

    for look in (store.paths, lambda: store.find(KEY)):
        with pytest.raises(VidstyleError, match=r"cannot be read \(File name too long\): name ano"):
            look()


def test_no_room_is_one_line(store: EngineStore) -> None:
    with pytest.raises(VidstyleError, match=r"cannot be stored in .*No space left.*make room"):
        fail_with(OSError(28, os.strerror(28)), store)
    assert list(store.folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = EngineStore(tmp_path / "file" / "engines")
    with pytest.raises(VidstyleError, match="name another folder in VIDSTYLE_ENGINES"):
        put(store)


def test_of_two_that_build_at_once_the_first_stays(store: EngineStore) -> None:
    with store.draft(KEY) as slower:
        put(store, content=b"first")
        write(slower, KEY, b"second")

    assert content(store) == b"first"
    assert store.find(KEY) is not None
    assert list(store.folder.iterdir()) == [store.path(KEY)]


def test_a_build_that_is_forced_replaces(store: EngineStore) -> None:
    put(store, content=b"first")
    with store.draft(KEY, replace=True) as folder:
        write(folder, KEY, b"second")

    assert content(store) == b"second"
    assert list(store.folder.iterdir()) == [store.path(KEY)]


def test_what_a_killed_build_left_is_swept_and_a_running_one_is_not(store: EngineStore) -> None:
    for name, hours in ((".dead.part", 25), (".alive.part", 23)):
        (store.folder / name).mkdir(parents=True)
        (store.folder / name / "model.bin").write_bytes(b"half")
        then = time() - hours * 3600
        for path in (store.folder / name / "model.bin", store.folder / name):
            os.utime(path, (then, then))

    put(store)

    assert {path.name for path in store.folder.iterdir()} == {".alive.part", KEY.file_name}


def test_removing(store: EngineStore) -> None:
    path = put(store)
    store.remove(path)
    store.remove(path)  # Another process may have been quicker.
    assert list(store.folder.iterdir()) == []


def test_the_folder_that_the_user_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDSTYLE_ENGINES", str(tmp_path))
    assert EngineStore().folder == tmp_path


def test_in_a_checkout_engines_lie_beside_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIDSTYLE_ENGINES")
    assert EngineStore().folder == Path(__file__).parents[2] / "engines"


def test_elsewhere_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIDSTYLE_ENGINES")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("vidstyle.engines.store.__file__", "/usr/lib/vidstyle/engines/store.py")
    folder = EngineStore().folder
    assert folder.name == "engines"
    assert folder.parent.name == "vidstyle"
