"""Still pictures by optimisation, one by one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vidstyle.errors import InterruptedRunError
from vidstyle.files import untaken
from vidstyle.pipeline import Pipeline
from vidstyle.runs.image_result import ImageResult
from vidstyle.runs.painting_observer import PaintingObserver
from vidstyle.runs.picture_jobs import PictureJobs
from vidstyle.runs.progress import OnProgress, ticks
from vidstyle.video.frame import RgbPicture
from vidstyle.video.sink import NullSink

if TYPE_CHECKING:
    from vidstyle.stylizers.gatys.stylizer import Gatys


def paint_images(
    jobs: PictureJobs,
    repaint: Callable[[RgbPicture], RgbPicture],
    stylizer: "Gatys",
    *,
    on_progress: OnProgress | None,
) -> ImageResult:
    """Paint pictures, each written when it is finished.

    Ctrl-C writes the picture that is being painted as it is, and ends. While one is painted, a
    file beside its target shows how far it is.

    Args:
        jobs: the pictures, and where each goes.
        repaint: from a picture to the same as it is written; uses the stylizer.
        stylizer: with its styles set.
        on_progress: called in this thread, see `runs.progress`.

    Raises:
        VidstyleError: no picture could be read, or one could not be written.
        InterruptedRunError: Ctrl-C came before anything was painted.
    """
    written: list[Path] = []
    observer = PaintingObserver(should_stop=lambda: painting.interrupted or painting.aborted)
    stylizer.watch = observer

    def paint() -> Iterator[Path]:
        for job in jobs:
            if observer.stopped:
                return
            preview = job.target.with_name(f"{job.target.stem}.preview.png")
            with observer.preview(untaken(preview)):
                stylizer.reset()  # Pictures are no scene.
                painted = replace(job, picture=repaint(job.picture))
            painted.write()
            observer.finish(len(written), 1)
            written.append(job.target)
            yield job.target

    painting = Pipeline(paint(), [], NullSink(), source_name="paint", sink_name="count")
    tick = ticks(on_progress, total=len(jobs.paths), detail=observer.text)
    figures = painting.run(on_tick=tick)
    if painting.interrupted and not written:
        raise InterruptedRunError("interrupted before a picture was painted")
    result = ImageResult.of(
        written, jobs, network=stylizer.info, figures=figures, painted=observer.painted
    )
    if not painting.interrupted:
        return result
    left = len(jobs.paths) - len(written) - len(jobs.failures)
    others = f", {left} more not begun" if left else ""
    note = f"{written[-1]} is as it was by then{others}"
    return replace(result, interrupted=True, notes=(*result.notes, note))
