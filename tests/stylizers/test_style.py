import numpy as np
import pytest

from vidstyle.errors import UsageError
from vidstyle.stylizers.style import Style, mixed, shrunk


@pytest.mark.parametrize("share", [0.0, -1.0, float("nan"), float("inf")])
def test_a_share_is_above_zero(share: float) -> None:
    with pytest.raises(UsageError, match="of style scream must be above 0"):
        Style(name="scream", share=share)


def test_a_mix_is_a_mean_weighted_by_the_shares() -> None:
    styles = [Style(name="10", share=3), Style(name="20"), Style(name="60")]

    mean = mixed(styles, lambda style: np.full((1, 2), float(style.name), np.float32))

    assert mean.dtype == np.float32
    np.testing.assert_allclose(mean, [[22, 22]])


@pytest.mark.parametrize(
    ("shape", "dtype"), [((4, 4), np.uint8), ((4, 4, 4), np.uint8), ((4, 4, 3), np.float32)]
)
def test_other_arrays_are_no_pictures(shape: tuple[int, ...], dtype: type) -> None:
    with pytest.raises(ValueError, match=r"picture must be uint8 \(H, W, 3\)"):
        Style(name="scream", picture=np.zeros(shape, dtype))


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Style(name="scream", picture=np.zeros((0, 4, 3), np.uint8))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((512, 900), (512, 900)),
        ((1024, 2048), (512, 1024)),
        ((3000, 1024), (1500, 512)),
        ((8, 9), (8, 9)),
    ],
)
def test_large_pictures_are_shrunk(size: tuple[int, int], expected: tuple[int, int]) -> None:
    picture = np.full((*size, 3), (10, 20, 30), np.uint8)

    result = shrunk(picture)

    assert result.shape == (*expected, 3)
    assert result[0, 0].tolist() == [10, 20, 30]


def test_shrinking_leaves_no_aliases() -> None:
    stripes = np.zeros((1024, 1024, 3), np.uint8)
    stripes[:, ::2] = 200

    # But for what is missing at the border.
    assert np.unique(shrunk(stripes)[:, 3:-3]).tolist() == [100]
