"""A small sweep that needs nothing but what comes with vidstyle."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vidstyle.evaluation.ablation.sweep import Sweep
from vidstyle.video.pictures import write_picture
from vidstyle.weights.manifest import SHIPPED, Manifest
from vidstyle.weights.store import WeightStore

MakeSweep = Callable[..., Sweep]


@pytest.fixture
def store() -> WeightStore:
    """Of what comes with vidstyle alone: nothing is looked for elsewhere."""
    entries = [replace(entry, url=None) for entry in Manifest.read().entries]
    return WeightStore(manifest=Manifest(tuple(entries)), folders=[SHIPPED])


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Any]:
    """`[[pairs]]` with pictures that are there."""
    random = np.random.default_rng(0)
    for name in ("content", "style"):
        picture = np.kron(random.integers(0, 256, (5, 6, 3)), np.ones((10, 10, 1)))
        write_picture(tmp_path / f"{name}.png", picture.astype(np.uint8))
    return {"content": str(tmp_path / "content.png"), "style": str(tmp_path / "style.png")}


@pytest.fixture
def make_sweep(tmp_path: Path, pair: dict[str, Any]) -> MakeSweep:
    """Makes sweeps of two iterations on a picture of 40 pixels, with that grid."""

    def make(grid: dict[str, list[Any]], **options: Any) -> Sweep:
        common = {"features": "shipped", "iterations": 2, "scales": 1, **options}
        return Sweep.model_validate(
            {
                "sweep": {"folder": tmp_path / "out", "size": 40},
                "pairs": [pair],
                "grid": grid,
                "options": {name: v for name, v in common.items() if name not in grid},
            }
        )

    return make
