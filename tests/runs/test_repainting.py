"""From frames to painted and finished ones."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.video.making import corners, waves
from vidstyle.errors import UsageError
from vidstyle.runs.repainting import (
    Finishing,
    Painted,
    Repainting,
    wished_stabilise,
)
from vidstyle.runs.sizes import SizeWish
from vidstyle.stylizers import Method, Stylizer
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.mask import Mask, Moments

SMALL = SizeWish.parse("24")


class Flat(Stylizer):
    """Paints everything in one level; remembers what it was asked for."""

    def __init__(self, level: int) -> None:
        self._level = level
        self.said: list[str] = []

    @property
    def info(self) -> str:
        return "flat"

    def set_style(self, styles: object) -> None:
        pass

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self.said.append("x".join(map(str, frames.shape[:3])))
        return np.full_like(frames, self._level)

    def reset(self) -> None:
        self.said.append("reset")


def frame(index: int = 0, picture: RgbPicture | None = None) -> Frame:
    shown = corners(64, 48) if picture is None else picture
    return Frame(picture=shown, index=index, pts=index, time_base=Fraction(1, 25))


def half_mask(*later: int) -> Mask:
    """Black above, white below; then, 1/25 s apart, of these levels."""

    def moments() -> Moments:
        picture = np.zeros((48, 64, 3), np.uint8)
        picture[24:] = 255
        yield Fraction(0), picture
        for number, level in enumerate(later, start=1):
            yield Fraction(number, 25), np.full((48, 64, 3), level, np.uint8)

    return Mask(moments())


def painted(index: int = 0, *, level: int = 90, outside: int | None = None) -> Painted:
    source = frame(index)
    content = np.ascontiguousarray(source.rgb[::2, ::2])
    other = None if outside is None else np.full_like(content, outside)
    return Painted(source, content, np.full_like(content, level), other)


def test_frames_are_painted_at_the_network_s_size() -> None:
    stylizer = Flat(9)
    (result,) = Repainting(stylizer, size=SMALL)([frame()])
    assert stylizer.said == ["1x24x32"]
    assert result.content.shape == result.picture.shape == (24, 32, 3)
    assert result.frame.rgb.shape == (48, 64, 3)
    assert result.outside is None


def test_without_a_wish_they_are_painted_as_they_are() -> None:
    source = frame()
    (result,) = Repainting(Flat(9))([source])
    assert result.content is source.picture


def test_frames_of_one_call_are_painted_together() -> None:
    stylizer, outside = Flat(9), Flat(7)
    results = Repainting(stylizer, outside)([frame(index) for index in range(3)])
    assert [result.frame.index for result in results] == [0, 1, 2]
    assert stylizer.said == outside.said == ["3x48x64"]


def test_threads_share_what_a_call_is_best_given() -> None:
    class Wide(Flat):
        batch = 6
        workers = 3

    class Narrow(Flat):
        workers = 2

    alone, beside_another = Repainting(Wide(9)), Repainting(Wide(9), Narrow(7))
    assert (alone.workers, alone.batch) == (3, 2)
    assert (beside_another.workers, beside_another.batch) == (2, 3)
    assert (Repainting(Flat(9)).workers, Repainting(Flat(9)).batch) == (1, 1)


def test_the_result_has_the_output_s_size_and_its_detail() -> None:
    lined = corners(64, 48)
    lined[::2] //= 2
    source = replace(painted(), frame=frame(picture=lined))
    plain, detailed = (Finishing(detail=d, stabilise=0.0)(source).rgb for d in (0.0, 1.0))
    assert plain.shape == detailed.shape == (48, 64, 3)
    assert np.ptp(plain) == 0
    assert np.ptp(detailed) > 30


def test_colours_are_kept_in_all_their_detail() -> None:
    striped = np.full((48, 64, 3), 128, np.uint8)
    striped[::2], striped[1::2] = (200, 90, 90), (90, 130, 200)
    source = replace(painted(level=120), frame=frame(picture=striped))
    finishing = Finishing(detail=0.0, stabilise=0.0, preserve_color=True)
    finished = finishing(source).rgb.astype(int)
    reds = finished[:, :, 0] - finished[:, :, 2]
    assert reds[20::2].min() > 60
    assert reds[21::2].max() < -60


def test_black_bars_stay_black() -> None:
    boxed = corners(64, 48)
    boxed[:6] = boxed[-6:] = 0
    source = replace(painted(level=120), frame=frame(picture=boxed))
    finished = Finishing(detail=0.0, stabilise=0.0)(source).rgb
    assert (finished[6:-6] == 120).all()
    assert not finished[:6].any()


def test_what_was_painted_larger_is_made_smaller() -> None:
    large = replace(painted(), picture=np.full((96, 128, 3), 9, np.uint8))
    finished = Finishing(detail=1.0, stabilise=0.0)(large).rgb
    assert finished.shape == (48, 64, 3)
    assert (finished == 9).all()


def test_what_is_outside_of_the_mask_is_the_source() -> None:
    finished = Finishing(detail=0.5, stabilise=0.7, mask=half_mask())(painted()).rgb
    np.testing.assert_array_equal(finished[:24], corners(64, 48)[:24])
    assert np.abs(finished[24:].astype(int) - 90).max() <= 60


def test_or_it_is_another_style() -> None:
    finishing = Finishing(detail=0.0, stabilise=0.0, mask=half_mask())
    finished = finishing(painted(outside=200)).rgb
    assert (finished[:24] == 200).all()
    assert (finished[24:] == 90).all()


def test_the_mask_goes_along_with_the_frames() -> None:
    finishing = Finishing(detail=0.0, stabilise=0.0, mask=half_mask(255, 0))
    levels = [finishing(painted(index, outside=200)).rgb[0, 0, 0] for index in range(3)]
    assert levels == [200, 90, 200]


def test_paint_that_is_held_does_not_stay_behind_a_mask_that_moves() -> None:
    """The source stands still, so that its paint is held firmly; the mask is taken as it is."""
    finishing = Finishing(detail=0.0, stabilise=1.0, mask=half_mask(0, 255))
    levels = [finishing(painted(index, outside=200)).rgb[30, 0, 0] for index in range(3)]
    assert levels == [90, 200, 90]


def test_a_still_source_is_held_still_in_both_styles() -> None:
    finishing = Finishing(detail=0.0, stabilise=1.0, mask=half_mask())
    first, second = (
        finishing(painted(index, level=90 + 20 * index, outside=200 - 20 * index)).rgb
        for index in range(2)
    )
    assert np.abs(second.astype(int) - first).max() < 10


def test_frames_that_are_passed_over_move_the_mask_and_are_not_held_on_to() -> None:
    finishing = Finishing(detail=0.0, stabilise=1.0, mask=half_mask(0, 255))
    finishing(painted(0, level=90))
    finishing.pass_over(frame(2))
    assert (finishing(painted(2, level=140)).rgb == 140).all()


def test_frames_that_are_passed_over_take_part_in_a_fade_of_the_source() -> None:
    def levels(*, without: range) -> list[float]:
        finishing, means = Finishing(detail=0.0, stabilise=0.0), []
        for index in range(26):
            source = frame(index, (waves(64, 48) * (1 - index / 50)).astype(np.uint8))
            if index in without:
                finishing.pass_over(source)
            else:
                picture = np.full((48, 64, 3), 255, np.uint8)
                means.append(finishing(Painted(source, source.rgb, picture)).rgb.mean())
        return means

    assert levels(without=range(20, 25))[-1] == levels(without=range(0))[-1]


def test_how_firmly_frames_are_held_may_change() -> None:
    finishing = Finishing(detail=0.0, stabilise=1.0)
    finishing(painted(0, level=90))
    finishing.go_on(stabilise=0.0, preserve_color=False)
    assert (finishing(painted(1, level=140)).rgb == 140).all()


@pytest.mark.parametrize("detail", [-0.1, 1.1, float("nan")])
def test_an_amount_of_detail_that_cannot_work_is_one_line(detail: float) -> None:
    with pytest.raises(UsageError, match=r"detail .* must be from 0"):
        Finishing(detail=detail, stabilise=0.0)


def test_frames_are_held_as_the_method_needs_it_unless_said_otherwise() -> None:
    assert wished_stabilise(None, Method.ADAIN) == DEFAULT_STABILISE
    assert wished_stabilise(None, Method.IDENTITY) == wished_stabilise(None, Method.GATYS) == 0
    assert wished_stabilise(0.2, Method.GATYS) == 0.2
    with pytest.raises(UsageError, match="stabilise 2 must be from 0"):
        wished_stabilise(2.0, Method.ADAIN)
