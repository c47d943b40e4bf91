"""The size that the network of a live run works at."""

from collections.abc import Iterator
from itertools import pairwise
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.errors import VidstyleError
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.sizes import SCALES, AutoSize, WorkSizes
from vidstyle.runs.sizes import SizeWish
from vidstyle.video.convert import Size

CAMERA = Size(640, 360)


class Workshop:
    """Makes sizes ready, when it may."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.background = Background("test", on_error=self.errors.append)
        self.may_prepare, self.prepared = Event(), Event()
        self.may_prepare.set()
        self.sizes: list[Size] = []
        self.fails = False

    def prepare(self, size: Size) -> None:
        assert self.may_prepare.wait(10)
        self.sizes.append(size)
        if self.fails:
            raise VidstyleError("no luck")

    def wait(self) -> None:
        """Until all that was asked for is done."""
        done = Event()
        self.background.soon(done.set)
        assert done.wait(10)


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    workshop = Workshop()
    yield workshop
    workshop.background.close(timeout=10)


def work_sizes(workshop: Workshop, wish: str | None = None) -> WorkSizes:
    return WorkSizes(
        SizeWish.parse(wish) if wish else None,
        prepare=workshop.prepare,
        background=workshop.background,
    )


def test_the_first_size_is_ready_at_once(workshop: Workshop) -> None:
    sizes = work_sizes(workshop, "180")
    assert sizes.begin(CAMERA) == Size(320, 180) == sizes.of(CAMERA)
    assert workshop.sizes == [Size(320, 180)]


def test_another_size_is_taken_once_it_is_ready(workshop: Workshop) -> None:
    sizes = work_sizes(workshop)
    sizes.begin(CAMERA)
    workshop.may_prepare.clear()
    sizes.scale = 0.5
    assert sizes.of(CAMERA) == sizes.of(CAMERA) == CAMERA
    assert sizes.preparing
    workshop.may_prepare.set()
    workshop.wait()
    assert not sizes.preparing
    assert sizes.of(CAMERA) == sizes.current == Size(320, 176)
    assert workshop.sizes == [CAMERA, Size(320, 176)]


def test_a_size_that_was_there_before_is_ready(workshop: Workshop) -> None:
    sizes = work_sizes(workshop)
    sizes.begin(CAMERA)
    for scale, size in [(0.5, Size(320, 176)), (1.0, CAMERA), (0.5, Size(320, 176))]:
        sizes.scale = scale
        sizes.of(CAMERA)
        workshop.wait()
        assert sizes.of(CAMERA) == size
    assert len(workshop.sizes) == 2


def test_a_source_that_returns_with_another_size_is_followed(workshop: Workshop) -> None:
    sizes = work_sizes(workshop, "180")
    sizes.begin(CAMERA)
    sizes.of(Size(640, 480))
    workshop.wait()
    assert sizes.of(Size(640, 480)) == Size(240, 180)


def test_a_size_that_cannot_be_had_is_tried_once_and_told(workshop: Workshop) -> None:
    sizes = work_sizes(workshop)
    sizes.begin(CAMERA)
    workshop.fails, sizes.scale = True, 0.5
    for _ in range(3):
        assert sizes.of(CAMERA) == CAMERA
        workshop.wait()
    assert not sizes.preparing
    assert [str(error) for error in workshop.errors] == ["no luck"]


def test_a_size_that_failed_is_tried_again_when_it_is_wanted_anew(workshop: Workshop) -> None:
    sizes = work_sizes(workshop)
    sizes.begin(CAMERA)
    for workshop.fails, sizes.scale in [(True, 0.5), (True, 1.0), (False, 0.5)]:
        sizes.of(CAMERA)
        workshop.wait()
    assert sizes.of(CAMERA) == Size(320, 176)


def test_small_pictures_are_not_made_smaller(workshop: Workshop) -> None:
    sizes = work_sizes(workshop)
    sizes.begin(Size(80, 60))
    sizes.scale = 0.4
    assert sizes.of(Size(80, 60)) == Size(80, 60)


class Machine:
    """A machine on which a frame at full size takes a fixed time, a share of it at any size."""

    def __init__(self, seconds: float, *, fixed: float = 0.0) -> None:
        self.seconds, self.fixed = seconds, fixed
        self.auto = AutoSize(rate=30)
        self.scales: list[float] = []

    def run(self, observations: int) -> float:
        for _ in range(observations):
            self.auto.observe(self.fixed + self.seconds * self.auto.scale**2)
            self.scales.append(self.auto.scale)
        return self.auto.scale


def test_a_machine_that_is_fast_enough_is_left_alone() -> None:
    assert Machine(0.025).run(100) == 1.0


def test_one_that_is_too_slow_comes_to_a_size_that_holds_the_rate_in_one_step() -> None:
    machine = Machine(0.060)
    assert machine.run(100) == 0.625
    assert sorted(set(machine.scales), reverse=True) == [1.0, 0.625]


def test_one_that_is_far_too_slow_takes_the_smallest_size() -> None:
    assert Machine(10.0).run(10) == SCALES[-1]


def test_a_machine_that_is_free_again_goes_back_up() -> None:
    machine = Machine(0.060)
    machine.run(10)
    machine.seconds = 0.020
    assert machine.run(80) == 1.0


def test_where_a_larger_size_fails_it_is_tried_ever_less() -> None:
    """A cost that does not go with the area misleads the estimate; it must not swing for it."""
    machine = Machine(0.0)
    machine.auto = AutoSize(rate=30)
    for _ in range(600):
        machine.auto.observe(0.040 if machine.auto.scale > 0.8 else 0.015)
        machine.scales.append(machine.auto.scale)
    changes = sum(a != b for a, b in pairwise(machine.scales))
    assert changes < 30
    assert changes > 2


@given(st.floats(0.001, 0.2), st.floats(0.0, 0.02))
def test_whatever_the_machine_it_settles(seconds: float, fixed: float) -> None:
    machine = Machine(seconds, fixed=fixed)
    machine.run(200)
    last = machine.scales[-20:]
    assert len(set(last)) <= 2
