"""Carries out a sweep, cell by cell; what is done already is not done again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from vidstyle.errors import InterruptedRunError, VidstyleError
from vidstyle.evaluation.ablation.cells import Cell, Result, store_result, stored_result
from vidstyle.evaluation.ablation.judge import Judge
from vidstyle.evaluation.ablation.subjects import Subject, read_subject
from vidstyle.evaluation.ablation.sweep import Point, Sweep
from vidstyle.evaluation.ablation.tables import Row, write_tables
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

    A cell that is in the folder, made in the very same way, is taken as it is. One that cannot be
    done is told, and the others go on. Tables are written when a run is interrupted, too.

    Args:
        sweep: what to try.
        device: that the optimisation runs on; see `resolve_device`.
        store: where weights come from; by default where vidstyle looks for them.
        on_event: told of every cell.

    Raises:
        UsageError: a picture of a pair is not there.
        InterruptedRunError: Ctrl-C.
        VidstyleError: a picture cannot be read, references cannot be made, or nothing be written.
    """
    store = store or WeightStore()
    folder = sweep.sweep.folder
    judge = Judge(store)
    subjects = [read_subject(pair, sweep.sweep, store=store) for pair in sweep.pairs]
    points = sweep.points()
    events: list[Event] = []
    rows: list[Row] = []
    files: list[Path] = []
    try:
        for point in points:
            results: list[Result] = []
            rows.append((point, results))
            for subject in subjects:
                cell = Cell(point=point, subject=subject, judge=judge.name)
                event = _done(
                    cell,
                    folder,
                    judge,
                    device=device,
                    store=store,
                    number=len(events) + 1,
                    count=len(points) * len(subjects),
                )
                events.append(event)
                if event.result is not None:
                    results.append(event.result)
                on_event(event)
    except KeyboardInterrupt:
        if not any(results for _, results in rows):
            raise InterruptedRunError("interrupted before the first picture was finished") from None
        raise InterruptedRunError(
            f"interrupted: what is finished is kept in {folder}, the same command goes on with it"
        ) from None
    finally:
        known = [row for row in rows if row[1]]
        if known:
            files = write_tables(folder, known, judge=judge.name)
    return SweepResult(files=files, failed=sum(event.result is None for event in events))


def _done(
    cell: Cell,
    folder: Path,
    judge: Judge,
    *,
    device: str,
    store: WeightStore,
    number: int,
    count: int,
) -> Event:
    stored = stored_result(folder, cell)
    if stored is not None:
        return Event(number=number, count=count, name=cell.name, result=stored, stored=True)
    try:
        result = _painted(cell, folder, judge, device=device, store=store)
    except VidstyleError as error:
        return Event(number=number, count=count, name=cell.name, error=error)
    return Event(number=number, count=count, name=cell.name, result=result)


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
