import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.yardstick import score_clip
from tests.video.making import Video, make_clip
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.comparison import compare
from vidstyle.runs.file import stylize_file
from vidstyle.video.pictures import write_picture
from vidstyle.weights.store import WeightStore


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "in.mp4"
    make_clip(path, Video(frames=12, width=96, height=64), container="mp4")
    return path


def test_results_are_measured_beside_their_source(clip: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mp4"
    stylize_file(clip, short, method="identity", end="0.2")

    found = compare(clip, [clip, short], width=96, frames=8)

    assert str(found.size) == "96x64"
    own, other = found.figures[clip], found.figures[short]
    assert (own.frames, own.psnr, own.perceptual) == (8, None, None)
    assert 0 < other.frames < 8
    assert other.psnr is not None
    assert other.psnr > 30
    assert found.notes == [f"{short} has {other.frames} frames: these alone were measured"]
    assert json.loads(json.dumps(found.as_dict()))["results"][0]["ssim"] == own.ssim


def test_pictures_and_folders_too(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    for name in ("a/1.png", "a/2.png", "b.png"):
        (tmp_path / "a").mkdir(exist_ok=True)
        write_picture(tmp_path / name, generator.integers(0, 255, (40, 40, 3), np.uint8))

    folder = compare(tmp_path / "a", [tmp_path / "a"], width=40)
    picture = compare(tmp_path / "a" / "1.png", [tmp_path / "b.png"], width=40)

    assert folder.figures[tmp_path / "a"].frames == 2
    (figures,) = picture.figures.values()
    assert (figures.frames, figures.flicker, figures.drift) == (1, None, None)
    assert figures.ssim < 0.5


def test_another_shape_is_told(clip: Path, tmp_path: Path) -> None:
    write_picture(tmp_path / "b.png", np.zeros((64, 64, 3), np.uint8))

    found = compare(clip, [tmp_path / "b.png"], width=96, frames=1)

    assert found.notes == [f"{tmp_path / 'b.png'} is 64x64 and was stretched: the source is 96x64"]


def test_what_cannot_be_compared(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such picture or video: .*ni\.mp4.*in\.mp4"):
        compare(tmp_path / "ni.mp4", [clip])
    with pytest.raises(UsageError, match="no such picture or video"):
        compare(clip, [tmp_path / "out.mp4"])
    with pytest.raises(UsageError, match="the name of the source is empty"):
        compare("", [clip])
    with pytest.raises(UsageError, match="the name of the result is empty"):
        compare(clip, "")
    with pytest.raises(UsageError, match="--frames is 0"):
        compare(clip, [clip], frames=0)
    with pytest.raises(UsageError, match="frames of 20x14 are too small"):
        compare(clip, [clip], width=20)
    write_picture(tmp_path / "style.png", np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(VidstyleError, match="the weights of vgg19 were not found"):
        compare(clip, [clip], style=tmp_path / "style.png", store=WeightStore(folders=[]))


def test_figures_are_the_yardsticks(
    shared_clips: Path, shared_data: Path, shared_weights: Path, tmp_path: Path
) -> None:
    source = shared_clips / "bedroom_540p.mp4"
    painted = tmp_path / "painted.mp4"
    stylize_file(source, painted, styles=["starry_night"], size="144", end="0.7")
    style = shared_data / "styles_hd" / "starry_night.jpg"

    # At their own width: the yardstick scales frames by another filter.
    found = compare(
        source,
        [painted],
        style=style,
        width=960,
        frames=11,
        store=WeightStore(folders=[shared_weights]),
    )

    figures = found.figures[painted]
    expected = score_clip(source, painted, style=style, width=960, count=11)
    assert figures.perceptual is not None
    assert figures.flicker is not None
    assert figures.perceptual.style == pytest.approx(expected.style, rel=0.02)
    assert figures.perceptual.content == pytest.approx(expected.content, rel=0.02)
    assert figures.flicker.excess == pytest.approx(expected.excess_1, abs=5e-4)
