"""Pictures given to an engine that takes some number of them at a time."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def in_portions(
    run: Callable[[Sequence[NDArray[Any]]], Sequence[NDArray[Any]]],
    pictures: NDArray[Any],
    *,
    size: int,
) -> NDArray[Any]:
    """`run` on the pictures `size` at a time, and its results put together.

    Args:
        run: from portions, each an array of its own without gaps, to the result of each.
        pictures: (N, ...).
        size: of a portion; one that is not full is filled up with its last picture.
    """
    if not len(pictures):
        # What results look like is seen from one alone.
        return run([np.zeros((size, *pictures.shape[1:]), pictures.dtype)])[0][:0]
    results = run(portions(pictures, size=size))
    if len(pictures) == size:
        # It need not be of pictures: encoders, too, are given one at a time.
        return results[0]
    return np.concatenate(results)[: len(pictures)]


def portions(pictures: NDArray[Any], *, size: int) -> list[NDArray[Any]]:
    """The pictures, `size` at a time; see `in_portions`."""
    count = len(pictures)
    parts = [pictures[start : start + size] for start in range(0, count, size)]
    missing = -count % size
    if missing:
        parts[-1] = np.concatenate([parts[-1], np.repeat(pictures[-1:], missing, axis=0)])
    return [np.ascontiguousarray(part) for part in parts]
