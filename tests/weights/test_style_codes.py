from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from vidstyle.errors import VidstyleError
from vidstyle.weights.manifest import Manifest, WeightsEntry
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE, STYLE_CODES, WEIGHTS_NOTE, StyleCodes

WEIGHTS = "0" * 64


def codes_file(folder: Path, *, weights: str | None = WEIGHTS) -> Path:
    path = folder / "codes.safetensors"
    codes = {
        "starry": np.array([1, 2, 0.5], np.float16),
        "ink": np.array([4, 5, -6], np.float16),
    }
    note = {} if weights is None else {WEIGHTS_NOTE: weights}
    safetensors.numpy.save_file(codes, path, metadata=note)
    return path


def store(folder: Path, *, known: bool = True) -> WeightStore:
    """Knows adain-lite as WEIGHTS, and the codes as the file in `folder`."""
    paths = {ADAIN_LITE: folder / "net", STYLE_CODES: folder / "codes.safetensors"}
    path = paths[STYLE_CODES]
    hashes = {
        ADAIN_LITE: WEIGHTS,
        STYLE_CODES: sha256(path.read_bytes()).hexdigest() if path.exists() else None,
    }
    entries = tuple(
        WeightsEntry(
            name=name,
            architecture="any",
            file=file.name,
            licence="CC0",
            source="here",
            sha256=hashes[name],
        )
        for name, file in paths.items()
        if known
    )
    return WeightStore(manifest=Manifest(entries), folders=[folder], cache=folder)


def test_names_and_codes(tmp_path: Path) -> None:
    codes_file(tmp_path)

    codes = StyleCodes.find(store(tmp_path))

    assert codes is not None
    assert codes.names == ("ink", "starry")
    assert codes.code("starry").tolist() == [[1, 2, 0.5]]
    assert codes.code("starry").dtype == np.float32


def test_where_there_are_none(tmp_path: Path) -> None:
    assert StyleCodes.find(store(tmp_path)) is None
    assert StyleCodes.find(store(tmp_path, known=False)) is None


def test_codes_of_other_weights_are_refused(tmp_path: Path) -> None:
    codes_file(tmp_path, weights="1" * 64)

    with pytest.raises(VidstyleError, match="belong to other weights of adain-lite") as found:
        StyleCodes.find(store(tmp_path))

    assert "\n" not in str(found.value)


def test_codes_of_unknown_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match="does not say which weights"):
        StyleCodes.read(codes_file(tmp_path, weights=None))
