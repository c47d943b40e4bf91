import torch

from vidstyle.training.cyclegan.picture_pool import PicturePool


def pictures(*levels: float) -> torch.Tensor:
    return torch.tensor(levels).view(-1, 1, 1, 1).expand(-1, 3, 2, 2)


def test_pictures_pass_while_there_is_room() -> None:
    pool = PicturePool(3, side=2)
    generator = torch.Generator().manual_seed(0)

    assert torch.equal(pool.exchange(pictures(1, 2), generator=generator), pictures(1, 2))
    assert int(pool.filled) == 2


def test_a_full_pool_gives_half_of_its_own() -> None:
    pool = PicturePool(5, side=2)
    generator = torch.Generator().manual_seed(0)
    came = [float(pool.exchange(pictures(n), generator=generator).mean()) for n in range(400)]

    older = [n for n, level in enumerate(came) if level != n]
    assert 160 < len(older) < 240
    assert all(came[n] < n for n in older)


def test_a_pool_of_none_lets_everything_pass() -> None:
    pool = PicturePool(0, side=2)

    assert torch.equal(pool.exchange(pictures(1, 2), generator=torch.Generator()), pictures(1, 2))


def test_no_gradient_passes() -> None:
    painted = torch.zeros(1, 3, 2, 2, requires_grad=True)

    assert not PicturePool(1, side=2).exchange(painted, generator=torch.Generator()).requires_grad


def test_its_state_is_kept() -> None:
    pool, other = PicturePool(2, side=2), PicturePool(2, side=2)
    pool.exchange(pictures(1, 2), generator=torch.Generator())

    other.load_state_dict(pool.state_dict())

    assert int(other.filled) == 2
    assert torch.equal(other.pictures, pictures(1, 2))
