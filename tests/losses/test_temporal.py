import dataclasses

import pytest
import torch
from torch import Tensor

from vidstyle.losses.temporal import feature_temporal_loss, output_temporal_loss
from vidstyle.temporal.known_motion import KnownMotion, MotionPair

MOTION = KnownMotion(still=0, noise=0, brightness=0, blur=0)


@pytest.fixture
def pair() -> MotionPair:
    generator = torch.Generator().manual_seed(0)
    return MOTION(torch.rand(4, 3, 48, 64, generator=generator), generator=generator)


def still(first: Tensor, second: Tensor) -> MotionPair:
    count, _, height, width = first.shape
    return MotionPair(
        first, second, torch.zeros(count, 2, height, width), torch.ones(count, 1, height, width)
    )


def test_an_output_that_moves_with_its_input_has_no_loss(pair: MotionPair) -> None:
    # A negative is as stable as its input, and so are dimmed colours.
    loss = output_temporal_loss(1 - pair.first, 1 - pair.second, pair)

    assert loss.item() < 1e-8


def test_an_output_that_stays_behind_has(pair: MotionPair) -> None:
    assert output_temporal_loss(pair.first, pair.first, pair).item() > 0.05


def test_by_hand() -> None:
    grey = torch.full((1, 3, 4, 4), 0.5)
    pair = still(grey, grey)
    pair.visible[..., 2:, :] = 0
    second = grey.clone()
    second[:, 0] += 0.3
    # Hidden: it must not count.
    second[..., 2:, :] += 10

    loss = output_temporal_loss(grey, second, pair)

    assert loss.item() == pytest.approx(0.09 / 3)


def test_what_changes_in_the_inputs_luminance_may_change_in_the_output() -> None:
    grey, output = torch.full((2, 3, 16, 16), 0.5), torch.rand(2, 3, 16, 16)
    pair = still(grey, grey + 0.2)

    followed = output_temporal_loss(output, output + 0.2, pair)
    ignored = output_temporal_loss(output, output, pair)

    assert followed.item() < 1e-10
    assert ignored.item() == pytest.approx(0.04, rel=1e-4)


def test_a_change_of_hue_alone_is_no_change_of_luminance() -> None:
    grey = torch.full((1, 3, 16, 16), 0.5)
    redder = grey + torch.tensor([0.7152, -0.2126, 0.0]).view(1, 3, 1, 1) * 0.1
    output = torch.rand(1, 3, 16, 16)

    assert output_temporal_loss(output, output, still(grey, redder)).item() < 1e-10


def test_noise_is_not_to_be_repeated() -> None:
    generator = torch.Generator().manual_seed(0)
    grey, output = torch.full((4, 3, 32, 32), 0.5), torch.rand(4, 3, 32, 32)
    noise = torch.randn(4, 1, 32, 32, generator=generator) * 0.1
    pair = still(grey, grey + noise)

    steady = output_temporal_loss(output, output, pair)
    noisy = output_temporal_loss(output, output + noise, pair)

    assert steady < noisy / 10


def test_hidden_pixels_do_not_count(pair: MotionPair) -> None:
    first, second = torch.rand(4, 3, 48, 64), torch.rand(4, 3, 48, 64)
    expected = output_temporal_loss(first, second, pair)

    hidden = first + (1 - pair.visible) * 100

    torch.testing.assert_close(output_temporal_loss(hidden, second, pair), expected)


def test_nothing_visible_is_no_loss() -> None:
    picture = torch.rand(1, 3, 8, 8)
    pair = dataclasses.replace(still(picture, picture), visible=torch.zeros(1, 1, 8, 8))

    assert output_temporal_loss(picture, picture + 1, pair).item() == 0
    assert feature_temporal_loss(picture, picture + 1, pair).item() == 0


def test_features_that_move_with_the_input_have_little_loss() -> None:
    generator = torch.Generator().manual_seed(0)
    # Smooth, so that averages over cells move with the picture.
    coarse = torch.rand(2, 3, 6, 8, generator=generator)
    frames = torch.nn.functional.interpolate(coarse, (96, 128), mode="bicubic").clamp(0, 1)
    pair = KnownMotion(still=0, cutouts=0, noise=0, brightness=0, blur=0)(
        frames, generator=generator
    )

    def features(pictures: Tensor) -> Tensor:
        return torch.nn.functional.avg_pool2d(pictures, 4)

    moved = feature_temporal_loss(features(pair.first), features(pair.second), pair)
    unmoved = feature_temporal_loss(
        features(pair.first),
        features(pair.second),
        dataclasses.replace(pair, flow=torch.zeros_like(pair.flow)),
    )
    assert moved < unmoved / 20


def test_the_flow_is_measured_in_cells() -> None:
    """A shift of four pixels is one cell of features at a quarter of the size."""
    features = torch.rand(1, 5, 4, 8)
    pair = still(torch.zeros(1, 3, 16, 32), torch.zeros(1, 3, 16, 32))
    pair.flow[:, 0] = 4.0
    pair.visible[..., -4:] = 0

    loss = feature_temporal_loss(features, features.roll(1, 3), pair)

    assert loss.item() < 1e-10


def test_a_cell_counts_where_all_of_it_is_visible() -> None:
    features = torch.zeros(1, 2, 2, 2)
    pair = still(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 8))
    pair.visible[..., 0, 0] = 0
    changed = features.clone()
    changed[..., 0, 0] = 5.0
    changed[..., 1, 1] = 3.0

    mean_square = (25 + 9) / 4 / 2
    expected = pytest.approx(9 / 3 / mean_square)
    assert feature_temporal_loss(features, changed, pair).item() == expected


def test_the_loss_does_not_depend_on_the_features_scale(pair: MotionPair) -> None:
    first, second = torch.rand(4, 6, 12, 16), torch.rand(4, 6, 12, 16)

    loss = feature_temporal_loss(first, second, pair)
    scaled = feature_temporal_loss(first * 50, second * 50, pair)

    torch.testing.assert_close(loss, scaled)
    assert loss > 0


def test_sides_that_the_grid_does_not_divide(pair: MotionPair) -> None:
    assert feature_temporal_loss(torch.rand(4, 2, 7, 11), torch.rand(4, 2, 7, 11), pair).isfinite()


def test_gradients_reach_both_outputs(pair: MotionPair) -> None:
    first = torch.rand(4, 3, 48, 64, requires_grad=True)
    second = torch.rand(4, 3, 48, 64, requires_grad=True)

    for loss in (output_temporal_loss, feature_temporal_loss):
        gradients = torch.autograd.grad(loss(first, second, pair), [first, second])
        assert all(gradient.abs().sum() > 0 for gradient in gradients)
