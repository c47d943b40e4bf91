import pytest
import torch

from vidstyle.nets.random_patches import RandomPatches


def test_a_value_is_how_far_a_patch_lies_along_a_direction() -> None:
    network = RandomPatches()
    picture = torch.rand(1, 3, 10, 12, generator=torch.Generator().manual_seed(1))

    projections = network(picture)["patches"]

    assert projections.shape == (1, 96, 4, 6)
    patch, direction = picture[0, :, 2:9, 3:10], network.directions[5]
    torch.testing.assert_close(projections[0, 5, 2, 3], (patch * direction).sum())


def test_directions_are_of_length_one_and_always_the_same() -> None:
    first, second = RandomPatches().directions, RandomPatches().directions

    assert torch.equal(first, second)
    torch.testing.assert_close(first.flatten(1).norm(dim=1), torch.ones(96))


def test_another_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="must be some of patches"):
        RandomPatches(["stage1"])
