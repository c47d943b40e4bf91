from pathlib import Path

import numpy as np
import pytest

from benchmarks import gatys_quality
from benchmarks.gatys_quality import at_equal_content, clip_score, known_by, painted, picture_score
from benchmarks.yardstick import ClipScore, Pair, PictureScore
from vidstyle.stylizers.gatys.options import Features, GatysOptions
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import write_picture

QUICK = GatysOptions(features=Features.SHIPPED, iterations=1, following_iterations=1, scales=1)


def some_picture(path: Path, *, seed: int) -> Path:
    picture = np.random.default_rng(seed).integers(0, 256, (40, 48, 3), np.uint8)
    write_picture(path, picture)
    return path


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    (tmp_path / "content").mkdir()
    (tmp_path / "style").mkdir()
    return Pair(
        some_picture(tmp_path / "content/cat.png", seed=0),
        some_picture(tmp_path / "style/sea.png", seed=1),
    )


def test_a_picture_is_painted_once(
    tmp_path: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = PictureScore(pairs=1, style=0.1, content=0.2, ssim=0.3)
    monkeypatch.setattr(gatys_quality, "score_pictures", lambda *_: score)
    calls: list[RgbPicture] = []

    def paint(content: RgbPicture, style: RgbPicture) -> RgbPicture:
        calls.append(style)
        return content

    for _ in range(2):
        assert picture_score(pair, paint, tmp_path / "work") == score

    assert len(calls) == 1
    assert (tmp_path / "work" / "cat__sea" / "cat__sea.png").exists()


def test_a_clip_is_painted_once_and_scored_as_a_clip(
    tmp_path: Path, shared_clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[Path] = []

    def score(source: Path, output: Path, *, style: Path, width: int, count: int) -> ClipScore:
        scored.append(output)
        return ClipScore(excess_1=0.0, excess_10=0.0, style=float(width), content=float(count))

    monkeypatch.setattr(gatys_quality, "score_clip", score)
    style = some_picture(tmp_path / "sea.png", seed=1)
    clip = shared_clips / "bedroom_540p.mp4"

    first = clip_score(clip, style, QUICK, 2, tmp_path / "work")
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*.png")}
    again = clip_score(clip, style, QUICK, 2, tmp_path / "work")

    assert first == again
    assert (first.style, first.content) == (256.0, 2.0)
    assert len(written) == 2
    assert all(path.stat().st_mtime_ns == moment for path, moment in written.items())
    assert scored[0].exists()


def test_frames_keep_their_sizes() -> None:
    contents = [np.full((33, 47, 3), 90, np.uint8)] * 2

    results = painted(contents, np.full((40, 40, 3), 200, np.uint8), QUICK)

    assert [result.shape for result in results] == [(33, 47, 3)] * 2


def test_other_weights_have_another_name() -> None:
    assert known_by(QUICK) == known_by(GatysOptions(**vars(QUICK)))
    assert known_by(GatysOptions()) != known_by(GatysOptions(style_weight=9.0))


def test_style_at_equal_content_lies_between() -> None:
    assert at_equal_content([(2.0, 0.5), (8.0, 2.0)]) == pytest.approx(4.0)
    assert at_equal_content([(16.0, 4.0), (3.0, 1.0), (8.0, 2.0)]) == pytest.approx(3.0)
