"""Flow and masks of known motion are exact: what is visible is warped back to where it was."""

import dataclasses

import pytest
import torch
from torch import Tensor

from vidstyle.errors import UsageError
from vidstyle.temporal.known_motion import KnownMotion, MotionPair
from vidstyle.temporal.warp import warp

NOTHING = KnownMotion(
    still=0, shift=0, zoom=0, rotation=0, smooth=0, cutouts=0, noise=0, brightness=0, blur=0
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(count: int = 4, height: int = 64, width: int = 80) -> Tensor:
    """White noise: whatever is fetched from a wrong place is far off."""
    return torch.rand(count, 3, height, width, generator=seeded(1))


def mismatch(pair: MotionPair) -> Tensor:
    return (warp(pair.second, pair.flow) - pair.first).abs().amax(dim=1, keepdim=True)


def seen(pair: MotionPair) -> Tensor:
    return mismatch(pair)[pair.visible > 0]


def hidden(pair: MotionPair) -> Tensor:
    return mismatch(pair)[pair.visible == 0]


@pytest.mark.parametrize(
    "motion",
    [
        dataclasses.replace(NOTHING, shift=10),
        dataclasses.replace(NOTHING, zoom=0.2),
        dataclasses.replace(NOTHING, rotation=15),
        dataclasses.replace(NOTHING, smooth=4),
        dataclasses.replace(NOTHING, cutouts=3, cutout_shift=12),
        KnownMotion(cutouts=3, shift=10, smooth=3, noise=0, brightness=0, blur=0),
    ],
    ids=["shift", "zoom", "rotation", "smooth", "cutouts", "all"],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_flow_and_masks_are_exact(motion: KnownMotion, seed: int) -> None:
    pair = motion(pictures(), generator=seeded(seed))

    assert pair.flow.abs().max() > 1
    assert 0.4 < pair.visible.mean() < 1
    assert seen(pair).max() < 2e-4


def test_what_is_not_marked_visible_is_not_seen() -> None:
    """The masks hide no more than they must: what they hide is different there."""
    pair = dataclasses.replace(NOTHING, cutouts=2, cutout_shift=12)(pictures(8), generator=seeded())

    assert (pair.visible == 0).any()
    # All but the faintest parts of soft edges.
    assert (hidden(pair) > 0.02).float().mean() > 0.85
    assert hidden(pair).mean() > 0.2


def test_cutouts_occlude() -> None:
    """With a still background only the cut-outs move: what they cover is hidden."""
    motion = dataclasses.replace(NOTHING, cutouts=2, cutout_shift=12)

    pair = motion(pictures(8), generator=seeded())

    still = (pair.flow == 0).all(dim=1, keepdim=True)
    covered = still & (pair.visible == 0)
    assert 0.001 < covered.float().mean() < 0.3
    assert (~still & (pair.visible > 0)).float().mean() > 0.02


def test_what_leaves_the_picture_is_hidden() -> None:
    pair = dataclasses.replace(NOTHING, shift=10)(pictures(), generator=seeded())

    height, width = pair.flow.shape[2:]
    x = torch.arange(width) + pair.flow[:, 0]
    y = torch.arange(height)[:, None] + pair.flow[:, 1]
    outside = (x < 0) | (x > width - 1) | (y < 0) | (y > height - 1)
    assert torch.equal(pair.visible[:, 0] == 0, outside)
    assert outside.any()


def test_with_everything_off_nothing_happens() -> None:
    frames = pictures()

    pair = NOTHING(frames, generator=seeded())

    assert torch.equal(pair.second, frames)
    torch.testing.assert_close(pair.first, frames)
    assert torch.equal(pair.flow, torch.zeros_like(pair.flow))
    assert torch.equal(pair.visible, torch.ones_like(pair.visible))


def test_without_cutouts_the_second_picture_is_the_frame() -> None:
    frames = pictures()

    pair = KnownMotion(cutouts=0)(frames, generator=seeded())

    assert torch.equal(pair.second, frames)


@pytest.mark.parametrize(
    "motion",
    [
        dataclasses.replace(NOTHING, noise=0.5),
        dataclasses.replace(NOTHING, brightness=0.5),
        dataclasses.replace(NOTHING, blur=0.5),
    ],
    ids=["noise", "brightness", "blur"],
)
def test_changes_that_are_no_motion_change_the_first_picture_alone(motion: KnownMotion) -> None:
    frames = pictures().mul(0.5).add(0.25)

    pair = motion(frames, generator=seeded())

    assert torch.equal(pair.second, frames)
    assert (pair.first - frames).abs().mean() > 0.001
    assert 0 <= pair.first.min() <= pair.first.max() <= 1
    assert torch.equal(pair.flow, torch.zeros_like(pair.flow))


def test_a_share_of_the_backgrounds_stands_still() -> None:
    motion = dataclasses.replace(NOTHING, still=0.5, shift=10, smooth=2)

    pair = motion(pictures(64, 16, 16), generator=seeded())

    still = (pair.flow == 0).all(dim=3).all(dim=2).all(dim=1).float().mean()
    assert 0.3 < still < 0.7


def test_ranges_hold() -> None:
    pair = dataclasses.replace(NOTHING, shift=5)(pictures(64, 16, 16), generator=seeded())

    assert 4.5 < pair.flow.abs().max() <= 5


def test_each_picture_moves_by_itself() -> None:
    pair = KnownMotion(still=0)(pictures(), generator=seeded())

    assert not torch.allclose(pair.flow[0], pair.flow[1])


def test_the_same_generator_gives_the_same_pair() -> None:
    first = KnownMotion()(pictures(), generator=seeded(7))
    again = KnownMotion()(pictures(), generator=seeded(7))
    other = KnownMotion()(pictures(), generator=seeded(8))

    assert torch.equal(first.first, again.first)
    assert torch.equal(first.flow, again.flow)
    assert not torch.equal(first.flow, other.flow)


def test_the_frames_are_left_alone() -> None:
    frames = pictures()
    before = frames.clone()

    KnownMotion()(frames, generator=seeded())

    assert torch.equal(frames, before)


@pytest.mark.parametrize("size", [(16, 16), (17, 31), (1, 9)])
def test_any_size_and_a_batch_of_one(size: tuple[int, int]) -> None:
    pair = KnownMotion()(pictures(1, *size), generator=seeded())

    assert pair.first.shape == pair.second.shape == (1, 3, *size)
    assert pair.flow.shape == (1, 2, *size)
    assert pair.visible.shape == (1, 1, *size)


def test_it_is_exact_in_mixed_precision_too() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        pair = KnownMotion()(pictures(), generator=seeded())

    assert pair.first.dtype == pair.flow.dtype == torch.float32
    torch.testing.assert_close(pair.first, KnownMotion()(pictures(), generator=seeded()).first)


@pytest.mark.gpu
@pytest.mark.parametrize("generator_device", ["cpu", "cuda"])
def test_on_a_gpu(generator_device: str) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    generator = torch.Generator(generator_device).manual_seed(0)

    pair = KnownMotion(noise=0, brightness=0, blur=0)(pictures().cuda(), generator=generator)

    assert pair.flow.device.type == "cuda"
    assert seen(pair).max() < 2e-4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noise", -0.1),
        ("shift", float("nan")),
        ("still", 1.5),
        ("smooth_cell", 0.0),
        ("cutouts", -1),
        ("cutout_size", (0.1, float("inf"))),
    ],
)
def test_values_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"^{name} of known motion is "):
        dataclasses.replace(NOTHING, **{name: value})  # type: ignore[arg-type]
