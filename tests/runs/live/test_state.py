"""What commands make of the state of a live run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.runs.live.state import LiveState
from vidstyle.runs.live.steering import KEYS, parse_command
from vidstyle.video.views import View


def after(*lines: str, state: LiveState | None = None) -> LiveState:
    state = state or LiveState()
    for line in lines:
        state = state.after(parse_command(line))
    return state


def test_strength_steps_end_at_its_limits() -> None:
    assert after("strength 0.4").strength == 0.4
    assert after("strength 0.4", *["strength +0.1"] * 9).strength == 1.0
    assert after("strength 0.25", *["strength -0.1"] * 3).strength == 0.0


def test_steps_come_back_to_the_same_number() -> None:
    assert after(*["strength -0.1"] * 7, *["strength +0.1"] * 7) == LiveState()


@pytest.mark.parametrize(
    ("verb", "field"),
    [
        ("color", "preserve_color"),
        ("original", "original"),
        ("freeze", "freeze"),
        ("mirror", "mirror"),
        ("fullscreen", "fullscreen"),
        ("figures", "figures"),
        ("help", "help"),
    ],
)
def test_settings_are_switched(verb: str, field: str) -> None:
    assert getattr(after(f"{verb} on", f"{verb} on"), field) is True
    assert getattr(after(f"{verb} on", f"{verb} off"), field) is False
    assert getattr(after(verb), field) is True
    assert after(verb, verb) == LiveState()


def test_the_stabiliser_comes_back_as_it_was() -> None:
    assert after("stabilise 0.8", "stabilise off").stabilise == 0.0
    assert after("stabilise 0.8", "stabilise off", "stabilise on").stabilise == 0.8
    assert after("stabilise 0.8", "stabilise 0", "stabilise").stabilise == 0.8


def test_views_come_in_turn() -> None:
    views = [after(*["view"] * count).view for count in range(4)]
    assert views == [View.PLAIN, View.SPLIT, View.SIDE, View.PLAIN]


def test_commands_for_the_run_leave_the_state_alone() -> None:
    assert after("quit", "still", "record", "next", "mix a b") == LiveState()


@given(st.lists(st.sampled_from(list(KEYS)), max_size=60))
def test_whatever_keys_are_pressed_the_state_stays_in_its_limits(keys: list[str]) -> None:
    state = after(*(KEYS[key] for key in keys))
    assert 0.0 <= state.strength <= 1.0
    assert 0.0 <= state.fade_seconds <= 60.0
    assert 0.0 <= state.stabilise <= 1.0
