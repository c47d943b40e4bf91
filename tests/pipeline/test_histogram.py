"""Percentiles against the exact ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.pipeline.histogram import Histogram


@given(
    times=st.lists(st.floats(1e-6, 9e3), min_size=1, max_size=200),
    percent=st.floats(0.1, 100),
)
def test_percentiles_are_within_two_percent(times: list[float], percent: float) -> None:
    histogram = Histogram()
    for seconds in times:
        histogram.add(seconds)
    exact = sorted(times)[math.ceil(percent / 100 * len(times)) - 1]
    assert histogram.percentiles(percent)[0] == pytest.approx(exact, rel=0.02)


def test_an_empty_histogram_gives_zeros() -> None:
    assert Histogram().percentiles(50, 99) == (0.0, 0.0)


@pytest.mark.parametrize(("seconds", "nearest"), [(0.0, 1e-6), (-1.0, 1e-6), (1e9, 1e4)])
def test_times_out_of_range_count_at_the_ends(seconds: float, nearest: float) -> None:
    histogram = Histogram()
    histogram.add(seconds)
    assert histogram.percentiles(50)[0] == pytest.approx(nearest, rel=0.03)


def test_a_count_weighs_as_so_many_times() -> None:
    histogram = Histogram()
    histogram.add(0.001, 95)
    histogram.add(1.0, 5)
    assert histogram.percentiles(95, 96) == pytest.approx((0.001, 1.0), rel=0.02)


def test_a_copy_is_independent() -> None:
    histogram = Histogram()
    copy = histogram.copy()
    histogram.add(1.0)
    assert copy.percentiles(50) == (0.0,)
