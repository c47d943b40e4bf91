"""What a run over still pictures has made."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from vidstyle.errors import InterruptedRunError, VidstyleError
from vidstyle.pipeline import PipelineFigures
from vidstyle.runs.painting_observer import PaintingFigures
from vidstyle.runs.picture_jobs import PictureJobs


@dataclass(frozen=True, kw_only=True)
class ImageResult:
    """What a run of `stylize_image` has made."""

    outputs: tuple[Path, ...]
    failed: int
    """Pictures that could not be read."""
    network: str
    notes: tuple[str, ...]
    interrupted: bool = False
    """Whether Ctrl-C ended it early; what is written is complete."""
    figures: PipelineFigures
    painted: tuple[PaintingFigures, ...] = ()
    """How the optimisation of each picture has ended, where the method is one."""

    @classmethod
    def of(
        cls,
        written: Sequence[Path],
        jobs: PictureJobs,
        *,
        network: str,
        figures: PipelineFigures,
        painted: Sequence[PaintingFigures] = (),
        interrupted: bool = False,
    ) -> Self:
        """With the notes of the jobs, first those of pictures that could not be read.

        Raises:
            InterruptedRunError: Ctrl-C came before anything was written.
            VidstyleError: nothing was written for another reason.
        """
        if interrupted and not written:
            raise InterruptedRunError("interrupted before the first picture was finished")
        if not written:
            several = "none of the pictures could be read"
            raise VidstyleError(jobs.failures[0] if len(jobs.failures) == 1 else several)
        return cls(
            outputs=tuple(written),
            failed=len(jobs.failures),
            network=network,
            notes=(*jobs.failures, *jobs.notes),
            interrupted=interrupted,
            figures=figures,
            painted=tuple(painted),
        )

    def as_dict(self) -> dict[str, Any]:
        """The result for a JSON report."""
        painted = {"painted": [each.as_dict() for each in self.painted]} if self.painted else {}
        return {
            "outputs": [str(path) for path in self.outputs],
            "failed": self.failed,
            "network": self.network,
            "notes": list(self.notes),
            "interrupted": self.interrupted,
            **self.figures.as_dict(),
            **painted,
        }
