"""Carries out a sweep, cell by cell; what is done already is not done again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from vidstyle.engines.device import resolve_device
from vidstyle.errors import InterruptedRunError, VidstyleError
from vidstyle.evaluation.ablation.cells import Cell, Result, store_result, stored_result
from vidstyle.evaluation.ablation.judge import Judge
from vidstyle.evaluation.ablation.subjects import Subject, keep_reference, read_subject
from vidstyle.evaluation.ablation.sweep import Point, Sweep
from vidstyle.evaluation.ablation.tables import write_tables
from vidstyle.messages import ignore
from vidstyle.stylizers import Style
from vidstyle.stylizers.gatys.descent import Moment
from vidstyle.stylizers.gatys.stylizer import Gatys
from vidstyle.weights.store import WeightStore


@dataclass(frozen=True, kw_only=True)
class Event:
    """A cell that is done, was done before, or cannot be done.

    Attributes:
        number: of the cell, from 1.
        count: of all cells.
        name: of the cell.
        result: None where it failed.
        error: why it failed.
        stored: whether it was done before.
    """

    number: int
    count: int
    name: str
    result: Result | None = None
    error: VidstyleError | None = None
    stored: bool = False


@dataclass(frozen=True, kw_only=True)
class SweepResult:
    """What a sweep has come to.

    Attributes:
        files: tables and plot; none where no cell could be done.
        failed: how many cells have no result.
    """

    files: list[Path]
    failed: int


def run_sweep(
    sweep: Sweep,
    *,
    device: str = "auto",
    store: WeightStore | None = None,
    on_event: Callable[[Event], None] = ignore,
) -> SweepResult:
    """Paint and score all cells of a sweep, and write its tables.

    A cell that is in the folder is taken as it is. One that cannot be done is told, and the others
    go on. Tables are written when a run is interrupted, too.

    Args:
        sweep: what to try.
        device: that the optimisation runs on; see `resolve_device`.
        store: where weights come from; by default where vidstyle looks for them.
        on_event: told of every cell.

    Raises:
        UsageError: there is no such device, a picture of a pair is not there, or the folder has a
            cell of that name which was made in another way.
        InterruptedRunError: Ctrl-C.
        VidstyleError: a picture cannot be read, references cannot be made, or nothing be written.
    """
    # Else every cell would fail by it.
    resolve_device(device)
    store = store or WeightStore()
    folder = sweep.sweep.folder
    judge = Judge(store)
    subjects = [read_subject(pair, sweep.sweep, store=store) for pair in sweep.pairs]
    cells = [
        Cell(point=point, subject=subject, judge=judge.name)
        for point in sweep.points()
        for subject in subjects
    ]
    # All before the first is painted: hours of work may be in the folder.
    stored = [stored_result(folder, cell) for cell in cells]
    for pair, subject in zip(sweep.pairs, subjects, strict=True):
        if pair.reference is None:
            keep_reference(folder, subject)
    rows: dict[Point, list[Result]] = {cell.point: [] for cell in cells}
    failed = 0
    files: list[Path] = []
    try:
        for number, (cell, known) in enumerate(zip(cells, stored, strict=True), start=1):
            at = partial(Event, number=number, count=len(cells), name=cell.name)
            try:
                result = known or _painted(cell, folder, judge, device=device, store=store)
            except VidstyleError as error:
                failed += 1
                on_event(at(error=error))
            else:
                rows[cell.point].append(result)
                on_event(at(result=result, stored=known is not None))
    except KeyboardInterrupt:
        if not any(rows.values()):
            raise InterruptedRunError("interrupted before the first picture was finished") from None
        raise InterruptedRunError(
            f"interrupted: what is finished is kept in {folder}, the same command goes on with it"
        ) from None
    finally:
        if any(rows.values()):
            files = write_tables(folder, [row for row in rows.items() if row[1]], judge=judge.name)
    return SweepResult(files=files, failed=failed)


def _painted(cell: Cell, folder: Path, judge: Judge, *, device: str, store: WeightStore) -> Result:
    stylizer = _ready(cell.point, cell.subject, device=device, store=store)
    course: list[float] = []

    def watch(moment: Moment) -> bool:
        if moment.iteration == 1:
            course.clear()  # Another scale begins.
        course.append(moment.total)
        return False

    stylizer.watch = watch
    started = perf_counter()
    picture = np.asarray(stylizer.stylize(cell.subject.content[np.newaxis])[0], np.uint8)
    score = judge(picture, cell.subject, seconds=perf_counter() - started)
    network = str(stylizer.settings["network"])
    return store_result(folder, cell, picture, network=network, score=score, course=course)


def _ready(point: Point, subject: Subject, *, device: str, store: WeightStore) -> Gatys:
    stylizer = Gatys.load(point.options, store=store, device=device)
    stylizer.set_style([Style(name=subject.name, picture=subject.style)])
    height, width = subject.content.shape[:2]
    stylizer.prepare(height=height, width=width)
    return stylizer
