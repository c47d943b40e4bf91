import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vidstyle.stylizers.tiles import in_tiles, spans


@given(length=st.integers(1, 400), margin=st.integers(0, 20), more=st.integers(1, 60))
def test_used_parts_cover_the_side_once_with_margins(length: int, margin: int, more: int) -> None:
    tile = 2 * margin + more

    found = list(spans(length, tile=tile, margin=margin))

    assert found[0].keep_start == 0
    assert found[-1].keep_stop == length
    assert [span.keep_stop for span in found[:-1]] == [span.keep_start for span in found[1:]]
    for span in found:
        assert span.stop - span.start == min(tile, length)
        assert span.keep_start - span.start >= margin or span.start == 0
        assert span.stop - span.keep_stop >= margin or span.stop == length


@pytest.mark.parametrize("size", [(1, 1), (30, 70), (64, 64), (97, 33)])
def test_tiles_of_what_looks_no_further_than_the_margin_leave_no_seam(
    size: tuple[int, int],
) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)

    def lit_by_its_neighbour(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        below = np.concatenate([frames[:, 1:], frames[:, -1:]], axis=1)
        return np.asarray(np.maximum(frames, below), np.uint8)

    painted = in_tiles(lit_by_its_neighbour, picture, tile=32, margin=4)

    assert np.array_equal(painted, lit_by_its_neighbour(picture[np.newaxis])[0])
