"""Every loss is told once, and looked for with growing pauses."""

from itertools import pairwise

import pytest

from vidstyle.video import presence
from vidstyle.video.convert import Size
from vidstyle.video.presence import Presence

SIZE, OTHER = Size(640, 480), Size(320, 240)


class Clock:
    """`perf_counter` as a test sets it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(presence, "perf_counter", made)
    return made


def test_a_loss_and_a_return_are_told_once(clock: Clock) -> None:
    told: list[str] = []
    camera = Presence("camera 0", told.append)
    for _ in range(3):
        camera.here(SIZE)
    assert told == []
    camera.lost("camera 0 is gone")
    camera.lost("there is no camera 0")
    clock.now += 12.34
    for _ in range(3):
        camera.here(SIZE)
    assert told == [
        "camera 0 is gone; waiting for it to come back",
        "camera 0 is back after 12.3 s",
    ]


def test_a_picture_alone_is_no_return(clock: Clock) -> None:
    told: list[str] = []
    camera = Presence("camera 0", told.append)
    camera.lost("camera 0 is gone")
    camera.here(SIZE)
    camera.lost("camera 0 is gone")
    assert len(told) == 1
    camera.here(SIZE)
    camera.here(OTHER)
    assert told[1:] == ["camera 0 is back after 0.0 s, now 320x240"]


def attempts(camera: Presence, clock: Clock, count: int, *, seconds: float = 0.0) -> list[float]:
    """How long after the one before each attempt begins; each takes some seconds."""
    moments = [clock.now]
    for _ in range(count):
        clock.now = camera.next_attempt()
        moments.append(clock.now)
        clock.now += seconds
    return [b - a for a, b in pairwise(moments)]


def test_pauses_double_up_to_five_seconds(clock: Clock) -> None:
    camera = Presence("camera 0", lambda _event: None)
    clock.now += 60
    camera.lost("camera 0 is gone")
    assert attempts(camera, clock, 8) == [0, 0.25, 0.5, 1, 2, 4, 5, 5]


def test_pauses_count_from_the_beginning_of_an_attempt(clock: Clock) -> None:
    camera = Presence("camera 0", lambda _event: None)
    clock.now += 60
    camera.lost("camera 0 is gone")
    assert attempts(camera, clock, 5, seconds=3) == [0, 3, 3, 3, 3]


def test_what_comes_and_goes_is_not_rushed_at(clock: Clock) -> None:
    camera = Presence("camera 0", lambda _event: None)
    pauses = []
    for _ in range(8):
        camera.lost("camera 0 is gone")
        pauses += attempts(camera, clock, 1)
        camera.here(SIZE)
        camera.here(SIZE)
    assert pauses == [0.25, 0.5, 1, 2, 4, 5, 5, 5]
    clock.now += 60
    camera.lost("camera 0 is gone")
    assert attempts(camera, clock, 2) == [0, 0.25]


def test_what_is_not_lost_is_opened_again_at_once(clock: Clock) -> None:
    camera = Presence("in.mp4", lambda _event: None)
    assert attempts(camera, clock, 5) == [0] * 5
