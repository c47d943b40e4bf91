"""A video by optimisation: painted into a work folder, and from there into its file."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from vidstyle.errors import InterruptedRunError
from vidstyle.pipeline import Pipeline, PipelineFigures
from vidstyle.runs.painted_video import PaintedVideo
from vidstyle.runs.painting_observer import PaintingObserver
from vidstyle.runs.progress import OnProgress, ticks
from vidstyle.runs.repainting import Finishing, Painted, content_of
from vidstyle.runs.sizes import SizeWish
from vidstyle.runs.stages import preprocess
from vidstyle.runs.video_way import FileResult, VideoWay
from vidstyle.runs.work_folder import PREVIEW, WorkFolder, sha256
from vidstyle.temporal.cuts import CutDetector
from vidstyle.video.frame import Frame
from vidstyle.video.picture_sink import picture_folder
from vidstyle.video.sink import NullSink
from vidstyle.video.source import Source

if TYPE_CHECKING:
    from vidstyle.stylizers.gatys.stylizer import Gatys

_BEGINNING = 1 << 20
"""Bytes of a file by which it is known."""


def paint_file(
    way: VideoWay,
    source: Source,
    again: Source,
    stylizer: "Gatys",
    finishing: Finishing,
    *,
    size: SizeWish | None,
    start: Fraction | None,
    overwrite: bool,
    on_progress: OnProgress | None,
) -> FileResult:
    """Paint a video and write it.

    Finished frames are kept in a work folder beside the output until that is complete: a run that
    was interrupted goes on where it stopped. Ctrl-C writes what is finished.

    Args:
        way: of the frames.
        source: of the frames, to be painted.
        again: the same, to be written.
        stylizer: with its styles set.
        finishing: what happens to painted frames.
        size: that it works at; None: that of the output.
        start: where in the video the frames begin; None: where it does.
        overwrite: begin anew where the work folder is of another run.
        on_progress: called in this thread, see `runs.progress`.

    Raises:
        UsageError: the work folder is of another run.
        InterruptedRunError: Ctrl-C came before the first frame was finished, or twice.
        VidstyleError: a frame cannot be read, painted or written.
    """
    settings = {
        "input": _known_by(source.info.file),
        "output size": str(way.size),
        "size": str(size),
        "start time": str(start or 0),
        **stylizer.settings,
    }
    output = way.output.path
    # By its full path the present folder has a name, too.
    place = Path(os.path.abspath(picture_folder(output))) if way.output.is_pictures else output
    work = WorkFolder(place, settings, anew=overwrite)
    remains = f"what is finished is kept in {work.path}: the same command goes on with it"
    observer = PaintingObserver(should_stop=lambda: painting.interrupted or painting.aborted)
    stylizer.watch = observer
    prepare = preprocess(way.size, source.info.orientation)
    video = PaintedVideo(
        (frame.with_picture(content_of(frame, size)) for frame in map(prepare, source)),
        stylizer=stylizer,
        work=work,
        observer=observer,
        is_cut=CutDetector(),
    )
    painting = Pipeline(video.paint(), [], NullSink(), source_name="paint", sink_name="keep")
    expected = source.info.frames
    if expected is not None and stylizer.options.backward:
        expected *= 2

    def kept(frames: Sequence[Frame]) -> list[Painted]:
        return [Painted(f, content_of(f, size), video.picture(f.index)) for f in frames]

    try:
        with _removed_if_empty(work), observer.preview(work.path / PREVIEW):
            figures = painting.run(on_tick=ticks(on_progress, total=expected, detail=observer.text))
        if not len(video):
            raise InterruptedRunError("interrupted before the first frame was finished")
        result = way.run(
            again,
            kept,
            finishing,
            network=stylizer.info,
            frames=_first(len(video), again),
            cut_short=painting.interrupted,
            on_progress=on_progress,
        )
    except KeyboardInterrupt:
        told = remains if len(work) else "nothing was finished"
        raise InterruptedRunError(f"interrupted: {told}") from None
    notes = [*source.notes, *result.notes]
    if result.interrupted:
        notes.append(f"{remains}, with --overwrite")
    else:
        work.remove()
    return replace(
        result,
        notes=tuple(dict.fromkeys(notes)),
        figures=_joined(figures, result.figures),
        painted=tuple(observer.painted),
    )


@contextmanager
def _removed_if_empty(work: WorkFolder) -> Iterator[None]:
    """Leave no work folder behind that has no frames."""
    try:
        yield
    finally:
        if not len(work):
            work.remove()


def _known_by(file: Path | None) -> str:
    """What tells an input from another; not its name, which may change."""
    if file is None:
        return "pictures"
    with file.open("rb") as video:
        return sha256(video.read(_BEGINNING))


def _first(count: int, source: Source) -> Iterator[Frame]:
    yield from islice(source, count)


def _joined(painting: PipelineFigures, writing: PipelineFigures) -> PipelineFigures:
    return PipelineFigures.of(
        (*painting.stages, *writing.stages),
        elapsed_seconds=painting.elapsed_seconds + writing.elapsed_seconds,
    )
