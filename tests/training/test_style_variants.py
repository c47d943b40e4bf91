from pathlib import Path

import pytest
import torch

from tests.training.conftest import write_pictures
from vidstyle.training.picture_set import PictureSet
from vidstyle.training.style_variants import with_variants


@pytest.fixture
def styles(tmp_path: Path) -> PictureSet:
    return PictureSet.load([write_pictures(tmp_path, 3)], size=64)


def test_copies_follow_the_pictures(styles: PictureSet) -> None:
    more = with_variants(styles, 2, seed=0)

    assert len(more) == 9
    assert more.paths == styles.paths * 3
    assert torch.equal(more.pixels[:3], styles.pixels)
    for copy, original in zip(more.pixels[3:], styles.pixels.repeat(2, 1, 1, 1), strict=True):
        assert not torch.equal(copy, original)


def test_the_seed_tells_which_copies(styles: PictureSet) -> None:
    first, again, other = (with_variants(styles, 1, seed=seed).pixels for seed in (1, 1, 2))

    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_grey_stays_grey(styles: PictureSet) -> None:
    grey = PictureSet(styles.pixels[:, :1].repeat(1, 3, 1, 1), styles.paths, ())

    copies = with_variants(grey, 3, seed=0).pixels.int()

    assert (copies.amax(1) - copies.amin(1)).max() <= 1


def test_colours_go_all_round() -> None:
    red = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    red[:, 0] = 255

    copies = with_variants(PictureSet(red, (Path("red.png"),), ()), 60, seed=0).pixels[1:]

    assert set(copies.float().mean((2, 3)).argmax(1).tolist()) == {0, 1, 2}
