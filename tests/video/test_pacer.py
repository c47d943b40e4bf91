"""When the frames of a recording are due."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vidstyle.video.pacer import Pacer


def test_frames_keep_their_distances() -> None:
    pacer = Pacer(Fraction(25))
    times = [Fraction(7), Fraction(71, 10), Fraction(9)]
    assert [pacer.due(time, now=100.0) for time in times] == [100.0, 100.1, 102.0]


def test_a_late_frame_does_not_delay_the_others() -> None:
    pacer = Pacer(Fraction(25))
    pacer.due(Fraction(0), now=100.0)
    assert pacer.due(Fraction(1), now=101.4) == 101.0
    assert pacer.due(Fraction(2), now=101.4) == 102.0


def test_after_a_long_delay_it_goes_on_from_there() -> None:
    pacer = Pacer(Fraction(25))
    pacer.due(Fraction(0), now=100.0)
    assert pacer.due(Fraction(1), now=110.0) == 110.0
    assert pacer.due(Fraction(2), now=110.0) == 111.0


def test_a_break_in_the_times_is_not_waited_for() -> None:
    pacer = Pacer(Fraction(25))
    pacer.due(Fraction(0), now=100.0)
    assert pacer.due(Fraction(5000), now=100.0) == 100.0
    assert pacer.due(Fraction(1), now=100.04) == 100.04


def test_the_next_recording_follows_after_one_interval() -> None:
    pacer = Pacer(Fraction(25))
    pacer.due(Fraction(3), now=100.0)
    pacer.begin_anew()
    assert pacer.due(Fraction(7), now=100.01) == 100.04
    pacer.begin_anew()
    assert pacer.due(Fraction(0), now=108.0) == 108.0


@given(
    steps=st.lists(
        st.tuples(st.fractions(Fraction(1, 240), 20, max_denominator=240), st.floats(0, 3)),
        max_size=30,
    )
)
def test_moments_never_go_back_by_much_nor_lie_far_off(steps: list[tuple[Fraction, float]]) -> None:
    pacer, time, now = Pacer(Fraction(30)), Fraction(0), 50.0
    moments = []
    for step, delay in steps:
        time, now = time + step, now + delay
        due = pacer.due(time, now=now)
        assert now - 0.5 <= due <= now + 10
        moments.append(max(due, now))
        now = max(due, now)
    assert all(a <= b for a, b in pairwise(moments))
