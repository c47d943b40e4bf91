import torch

from vidstyle.temporal.cutouts import Cutouts
from vidstyle.temporal.draws import Draws
from vidstyle.temporal.warp import pixel_grid


def drawn(count: int, *, smallest: float, largest: float) -> Cutouts:
    draws = Draws(torch.Generator().manual_seed(0), count, torch.device("cpu"))
    return Cutouts.draw((64, 96), draws, smallest=smallest, largest=largest)


def test_a_shape_is_whole_inside_and_nothing_far_off() -> None:
    cutouts = drawn(8, smallest=0.3, largest=0.3)

    alpha = cutouts.alpha(cutouts.centre.view(8, 2, 1, 1))
    far = cutouts.alpha(cutouts.centre.view(8, 2, 1, 1) + 40)

    assert torch.equal(alpha, torch.ones(8, 1, 1, 1))
    assert torch.equal(far, torch.zeros(8, 1, 1, 1))


def test_the_area_grows_with_the_size() -> None:
    grid = pixel_grid(64, 96)

    small = drawn(16, smallest=0.2, largest=0.2).alpha(grid).mean()
    large = drawn(16, smallest=0.6, largest=0.6).alpha(grid).mean()

    assert 0.001 < small < large / 4


def test_no_size_is_no_shape() -> None:
    assert drawn(4, smallest=0, largest=0).alpha(pixel_grid(64, 96)).max() == 0


def test_edges_are_soft_but_narrow() -> None:
    alpha = drawn(16, smallest=0.5, largest=0.5).alpha(pixel_grid(64, 96))

    between = ((alpha > 0) & (alpha < 1)).float().mean()
    assert 0 < between < 0.05
