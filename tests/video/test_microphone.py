"""A microphone is read without pause, and every piece of sound has its time."""

import threading
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.video.microphone import Microphone, Sound, _Clock
from vidstyle.video.source import SourceError


def listen(microphone: Microphone, *, pieces: int) -> list[Sound]:
    """Take sound as it comes; less where the microphone ends."""
    heard: list[Sound] = []
    while len(heard) < pieces and not microphone.error:
        heard += microphone.take()
        threading.Event().wait(0.005)
    return heard + microphone.take()


def test_hears_at_the_pace_of_real_time() -> None:
    before = perf_counter()
    microphone = Microphone("test:")
    heard = listen(microphone, pieces=10)
    microphone.close()
    after = perf_counter()
    seconds = [sound.samples.samples / sound.samples.sample_rate for sound in heard]
    assert sum(seconds) <= after - before + 0.1
    begins = [sound.captured for sound in heard]
    assert begins == sorted(begins)
    assert begins[-1] <= after
    for sound, length, following in zip(heard, seconds, begins[1:], strict=False):
        assert following - sound.captured == pytest.approx(length, rel=0.01, abs=0.3)


def test_says_when_there_is_no_more_sound() -> None:
    microphone = Microphone("test:sine=duration=0.05")
    heard = listen(microphone, pieces=1000)
    microphone.close()
    assert sum(sound.samples.samples for sound in heard) == 44_100 // 20
    assert microphone.error == "it gives no more sound"


def test_forgets_what_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidstyle.video.microphone._KEPT_SECONDS", 0.1)
    microphone = Microphone("test:sine=duration=0.3:sample_rate=48000")
    microphone._thread.join()
    heard = microphone.take()
    seconds = sum(sound.samples.samples for sound in heard) / 48_000
    assert 0.05 < seconds <= 0.1


def test_can_be_closed_twice() -> None:
    microphone = Microphone("test:")
    microphone.close()
    microphone.close()
    assert microphone.error == ""


@pytest.mark.parametrize("name", ["test:no_such_filter", "test:testsrc2"])
def test_what_cannot_be_opened(name: str) -> None:
    with pytest.raises(SourceError, match=f"the microphone '{name}'"):
        Microphone(name)


@given(
    delays=st.lists(st.floats(0, 0.2), min_size=20, max_size=200),
    clock=st.floats(0.9999, 1.0001),
)
def test_times_do_not_tremble_as_arrivals_do(delays: list[float], clock: float) -> None:
    """Once a piece has come without delay, all are in time within a few milliseconds."""
    measure = _Clock()
    delays[5] = 0.0
    for index, delay in enumerate(delays):
        true = index * 0.02 * clock
        told = measure.beginning(0.02, now=true + 0.02 + delay)
        assert told >= true - 1e-9
        if index >= 5:
            assert told - true < 0.01


def test_a_hole_is_seen() -> None:
    measure = _Clock()
    for index in range(10):
        measure.beginning(0.02, now=index * 0.02 + 0.02)
    assert measure.beginning(0.02, now=5.02) == pytest.approx(5.0)
    assert measure.beginning(0.02, now=5.04) == pytest.approx(5.02)
