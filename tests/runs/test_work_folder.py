import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.work_folder import WorkFolder

JOB = {"iterations": 30, "styles": [["abc", 1.0]], "distances": (1, 2)}


def picture(seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (9, 7, 3), np.uint8)


def opened(tmp_path: Path, **changes: object) -> WorkFolder:
    return WorkFolder(tmp_path / "out.mp4", {**JOB, **changes})


def test_a_kept_picture_is_found_by_the_next_run(tmp_path: Path) -> None:
    opened(tmp_path).keep("forward", 3, picture(), of="content")

    found = opened(tmp_path).find("forward", 3, of="content")

    assert found is not None
    np.testing.assert_array_equal(found, picture())
    assert (tmp_path / "out.mp4.work" / "forward-000004.png").exists()


def test_what_is_of_something_else_is_not_found(tmp_path: Path) -> None:
    work = opened(tmp_path)
    work.keep("forward", 3, picture(), of="content")

    assert work.find("forward", 3, of="other content") is None
    assert work.find("backward", 3, of="content") is None
    assert work.find("forward", 4, of="content") is None


def test_the_last_one_counts(tmp_path: Path) -> None:
    work = opened(tmp_path)
    work.keep("forward", 0, picture(1), of="content")
    work.keep("forward", 0, picture(2), of="content")

    for each in (work, opened(tmp_path)):
        np.testing.assert_array_equal(each.find("forward", 0, of="content"), picture(2))


@pytest.mark.parametrize("damage", [b"", b"no picture"])
def test_a_damaged_picture_is_not_found(tmp_path: Path, damage: bytes) -> None:
    opened(tmp_path).keep("forward", 0, picture(), of="content")
    (tmp_path / "out.mp4.work" / "forward-000001.png").write_bytes(damage)

    assert opened(tmp_path).find("forward", 0, of="content") is None


def test_a_missing_picture_is_not_found(tmp_path: Path) -> None:
    opened(tmp_path).keep("forward", 0, picture(), of="content")
    (tmp_path / "out.mp4.work" / "forward-000001.png").unlink()

    assert opened(tmp_path).find("forward", 0, of="content") is None


@pytest.mark.parametrize("line", ['{"kind": "forw', "[1, 2]", '{"kind": "forward", "number": 1}'])
def test_a_broken_line_of_the_index_hides_no_other(tmp_path: Path, line: str) -> None:
    opened(tmp_path).keep("forward", 0, picture(), of="content")
    with (tmp_path / "out.mp4.work" / "frames.jsonl").open("a") as index:
        index.write(line)

    assert opened(tmp_path).find("forward", 0, of="content") is not None


def test_another_job_does_not_go_on_with_it(tmp_path: Path) -> None:
    opened(tmp_path).keep("forward", 0, picture(), of="content")

    with pytest.raises(UsageError, match=r"unfinished run with another setting of iterations"):
        opened(tmp_path, iterations=31)

    anew = WorkFolder(tmp_path / "out.mp4", {**JOB, "iterations": 31}, anew=True)
    assert anew.find("forward", 0, of="content") is None
    assert opened(tmp_path, iterations=31).find("forward", 0, of="content") is None


def test_the_same_job_goes_on_even_where_it_may_begin_anew(tmp_path: Path) -> None:
    opened(tmp_path).keep("forward", 0, picture(), of="content")

    again = WorkFolder(tmp_path / "out.mp4", JOB, anew=True)

    assert again.find("forward", 0, of="content") is not None


def test_a_folder_that_cannot_be_read_is_not_touched(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "out.mp4.work" / "job.json").write_text("{")

    with pytest.raises(UsageError, match="is of no run: move it away"):
        WorkFolder(tmp_path / "out.mp4", JOB, anew=True)


def test_a_folder_of_the_user_is_not_touched(tmp_path: Path) -> None:
    mine = tmp_path / "out.mp4.work" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")

    with pytest.raises(UsageError, match="is of no run: move it away"):
        WorkFolder(tmp_path / "out.mp4", JOB, anew=True)
    assert mine.read_text() == "mine"


def test_what_somebody_puts_into_it_stays(tmp_path: Path) -> None:
    work = opened(tmp_path)
    work.keep("forward", 0, picture(), of="content")
    (work.path / "mine.txt").write_text("mine")

    WorkFolder(tmp_path / "out.mp4", {**JOB, "iterations": 31}, anew=True).remove()

    assert [path.name for path in work.path.iterdir()] == ["mine.txt"]


def test_the_job_can_be_read(tmp_path: Path) -> None:
    opened(tmp_path)

    assert json.loads((tmp_path / "out.mp4.work" / "job.json").read_text())["iterations"] == 30


def test_it_can_be_removed(tmp_path: Path) -> None:
    work = opened(tmp_path)
    work.keep("forward", 0, picture(), of="content")
    work.remove()

    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"cannot keep work in .*out\.mp4\.work"):
        WorkFolder(tmp_path / "missing" / "out.mp4", JOB)
