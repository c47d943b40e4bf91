from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.candidates import Candidate, open_candidate
from benchmarks.lattice import lattice, plain_areas
from vidstyle.stylizers.identity import Identity

RANDOM = np.random.default_rng(0)


class Marked(Identity):
    """Lightens every nth row, and adds noise that no grid binds."""

    def __init__(self, period: int, *, levels: int, noise: int) -> None:
        self.period, self.levels, self.noise = period, levels, noise

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        painted: NDArray[np.uint8] = frames + RANDOM.integers(
            0, self.noise + 1, frames.shape, np.uint8
        )
        painted[:, :: self.period] += np.uint8(self.levels)
        return painted


@pytest.fixture
def sky() -> NDArray[np.uint8]:
    """A plain sky that lightens to the right, beside a thicket."""
    picture = RANDOM.integers(0, 256, (80, 160, 3), np.uint8)
    picture[:, :88] = np.arange(100, 188)[:, np.newaxis]
    return picture


@pytest.fixture
def candidate(tiny_weights: Path) -> Candidate:
    return open_candidate(str(tiny_weights))


def test_plain_areas_are_near_a_plane(sky: NDArray[np.uint8]) -> None:
    assert list(plain_areas(sky)) == [(0, 0), (0, 40), (40, 0), (40, 40)]


@pytest.mark.parametrize("period", [2, 4, 8])
def test_what_repeats_is_found_among_noise(
    candidate: Candidate, sky: NDArray[np.uint8], period: int
) -> None:
    marked = replace(candidate, stylizer=Marked(period, levels=8, noise=10))

    found = lattice(marked, [sky])

    # The deviation of rows, as it is left where another period folds them.
    expected = {seen: 8 * np.sqrt(min(seen, period) - 1) / period for seen in (2, 4, 8)}
    assert {seen: found[seen] for seen in expected} == pytest.approx(expected, rel=0.15)
    assert found[0] > max(expected.values())


def test_noise_is_no_lattice(candidate: Candidate, sky: NDArray[np.uint8]) -> None:
    noisy = replace(candidate, stylizer=Marked(8, levels=0, noise=30))

    assert lattice(noisy, [sky]) == pytest.approx({0: 9, 2: 0, 4: 0, 8: 0}, abs=0.9)


def test_without_a_plain_area_there_is_nothing(
    candidate: Candidate, sky: NDArray[np.uint8]
) -> None:
    assert lattice(candidate, [sky[:, 90:]]) == {0: 0, 2: 0, 4: 0, 8: 0}
