"""SIGINT as an event."""

import signal

import pytest

from tests.pipeline.harness import within
from vidstyle.pipeline.interrupt import interrupts_to


def test_receives_every_interrupt_and_restores_the_handler() -> None:
    before = signal.getsignal(signal.SIGINT)
    received: list[int] = []
    with interrupts_to(lambda: received.append(1)):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert received == [1, 1]
    assert signal.getsignal(signal.SIGINT) is before


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
