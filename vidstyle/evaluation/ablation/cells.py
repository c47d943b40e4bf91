"""The cells of a sweep on disk: a picture, and beside it how it was made and its score."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vidstyle.errors import UsageError
from vidstyle.evaluation.ablation.judge import Score
from vidstyle.evaluation.ablation.subjects import Subject, make_folder
from vidstyle.evaluation.ablation.sweep import Point, short_name
from vidstyle.files import write_whole
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import write_picture

_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One combination on one pair.

    Attributes:
        point: the combination.
        subject: the pair.
        judge: the network that scores.
    """

    point: Point
    subject: Subject
    judge: str

    @property
    def name(self) -> str:
        """Of its files, and for the user."""
        return short_name(f"{self.point.slug}--{self.subject.name}")

    @property
    def facts(self) -> dict[str, Any]:
        """All that the result depends on."""
        facts = {
            "format": _FORMAT,
            "options": asdict(self.point.options),
            "pictures": self.subject.digest,
            "judge": self.judge,
        }
        # As they come back from a file.
        plain: dict[str, Any] = json.loads(json.dumps(facts))
        return plain


@dataclass(frozen=True, kw_only=True)
class Result:
    """A cell that is done.

    Attributes:
        pair: its name.
        network: that the picture was made with.
        score: what is known of it.
        course: of the whole loss, iteration by iteration, at the last scale.
    """

    pair: str
    network: str
    score: Score
    course: tuple[float, ...]


def stored_result(folder: Path, cell: Cell) -> Result | None:
    """The result of a cell that is there; None where it is to be made.

    Raises:
        UsageError: one of that name is there that was made in another way.
    """
    path = folder / f"{cell.name}.json"
    if not path.exists() or not path.with_suffix(".png").exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["facts"] == cell.facts:
            return _result(cell, found["network"], Score(**found["score"]), found["course"])
    except (OSError, ValueError, KeyError, TypeError):
        # Not one of ours, or damaged: it is made anew.
        return None
    raise UsageError(
        f"{path} is of other options or pictures: name another --folder, or remove {folder}"
    )


def store_result(
    folder: Path,
    cell: Cell,
    picture: RgbPicture,
    *,
    network: str,
    score: Score,
    course: list[float],
) -> Result:
    """Write a cell's picture and figures; `VidstyleError` where they cannot be written."""
    path = folder / f"{cell.name}.json"
    make_folder(folder)
    write_picture(path.with_suffix(".png"), picture)
    content = {
        "pair": cell.subject.name,
        "values": cell.point.values,
        "network": network,
        "score": asdict(score),
        "course": course,
        "facts": cell.facts,
    }
    # The figures last: a cell without them is not done.
    write_whole(path, json.dumps(content, indent=1).encode())
    return _result(cell, network, score, course)


def _result(cell: Cell, network: str, score: Score, course: list[float]) -> Result:
    return Result(
        pair=cell.subject.name,
        network=network,
        score=score,
        course=tuple(float(value) for value in course),
    )
