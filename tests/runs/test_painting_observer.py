import errno
import os
from pathlib import Path

import pytest
import torch

from vidstyle import files
from vidstyle.pipeline import PipelineFigures
from vidstyle.runs import painting_observer
from vidstyle.runs.painting_observer import PaintingObserver
from vidstyle.runs.progress import Progress, ticks
from vidstyle.stylizers.gatys.descent import Moment
from vidstyle.video.pictures import read_picture


def moment(iteration: int = 3) -> Moment:
    return Moment(
        iteration=iteration,
        iterations=20,
        losses={"style": 0.1234, "content": 0.5},
        total=1.0,
        pictures=torch.full((2, 3, 10, 12), 0.2),
    )


def test_it_tells_where_the_optimisation_is() -> None:
    observer = PaintingObserver(should_stop=lambda: False)
    assert observer.text() == ""

    observer(moment())

    assert observer.text() == "3 of 20 at 12x10, style 0.123, content 0.5"


@pytest.mark.parametrize("stop", [False, True])
def test_it_answers_whether_to_stop(stop: bool) -> None:
    observer = PaintingObserver(should_stop=lambda: stop)

    assert observer(moment()) is stop
    assert observer.stopped is stop


def test_the_preview_shows_the_last_picture_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting_observer, "_SECONDS_BETWEEN_PREVIEWS", 0.0)
    observer = PaintingObserver(should_stop=lambda: False)
    path = tmp_path / "preview.png"

    observer(moment())
    assert not path.exists()
    with observer.preview(path):
        observer(moment())
        picture = read_picture(path)

    assert picture.shape == (10, 12, 3)
    assert picture[0, 0].tolist() == [51, 51, 51]
    assert not path.exists()


def test_a_viewer_that_has_the_preview_open_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which then lets nobody replace or remove it."""

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(painting_observer, "_SECONDS_BETWEEN_PREVIEWS", 0.0)
    observer = PaintingObserver(should_stop=lambda: False)
    path = tmp_path / "preview.png"
    with observer.preview(path):
        observer(moment())
        before = path.read_bytes()
        monkeypatch.setattr(os, "replace", refuse)
        monkeypatch.setattr(files, "_PAUSES", ())
        observer(moment())
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [before]
        monkeypatch.setattr(os, "unlink", refuse)


def test_finished_pictures_are_kept_with_their_losses() -> None:
    observer = PaintingObserver(should_stop=lambda: False)
    observer.finish(0, 1)
    assert observer.painted == []

    observer(moment(20))
    observer.finish(4, 2)

    assert observer.painted[0].as_dict() == {
        "first": 4,
        "count": 2,
        "iterations": 20,
        "losses": {"style": 0.1234, "content": 0.5},
    }


def test_a_tick_is_a_progress_with_the_detail() -> None:
    seen: list[Progress] = []
    observer = PaintingObserver(should_stop=lambda: False)
    observer(moment())
    tick = ticks(seen.append, total=9, detail=observer.text)
    assert tick is not None

    tick(PipelineFigures(stages=(), elapsed_seconds=1.0, count=0, bottleneck="paint"))

    assert (seen[0].total, seen[0].detail) == (9, observer.text())
    assert ticks(None, total=9) is None
