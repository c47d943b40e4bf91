"""Turns by themselves; what they are for is tested with pipelines."""

import threading

import pytest

from tests.pipeline.harness import within
from vidstyle.pipeline.turns import Turns


def test_the_last_thread_to_leave_is_told() -> None:
    turns = Turns(2)
    assert turns.threads == 3
    assert [turns.leave() for _ in range(3)] == [False, False, True]


def test_a_turn_comes_after_those_before_it() -> None:
    turns = Turns(2)
    first, second = turns.next(), turns.next()
    handed_on: list[int] = []

    def hand_on(turn: int) -> None:
        with turns.at(turn):
            handed_on.append(turn)

    early = threading.Thread(target=hand_on, args=(second,), daemon=True)
    early.start()
    hand_on(first)
    within(early.join)
    assert handed_on == [first, second]


def test_nobody_waits_for_a_turn_that_failed_once_all_is_aborted() -> None:
    turns = Turns(2)
    first, second = turns.next(), turns.next()
    with pytest.raises(ValueError, match="broken"), turns.at(first):
        raise ValueError("broken")
    turns.abort()

    def hand_on() -> None:
        with turns.at(second):
            pass

    within(hand_on)
