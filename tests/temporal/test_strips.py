"""Pictures strip by strip."""

from hypothesis import given
from hypothesis import strategies as st

from vidstyle.temporal.strips import strips


@given(height=st.integers(1, 3000), width=st.integers(1, 5000))
def test_strips_are_all_rows_in_order(height: int, width: int) -> None:
    rows = [row for strip in strips(height, width) for row in range(strip.start, strip.stop)]
    assert rows == list(range(height))
