"""With the real method and a tiny network."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.stylizers.gatys.tiny import tiny_features
from vidstyle.runs.painted_video import PaintedVideo
from vidstyle.runs.painting_observer import PaintingObserver
from vidstyle.runs.work_folder import WorkFolder
from vidstyle.stylizers.gatys.options import GatysOptions
from vidstyle.stylizers.gatys.stylizer import Gatys
from vidstyle.stylizers.style import Style
from vidstyle.video.frame import Frame

COUNT = 5


def content(index: int) -> NDArray[np.uint8]:
    """A picture that slides by a pixel a frame."""
    wide = np.random.default_rng(0).integers(0, 255, (24, 60, 3), np.uint8)
    return np.ascontiguousarray(wide[:, index : index + 36])


def source() -> Iterator[Frame]:
    for index in range(COUNT):
        yield Frame(picture=content(index), index=index, pts=7 * index, time_base=Fraction(1, 100))


class Spy(Gatys):
    """Counts what is painted and where scenes begin."""

    def __init__(self, **options: Any) -> None:
        chosen = GatysOptions(**{"iterations": 2, "scales": 1, **options})
        super().__init__(tiny_features(), chosen)
        self.set_style(
            [
                Style(
                    name="s",
                    picture=np.random.default_rng(1).integers(0, 255, (40, 40, 3), np.uint8),
                )
            ]
        )
        self.batches: list[int] = []
        self.revised: list[int] = []
        self.scenes = 0

    def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self.batches.append(len(frames))
        return super().stylize(frames)

    def revise(self, frames: NDArray[np.uint8], results: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self.revised.append(len(frames))
        return super().revise(frames, results)

    def reset(self) -> None:
        self.scenes = getattr(self, "scenes", 0) + 1
        super().reset()


def video(
    tmp_path: Path,
    stylizer: Gatys,
    *,
    is_cut: Callable[[NDArray[np.uint8]], bool] = lambda picture: False,
    should_stop: Callable[[], bool] = lambda: False,
) -> PaintedVideo:
    observer = PaintingObserver(should_stop=should_stop)
    stylizer.watch = observer
    return PaintedVideo(
        source(),
        stylizer=stylizer,
        work=WorkFolder(tmp_path / "out.mp4", stylizer.settings),
        observer=observer,
        is_cut=is_cut,
    )


def results(painted: PaintedVideo) -> list[NDArray[np.uint8]]:
    return [painted.picture(index) for index in range(len(painted))]


def test_every_frame_has_a_picture(tmp_path: Path) -> None:
    painted = video(tmp_path, Spy())

    assert list(painted.paint()) == list(range(COUNT))

    assert len(painted) == COUNT
    assert all(picture.shape == (24, 36, 3) for picture in results(painted))


def test_frames_are_painted_in_batches(tmp_path: Path) -> None:
    stylizer = Spy(batch=2)

    list(video(tmp_path, stylizer).paint())

    assert stylizer.batches == [2, 2, 1]


def test_a_cut_ends_a_batch_and_begins_a_scene(tmp_path: Path) -> None:
    stylizer = Spy(batch=2)
    before = stylizer.scenes

    list(
        video(
            tmp_path, stylizer, is_cut=lambda picture: np.array_equal(picture, content(3))
        ).paint()
    )

    assert stylizer.batches == [2, 1, 2]
    assert stylizer.scenes - before == 2


@pytest.mark.parametrize("options", [{}, {"batch": 2}, {"backward": True}])
def test_a_run_goes_on_where_one_has_stopped(tmp_path: Path, options: dict[str, Any]) -> None:
    for folder in ("whole", "parts"):
        (tmp_path / folder).mkdir()
    whole = video(tmp_path / "whole", Spy(**options))
    list(whole.paint())

    stopped = False
    first = video(tmp_path / "parts", Spy(**options), should_stop=lambda: stopped)
    for number in first.paint():
        stopped = stopped or number == 2
    assert 0 < len(first) < COUNT
    stylizer = Spy(**options)
    second = video(tmp_path / "parts", stylizer)
    list(second.paint())

    assert sum(stylizer.batches) == COUNT - len(first)
    for ours, theirs in zip(results(second), results(whole), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_frame_that_is_not_finished_is_not_kept(tmp_path: Path) -> None:
    iterations = 0

    def should_stop() -> bool:
        nonlocal iterations
        iterations += 1
        return iterations > 9

    first = video(tmp_path, Spy(), should_stop=should_stop)
    list(first.paint())

    assert len(first) < COUNT
    assert len(list((tmp_path / "out.mp4.work").glob("forward-*.png"))) == len(first)


def test_a_damaged_frame_is_painted_again_and_the_same(tmp_path: Path) -> None:
    first = video(tmp_path, Spy())
    list(first.paint())
    wanted = results(first)
    (tmp_path / "out.mp4.work" / "forward-000003.png").write_bytes(b"damaged")

    stylizer = Spy()
    second = video(tmp_path, stylizer)
    list(second.paint())

    assert stylizer.batches == [1]
    np.testing.assert_array_equal(results(second)[2], wanted[2])


def test_the_backward_pass_goes_over_each_scene_from_its_end(tmp_path: Path) -> None:
    stylizer = Spy(backward=True)

    painted = video(tmp_path, stylizer, is_cut=lambda picture: np.array_equal(picture, content(3)))

    assert list(painted.paint()) == [0, 1, 2, 3, 4, 2, 1, 0, 4, 3]
    forward = sorted((tmp_path / "out.mp4.work").glob("forward-*.png"))
    backward = sorted((tmp_path / "out.mp4.work").glob("backward-*.png"))
    same = [a.read_bytes() == b.read_bytes() for a, b in zip(forward, backward, strict=True)]
    assert same == [False, False, True, False, True]


def test_a_stop_in_the_backward_pass_leaves_a_whole_video(tmp_path: Path) -> None:
    stopped = False
    painted = video(tmp_path, Spy(backward=True), should_stop=lambda: stopped)
    for count, _ in enumerate(painted.paint(), start=1):
        stopped = count >= COUNT + 2

    assert len(results(painted)) == COUNT
