from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.stylizers.gatys.tiny import tiny_features
from vidstyle.errors import UsageError
from vidstyle.stylizers.gatys.descent import Moment
from vidstyle.stylizers.gatys.options import GatysOptions, Start
from vidstyle.stylizers.gatys.stylizer import Gatys
from vidstyle.stylizers.luminance import with_luma_of
from vidstyle.stylizers.style import Style


def pictures(count: int, *, height: int = 40, width: int = 48, seed: int = 0) -> NDArray[np.uint8]:
    draw = np.random.default_rng(seed)
    return draw.integers(0, 255, (count, height, width, 3), np.uint8)


def style(seed: int = 9, *, share: float = 1.0) -> Style:
    return Style(name=f"style {seed}", picture=pictures(1, seed=seed)[0], share=share)


def gatys(*, strength: float = 1.0, preserve_color: bool = False, **options: Any) -> Gatys:
    chosen = GatysOptions(**{"iterations": 4, "scales": 1, **options})
    stylizer = Gatys(tiny_features(), chosen, strength=strength, preserve_color=preserve_color)
    stylizer.set_style([style()])
    return stylizer


class Count:
    """Counts iterations, and notes how many pictures take part in each."""

    def __init__(self) -> None:
        self.pictures: list[int] = []

    def __call__(self, moment: Moment) -> bool:
        self.pictures.append(len(moment.pictures))
        return False


@pytest.mark.parametrize(("height", "width"), [(40, 48), (41, 47), (5, 3)])
def test_any_size_stays_as_it_is(height: int, width: int) -> None:
    frames = pictures(1, height=height, width=width)

    result = gatys().stylize(frames)

    assert result.shape == frames.shape
    assert result.dtype == np.uint8
    assert not np.array_equal(result, frames)


@pytest.mark.parametrize("frames", [pictures(1)[0], pictures(1) / np.float32(255)])
def test_what_is_no_batch_of_frames_is_one_line(frames: NDArray[Any]) -> None:
    with pytest.raises(UsageError, match=r"^frames are \w+ \(.*\): give uint8 \(N, H, W, 3\), RGB"):
        gatys().stylize(frames)


def test_the_first_frame_is_alone_and_the_others_start_from_it() -> None:
    stylizer, count = gatys(following_iterations=2), Count()
    stylizer.watch = count

    stylizer.stylize(pictures(3))
    stylizer.stylize(pictures(2, seed=1))

    assert count.pictures == [1] * 4 + [2] * 2 + [2] * 2


def test_after_a_reset_nothing_is_remembered() -> None:
    stylizer = gatys()
    first = stylizer.stylize(pictures(1))
    stylizer.stylize(pictures(1, seed=4))
    stylizer.reset()

    np.testing.assert_array_equal(stylizer.stylize(pictures(1)), first)


def test_frames_of_another_size_begin_a_scene() -> None:
    stylizer, fresh = gatys(), gatys()
    stylizer.stylize(pictures(2))
    smaller = pictures(2, height=32, width=40, seed=1)
    np.testing.assert_array_equal(stylizer.stylize(smaller), fresh.stylize(smaller))


def test_a_still_video_stays_still() -> None:
    still = np.repeat(pictures(1), 3, axis=0)

    def flicker(**options: Any) -> float:
        stylizer = gatys(iterations=6, following_iterations=8, start=Start.PREVIOUS, **options)
        results = np.concatenate([stylizer.stylize(frame[np.newaxis]) for frame in still])
        return float(np.abs(np.diff(results.astype(float), axis=0)).mean())

    assert flicker(temporal_weight=1e4) < 0.2 * flicker(temporal_weight=0.0)


def test_what_is_remembered_counts_as_stylised() -> None:
    frames = pictures(3)
    whole = gatys()
    wanted = [whole.stylize(frame[np.newaxis]) for frame in frames]

    continued = gatys()
    continued.remember(frames[:2], np.concatenate(wanted[:2]))

    np.testing.assert_array_equal(continued.stylize(frames[2:]), wanted[2])


def test_frames_may_be_written_over_once_they_are_stylised() -> None:
    frames = pictures(2)
    untouched = gatys()
    untouched.stylize(frames[:1])
    wanted = untouched.stylize(frames[1:])

    reused = gatys()
    buffer = frames[:1].copy()
    reused.stylize(buffer)
    buffer[:] = 0

    np.testing.assert_array_equal(reused.stylize(frames[1:]), wanted)


def test_the_backward_pass_keeps_the_last_frame_and_changes_the_others() -> None:
    frames = pictures(3)
    stylizer = gatys()
    results = stylizer.stylize(frames)
    stylizer.reset()

    revised = stylizer.revise(frames[::-1], results[::-1])[::-1]

    np.testing.assert_array_equal(revised[2], results[2])
    assert not np.array_equal(revised[0], results[0])


def test_without_strength_the_content_stays() -> None:
    frames = pictures(1)

    result = gatys(strength=0.0, total_variation_weight=0.0).stylize(frames)

    np.testing.assert_allclose(result.astype(int), frames, atol=1)


def test_colours_can_be_kept() -> None:
    frames = pictures(1)

    result = gatys(preserve_color=True).stylize(frames)

    # But for what colours beyond black and white come to.
    assert np.abs(result.astype(int) - with_luma_of(result[0], frames[0])).mean() < 0.2
    assert not np.array_equal(result, frames)


def test_the_order_of_a_mix_does_not_matter() -> None:
    first, second = gatys(), gatys()
    first.set_style([style(1, share=3), style(2, share=1)])
    second.set_style([style(2, share=0.25), style(1, share=0.75)])

    np.testing.assert_allclose(
        first.stylize(pictures(1)).astype(int), second.stylize(pictures(1)), atol=2
    )


def test_it_says_what_it_is() -> None:
    assert gatys().info == "gatys tiny, lbfgs, 4 iterations (fp32, eager on cpu)"


def test_a_picture_is_needed(tmp_path: Any) -> None:
    stylizer = Gatys(tiny_features(), GatysOptions())
    with pytest.raises(UsageError, match="none was set"):
        stylizer.stylize(pictures(1))
    with pytest.raises(UsageError, match="at least one style picture"):
        stylizer.set_style([])
    with pytest.raises(UsageError, match="needs a picture for style candy"):
        stylizer.set_style([Style(name="candy", checkpoint=tmp_path)])
