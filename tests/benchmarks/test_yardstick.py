from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from benchmarks.yardstick import (
    CLIP_FRAMES,
    Pair,
    read_frames,
    shared,
    square,
    validation_pairs,
    write_frames,
)
from vidstyle.errors import UsageError


def test_pictures_are_prepared_as_the_yardstick_does(score: ModuleType, shared_data: Path) -> None:
    for path in (
        shared_data / "val/content/bsds_2092.jpg",
        shared_data / "val/style/kao_00002488.jpg",
        shared_data / "styles_hd/great_wave.jpg",
    ):
        theirs = score.square(path, 256)[0].permute(1, 2, 0).mul(255).round().byte().numpy()
        assert np.array_equal(square(path), theirs), path.name


def test_frames_are_read_as_the_yardstick_does(score: ModuleType, shared_clips: Path) -> None:
    path = shared_clips / "bedroom_540p.mp4"
    ours, theirs = read_frames(path), score.read_frames(path, 512, CLIP_FRAMES)
    assert len(ours) == len(theirs) == CLIP_FRAMES
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_clips_are_written_without_visible_loss(tmp_path: Path, shared_clips: Path) -> None:
    frames = read_frames(shared_clips / "bedroom_540p.mp4")[:5]
    write_frames(tmp_path / "clip.mp4", frames)
    found = read_frames(tmp_path / "clip.mp4")
    assert len(found) == 5
    errors = [np.abs(a.astype(int) - b).mean() for a, b in zip(frames, found, strict=True)]
    assert max(errors) < 2.0  # Of 255 levels; the way to YUV and back alone costs about one.


def test_few_pairs_are_spread_over_all(shared_data: Path) -> None:
    every, few = validation_pairs(200), validation_pairs(20)
    assert len(every) == 200
    assert few == every[::10]
    assert len({pair.content for pair in few}) == 20
    assert all(pair.content.exists() and pair.style.exists() for pair in every)
    assert len(validation_pairs(1000)) == 200


def test_a_pair_is_named_as_the_yardstick_wants_it() -> None:
    assert Pair(Path("a/cat.jpg"), Path("b/sea.png")).name == "cat__sea"


def test_absent_data_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIDSTYLE_SHARED", str(tmp_path))
    with pytest.raises(UsageError, match="VIDSTYLE_SHARED"):
        shared("data/val/pairs.txt")
