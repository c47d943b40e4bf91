"""Signals that ask a program to end, as an event."""

import signal

import pytest

from tests.pipeline.harness import within
from vidstyle.pipeline.interrupt import end_as_ctrl_c_does, interrupts_to


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_receives_every_interrupt_and_restores_the_handler(number: signal.Signals) -> None:
    # Whatever runs the tests may have it ignored.
    before = signal.signal(number, signal.SIG_DFL)
    received: list[int] = []
    try:
        with interrupts_to(lambda: received.append(1)):
            signal.raise_signal(number)
            signal.raise_signal(number)
        assert received == [1, 1]
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_may_be_ended_as_by_ctrl_c(number: signal.Signals) -> None:
    before = {each: signal.signal(each, signal.SIG_DFL) for each in (signal.SIGTERM, signal.SIGHUP)}
    received: list[int] = []
    try:
        end_as_ctrl_c_does()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        with interrupts_to(lambda: received.append(1)):
            signal.raise_signal(number)
        assert received == [1]
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    received: list[int] = []
    try:
        with interrupts_to(lambda: received.append(1)):
            signal.raise_signal(signal.SIGHUP)
        assert received == []
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_restores_the_handler_after_an_error() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="inside"), interrupts_to(lambda: None):
        raise ValueError("inside")
    assert signal.getsignal(signal.SIGINT) is before


def test_leaves_the_handler_alone_outside_the_main_thread() -> None:
    before = signal.getsignal(signal.SIGINT)

    def look() -> object:
        with interrupts_to(lambda: None):
            return signal.getsignal(signal.SIGINT)

    assert within(look) is before
