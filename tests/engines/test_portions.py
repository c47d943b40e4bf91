"""Pictures given to an engine that takes some number of them at a time."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from vidstyle.engines.portions import in_portions

Array = NDArray[np.uint8]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_every_picture_comes_back_in_its_place(count: int, size: int) -> None:
    # Every second column: what is given on must be without gaps all the same.
    pictures = np.arange(count * 8, dtype=np.uint8).reshape(count, 2, 4)[:, :, ::2]
    given: list[Array] = []

    def run(parts: Sequence[Array]) -> list[Array]:
        given.extend(parts)
        return [part * np.uint8(2) for part in parts]

    result = in_portions(run, pictures, size=size)

    assert np.array_equal(result, pictures * 2)
    assert {len(part) for part in given} == {size}
    assert all(part.flags.c_contiguous for part in given)


def test_a_result_that_is_not_of_pictures_stays_whole() -> None:
    statistics = np.ones((2, 1, 3), np.float32)
    assert in_portions(lambda parts: [statistics], np.zeros((1, 4)), size=1) is statistics


def test_of_no_pictures_there_are_no_results() -> None:
    result = in_portions(
        lambda parts: [part[..., :1] for part in parts], np.zeros((0, 4, 6, 3), np.uint8), size=2
    )

    assert result.shape == (0, 4, 6, 1)
    assert result.dtype == np.uint8
