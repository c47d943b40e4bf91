import pytest
import torch
from torch import Tensor

from tests.stylizers.gatys.tiny import tiny_features
from vidstyle.stylizers.gatys.descent import Moment
from vidstyle.stylizers.gatys.options import GatysOptions, Start
from vidstyle.stylizers.gatys.painter import Anchor, PaintedStyle, Painter, pyramid
from vidstyle.stylizers.gatys.temporal_term import TemporalTerm


class Notes:
    """Keeps what it is told; stops at an iteration in all, if wanted."""

    def __init__(self, stop_after: int = 10**6) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.moments: list[Moment] = []
        self._stop_after = stop_after

    def __call__(self, moment: Moment) -> bool:
        self.moments.append(moment)
        self.sizes.append((moment.pictures.shape[2], moment.pictures.shape[3]))
        return len(self.moments) >= self._stop_after


def some(count: int = 1, *, height: int = 64, width: int = 72, seed: int = 0) -> Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(seed))


def painter(**options: object) -> Painter:
    styles = [PaintedStyle(picture=some(height=50, width=40, seed=7), share=1.0)]
    return Painter(tiny_features(), styles, GatysOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "scales", "expected"),
    [
        ((256, 300), 0, [(128, 150), (256, 300)]),
        ((512, 512), 0, [(128, 128), (256, 256), (512, 512)]),
        ((191, 400), 0, [(191, 400)]),
        ((512, 512), 1, [(512, 512)]),
        ((512, 512), 2, [(256, 256), (512, 512)]),
        ((130, 150), 9, [(32, 38), (65, 75), (130, 150)]),
        ((16, 20), 3, [(16, 20)]),
    ],
)
def test_sizes_go_from_coarse_to_fine(
    size: tuple[int, int], scales: int, expected: list[tuple[int, int]]
) -> None:
    assert pyramid(size, scales, coarsest=96) == expected


def test_the_loss_falls_at_every_size() -> None:
    notes = Notes()

    result = painter(iterations=8, scales=2).paint(some(), watch=notes)

    assert result.shape == (1, 3, 64, 72)
    assert notes.sizes == [(32, 36)] * 8 + [(64, 72)] * 8
    totals = [moment.total for moment in notes.moments]
    assert totals[7] < totals[0]
    assert totals[15] < totals[8]


def test_the_same_seed_gives_the_same_picture() -> None:
    def made(seed: int) -> Tensor:
        options = painter(iterations=3, start=Start.NOISE, seed=seed)
        return options.paint(some(), watch=Notes())

    assert torch.equal(made(1), made(1))
    assert not torch.equal(made(1), made(2))


def test_every_picture_starts_from_the_same_noise() -> None:
    result = painter(iterations=1, start=Start.NOISE).paint(
        some(1).expand(2, -1, -1, -1), watch=Notes()
    )

    torch.testing.assert_close(result[0], result[1])


def test_a_start_from_the_style_is_the_style() -> None:
    result = painter(iterations=0, start=Start.STYLE).paint(
        some(height=50, width=40), watch=Notes()
    )

    torch.testing.assert_close(result, some(height=50, width=40, seed=7))


def test_a_stop_is_a_stop_at_every_size() -> None:
    notes = Notes(stop_after=2)

    result = painter(iterations=8, scales=2).paint(some(), watch=notes)

    assert len(notes.moments) == 2
    assert result.shape == (1, 3, 64, 72)


def test_an_anchored_picture_starts_from_its_anchor_at_its_own_size() -> None:
    start, notes = some(seed=4), Notes()
    term = TemporalTerm(start, torch.ones(1, 1, 64, 72))
    options = painter(iterations=30, following_iterations=6, scales=2, temporal_weight=1e6)

    result = options.paint(some(), watch=notes, anchor=Anchor(start=start, term=term))

    assert notes.sizes == [(64, 72)] * 6
    assert float((result - start).abs().mean()) < 2e-3
