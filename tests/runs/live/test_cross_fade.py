"""From one mixture of styles to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.runs.live.cross_fade import CrossFade, Mixture


def only(name: str) -> Mixture:
    return Mixture(((name, 1.0),), name)


def shares(mixture: Mixture) -> dict[str, float]:
    return {name: round(share, 6) for name, share in mixture.parts}


def fade_from_a(*, most_parts: int = 4) -> CrossFade:
    """At 10 s, with the first frame painted."""
    fade = CrossFade(A, most_parts=most_parts)
    fade.at(10.0)
    return fade


A, B, C = only("a"), only("b"), only("c")


def test_without_a_change_the_mixture_is_one_and_the_same() -> None:
    fade = fade_from_a()
    assert fade.at(11.0) is fade.at(12.0) is A


def test_a_change_is_led_to_evenly_and_ends_exactly() -> None:
    fade = fade_from_a()
    fade.to(B, seconds=2.0, asked=10.0)
    assert shares(fade.at(10.5)) == {"a": 0.75, "b": 0.25}
    assert shares(fade.at(11.0)) == {"a": 0.5, "b": 0.5}
    assert fade.fading
    assert fade.at(12.0) is B
    assert fade.at(13.0) is B
    assert not fade.fading


def test_the_first_frame_after_it_was_asked_for_shows_the_change() -> None:
    fade = fade_from_a()
    fade.to(B, seconds=1.0, asked=10.0)
    assert shares(fade.at(10.04))["b"] == pytest.approx(0.04)


def test_without_a_fade_the_next_frame_is_the_new_style() -> None:
    fade = fade_from_a()
    fade.to(B, seconds=0.0, asked=10.0)
    assert fade.at(10.0) is B


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, {"b": 1.0}), (1.0, {"a": 1.0, "b": 0.0})])
def test_a_frame_from_before_the_last_one_counts_as_the_last(
    seconds: float, shown: dict[str, float]
) -> None:
    fade = fade_from_a()
    fade.to(B, seconds=seconds, asked=10.0)
    assert shares(fade.at(9.5)) == shown


def test_a_fade_that_is_cut_short_goes_on_from_what_was_seen() -> None:
    fade = fade_from_a()
    fade.to(B, seconds=1.0, asked=10.0)
    fade.at(10.5)
    fade.to(C, seconds=1.0, asked=10.5)
    assert shares(fade.at(11.0)) == {"a": 0.25, "b": 0.25, "c": 0.5}
    assert fade.at(11.5) is C


def test_a_fade_back_meets_the_style_it_came_from() -> None:
    fade = fade_from_a()
    fade.to(B, seconds=1.0, asked=10.0)
    fade.at(10.5)
    fade.to(A, seconds=1.0, asked=10.5)
    assert shares(fade.at(11.0)) == {"a": 0.75, "b": 0.25}


def test_where_parts_cost_time_only_the_strongest_are_kept() -> None:
    fade = fade_from_a(most_parts=1)
    fade.to(B, seconds=1.0, asked=10.0)
    fade.at(10.75)
    fade.to(C, seconds=1.0, asked=10.75)
    assert shares(fade.at(11.25)) == {"b": 0.5, "c": 0.5}


def test_the_newest_change_that_frames_have_seen_is_known() -> None:
    fade = fade_from_a()
    fade.to(B, seconds=1.0, asked=10.0)
    assert fade.change.target is A
    assert fade.wanted is B
    fade.at(10.1)
    assert fade.change.target is B
    assert fade.change.asked == 10.0


@given(
    st.lists(
        st.tuples(
            st.sampled_from([A, B, C, Mixture((("a", 0.3), ("c", 0.7)))]),
            st.floats(0.0, 3.0),
            st.floats(0.0, 2.0),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_shares_always_add_up_to_one(
    changes: list[tuple[Mixture, float, float]],
) -> None:
    fade, moment = CrossFade(A, most_parts=2), 0.0
    for target, seconds, wait in changes:
        fade.to(target, seconds=seconds, asked=moment)
        moment += wait
        mixture = fade.at(moment)
        assert sum(share for _, share in mixture.parts) == pytest.approx(1.0)
        assert all(share >= 0 for _, share in mixture.parts)
        assert len({name for name, _ in mixture.parts}) == len(mixture.parts) <= 4
