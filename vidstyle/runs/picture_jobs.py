"""Still pictures on their way from their files to others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vidstyle.errors import VidstyleError
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import TRANSPARENT, Opacity, read_with_opacity, write_picture


@dataclass(frozen=True)
class PictureJob:
    """One picture, and where it goes.

    Attributes:
        target: where.
        picture: what.
        opacity: its alpha, of the source's size; None where nothing is transparent.
    """

    target: Path
    picture: RgbPicture
    opacity: Opacity | None

    def write(self) -> None:
        """Write the picture, whole or not at all."""
        write_picture(self.target, self.picture, self.opacity)


@dataclass(frozen=True)
class PictureJobs:
    """Reads pictures as they are asked for, once.

    Attributes:
        paths: of the pictures.
        targets: where each goes.
        failures: a line for each picture that could not be read.
        notes: a line for whatever else the user should know.
    """

    paths: Sequence[Path]
    targets: Sequence[Path]
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[PictureJob]:
        for path, target in zip(self.paths, self.targets, strict=True):
            try:
                picture, opacity = read_with_opacity(path)
            except VidstyleError as error:
                self.failures.append(str(error))
                continue
            if opacity is not None and target.suffix.lower() not in TRANSPARENT:
                kinds = ", ".join(TRANSPARENT)
                self.notes.append(f"{target} is not transparent as {path.name} is: {kinds} can be")
                opacity = None
            yield PictureJob(target, picture, opacity)
