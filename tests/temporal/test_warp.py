import pytest
import torch

from vidstyle.temporal.warp import Border, inside, pixel_grid, visible_by_consistency, warp


def constant_flow(x: float, y: float, height: int = 6, width: int = 8) -> torch.Tensor:
    return torch.tensor([x, y]).view(1, 2, 1, 1).expand(1, 2, height, width).clone()


def test_no_flow_changes_nothing() -> None:
    image = torch.rand(2, 5, 6, 8)

    torch.testing.assert_close(warp(image, torch.zeros(2, 2, 6, 8)), image)


def test_every_pixel_is_fetched_from_where_the_flow_says() -> None:
    image = torch.rand(1, 3, 6, 8)

    warped = warp(image, constant_flow(2, -1))

    torch.testing.assert_close(warped[..., 1:, :-2], image[..., :-1, 2:])


def test_between_pixels_it_is_bilinear() -> None:
    image = torch.tensor([[[[0.0, 1.0], [2.0, 4.0]]]])

    warped = warp(image, constant_flow(0.25, 0.5, 2, 2))

    # 0.5 · (0.75 · 0 + 0.25 · 1) + 0.5 · (0.75 · 2 + 0.25 · 4)
    assert warped[0, 0, 0, 0].item() == pytest.approx(1.375)


def test_outside_the_nearest_pixel_is_repeated() -> None:
    image = torch.rand(1, 1, 6, 8)

    warped = warp(image, constant_flow(100, 0))

    torch.testing.assert_close(warped, image[..., -1:].expand_as(image))


def test_outside_it_can_be_mirrored() -> None:
    image = torch.rand(1, 1, 6, 8)

    warped = warp(image, constant_flow(3, 0), border=Border.REFLECT)

    torch.testing.assert_close(warped[..., 5:], image[..., [6, 5, 4]])


def test_half_precision_keeps_its_positions() -> None:
    image = torch.arange(2000.0).view(1, 1, 1, 2000).half()
    flow = torch.zeros(1, 2, 1, 2000)
    flow[:, 0] = 1.0

    warped = warp(image, flow)

    assert warped.dtype == torch.float16
    torch.testing.assert_close(warped[..., :-1], image[..., 1:])


def test_gradients_reach_image_and_flow() -> None:
    image = torch.rand(1, 3, 6, 8, requires_grad=True)
    flow = torch.full((1, 2, 6, 8), 0.3, requires_grad=True)

    gradients = torch.autograd.grad(warp(image, flow).square().sum(), [image, flow])

    assert all(gradient.abs().sum() > 0 for gradient in gradients)


def test_a_picture_of_one_pixel_can_be_warped() -> None:
    image = torch.rand(1, 3, 1, 1)

    torch.testing.assert_close(warp(image, torch.ones(1, 2, 1, 1)), image)


def test_the_grid_is_x_then_y() -> None:
    grid = pixel_grid(3, 4)

    assert grid[0, :, 2, 1].tolist() == [1, 2]


def test_inside_counts_the_outermost_pixels_in() -> None:
    assert inside(constant_flow(1, 0))[0, 0, 0].tolist() == [True] * 7 + [False]
    assert inside(constant_flow(0, -1))[0, 0, :, 0].tolist() == [False] + [True] * 5


def test_flow_that_comes_home_is_visible() -> None:
    visible = visible_by_consistency(constant_flow(2, 0), constant_flow(-2, 0))

    assert visible.dtype == torch.bool
    assert visible.shape == (1, 1, 6, 8)
    assert visible[0, 0, 0].tolist() == [True] * 6 + [False] * 2


def test_flow_that_goes_astray_is_hidden() -> None:
    # |w + ŵ|² = 1 is over 0.01 · (4 + 1) + 0.5; 0.49 is under 0.01 · (4 + 1.69) + 0.5.
    assert not visible_by_consistency(constant_flow(2, 0), constant_flow(-1, 0)).any()
    assert visible_by_consistency(constant_flow(2, 0), constant_flow(-1.3, 0))[..., :6].all()
