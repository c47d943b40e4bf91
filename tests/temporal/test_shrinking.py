"""Pictures made much smaller."""

import numpy as np
import pytest

from vidstyle.temporal.shrinking import shrunk


@pytest.mark.parametrize(("height", "width"), [(360, 640), (45, 81), (90, 160), (7, 500)])
def test_the_result_has_the_size_asked_for_and_the_mean_of_the_picture(
    height: int, width: int
) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    small = shrunk(picture, (40, 20))
    assert small.shape == (20, 40, 3)
    assert abs(small.mean() - picture.mean()) < 3


def test_means_over_areas_leave_no_trace_of_fine_stripes() -> None:
    stripes = np.zeros((160, 320, 3), np.uint8)
    stripes[:, ::2] = 200
    assert np.unique(shrunk(stripes, (40, 20))).tolist() == [100]
