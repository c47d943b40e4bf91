import numpy as np
import pytest
import torch

from samples.scene import Scene
from vidstyle.evaluation.clip_figures import ClipJudge
from vidstyle.evaluation.fidelity import psnr, ssim
from vidstyle.losses.features import LossNetwork
from vidstyle.nets.vgg import VGG19Features
from vidstyle.video.frame import RgbPicture


@pytest.fixture(scope="module")
def source() -> list[RgbPicture]:
    scene = Scene(160, 96)
    return [scene.render(index) for index in range(12)]


@pytest.fixture(scope="module")
def network() -> LossNetwork:
    torch.manual_seed(0)
    return LossNetwork(VGG19Features(["relu1_1", "relu4_1"]))


def test_the_source_itself(source: list[RgbPicture]) -> None:
    figures = ClipJudge(source)(source)

    assert figures.frames == 12
    assert figures.psnr is None
    assert figures.ssim == pytest.approx(1)
    assert figures.flicker is not None
    assert figures.drift is not None
    assert (figures.flicker.distance, figures.drift.distance) == (1, 10)
    assert figures.flicker.excess == figures.drift.excess == 0
    assert figures.perceptual is None


def test_likeness_is_a_mean_over_all_frames(source: list[RgbPicture]) -> None:
    clip = [frame if index % 2 else frame // 2 for index, frame in enumerate(source[:4])]

    figures = ClipJudge(source[:4])(clip)

    changed = [tensors(clip[index], source[index]) for index in (0, 2)]
    whole = [torch.cat(frames, dim=3) for frames in zip(*changed, strict=True)]
    # Half of the frames are the same.
    assert figures.psnr == pytest.approx(float(psnr(*whole)) + 10 * np.log10(2))
    alike = [*(float(ssim(*pair)) for pair in changed), 1.0, 1.0]
    assert figures.ssim == pytest.approx(np.mean(alike))
    assert figures.flicker is not None
    assert figures.flicker.excess > 0.05


def test_a_shorter_clip_is_measured_as_far_as_it_goes(source: list[RgbPicture]) -> None:
    figures = ClipJudge(source)(source[:3])

    assert figures.frames == 3
    assert figures.flicker is not None
    assert figures.flicker.pairs == 2
    assert figures.drift is None


def test_style_and_content_of_every_tenth_frame(
    source: list[RgbPicture], network: LossNetwork
) -> None:
    style = source[0]
    judge = ClipJudge(source, style=style, network=network)

    same = judge(source).perceptual
    # Frames in between do not count.
    between = judge([frame if i in (0, 10) else 255 - frame for i, frame in enumerate(source)])
    inverted = judge([255 - frame for frame in source]).perceptual

    assert same is not None
    assert same.content == pytest.approx(0, abs=1e-5)
    assert same.style == pytest.approx(same.style_of_content)
    assert between.perceptual == same
    assert inverted is not None
    assert inverted.style > same.style
    assert inverted.content > 0.01


def test_figures_for_json(source: list[RgbPicture]) -> None:
    figures = ClipJudge(source[:2])([frame // 2 for frame in source[:2]])

    found = figures.as_dict()

    assert figures.flicker is not None
    assert found["flicker"]["excess"] == figures.flicker.excess
    assert found["drift"] is None
    assert found["ssim"] == figures.ssim


def tensors(*pictures: RgbPicture) -> list[torch.Tensor]:
    return [torch.from_numpy(p).permute(2, 0, 1)[None].float() / 255 for p in pictures]
