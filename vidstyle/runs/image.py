"""Still pictures, one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.pipeline import Pipeline, PipelineFigures, Stage
from vidstyle.runs.engine_opener import OnMessage
from vidstyle.runs.loading import StyleWish, load_stylizer, styles_label
from vidstyle.runs.progress import OnDownload, OnProgress, OnStart, Progress
from vidstyle.runs.report import check_report, write_report
from vidstyle.runs.sizes import SizeWish
from vidstyle.runs.stages import resized
from vidstyle.stylizers import Stylizer
from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import (
    SUFFIXES,
    check_exists,
    pictures_in,
    read_picture,
    write_picture,
)


@dataclass(frozen=True, kw_only=True)
class ImageResult:
    """What a run of `stylize_image` has made."""

    outputs: tuple[Path, ...]
    failed: int
    """Pictures that could not be read."""
    network: str
    notes: tuple[str, ...]
    figures: PipelineFigures

    def as_dict(self) -> dict[str, Any]:
        """The result for a JSON report."""
        return {
            "outputs": [str(path) for path in self.outputs],
            "failed": self.failed,
            "network": self.network,
            "notes": list(self.notes),
            **self.figures.as_dict(),
        }


@dataclass(frozen=True)
class _Job:
    """One picture on its way from its file to another."""

    source: Path
    target: Path
    picture: RgbPicture


def stylize_image(
    sources: str | Path | Sequence[str | Path],
    output: str | Path | None = None,
    *,
    method: str = "adain",
    styles: Sequence[str | Path] = (),
    strength: float = 1.0,
    size: str | None = None,
    preserve_color: bool = False,
    backend: str = "auto",
    device: str = "auto",
    precision: str = "auto",
    build: bool = False,
    overwrite: bool = False,
    report: str | Path | None = None,
    on_start: OnStart | None = None,
    on_progress: OnProgress | None = None,
    on_message: OnMessage | None = None,
    on_download: OnDownload | None = None,
) -> ImageResult:
    """Repaint pictures.

    Args:
        sources: a picture, or several pictures and folders of pictures.
        output: a picture where `sources` is one, else a folder (made if need be); None makes names
            beside the sources.
        The others are those of `stylize_file`.

    Raises:
        UsageError: an argument cannot work; nothing has been written.
        VidstyleError: no picture could be read, or one could not be written.
    """
    paths = _expand([sources] if isinstance(sources, str | Path) else sources)
    size_wish = SizeWish.parse(size) if size else None
    wishes = [StyleWish.parse(style) for style in styles]
    targets = _targets(paths, output, label=styles_label(wishes, method), overwrite=overwrite)
    check_report(report)
    stylizer = load_stylizer(
        method,
        styles=wishes,
        strength=strength,
        preserve_color=preserve_color,
        backend=backend,
        device=device,
        precision=precision,
        build=build,
        size=_first_size(paths, size_wish),
        on_message=on_message,
        on_download=on_download,
    )
    if on_start is not None:
        on_start(f"{stylizer.info} · {len(paths)} picture{'s' if len(paths) > 1 else ''}")
    result = _run(paths, targets, stylizer, size_wish, on_progress)
    write_report(report, result.as_dict())
    return result


def _run(
    paths: list[Path],
    targets: list[Path],
    stylizer: Stylizer,
    size_wish: SizeWish | None,
    on_progress: OnProgress | None,
) -> ImageResult:
    notes: list[str] = []
    sink = _Writer()
    pipeline = Pipeline(
        _read(paths, targets, notes),
        [Stage.each("model", lambda job: _repaint(job, stylizer, size_wish))],
        sink,
        source_name="read",
        sink_name="write",
    )

    def tick(figures: PipelineFigures) -> None:
        if on_progress is not None:
            on_progress(Progress(done=figures.count, total=len(paths), figures=figures))

    figures = pipeline.run(on_tick=tick)
    if not sink.written:
        raise VidstyleError(notes[0] if len(notes) == 1 else "none of the pictures could be read")
    return ImageResult(
        outputs=tuple(sink.written),
        failed=len(notes),
        network=stylizer.info,
        notes=tuple(notes),
        figures=figures,
    )


class _Writer:
    """The sink: each picture is complete when it is written."""

    def __init__(self) -> None:
        self.written: list[Path] = []

    def write(self, job: _Job) -> None:
        write_picture(job.target, job.picture)
        self.written.append(job.target)

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


def _read(paths: list[Path], targets: list[Path], notes: list[str]) -> Iterator[_Job]:
    for path, target in zip(paths, targets, strict=True):
        try:
            yield _Job(path, target, read_picture(path))
        except VidstyleError as error:
            notes.append(str(error))


def _first_size(paths: list[Path], size_wish: SizeWish | None) -> Size | None:
    """The size of the first result; None where no picture can be read, which is told later."""
    for path in paths:
        try:
            height, width = read_picture(path).shape[:2]
        except VidstyleError:
            continue
        return size_wish.of(Size(width, height)) if size_wish else Size(width, height)
    return None


def _repaint(job: _Job, stylizer: Stylizer, size_wish: SizeWish | None) -> _Job:
    picture = job.picture
    if size_wish is not None:
        height, width = picture.shape[:2]
        picture = resized(picture, size_wish.of(Size(width, height)))
    return _Job(job.source, job.target, stylizer.stylize(picture[np.newaxis])[0])


def _expand(sources: Sequence[str | Path]) -> list[Path]:
    paths: list[Path] = []
    for source in map(Path, sources):
        check_exists(source, "picture")
        inside = pictures_in(source) if source.is_dir() else [source]
        if not inside:
            raise UsageError(f"there are no pictures in {source} ({', '.join(SUFFIXES)})")
        paths += inside
    if not paths:
        raise UsageError("name at least one picture")
    return paths


def _targets(
    paths: list[Path], output: str | Path | None, *, label: str, overwrite: bool
) -> list[Path]:
    if output is None:
        targets = [path.with_name(f"{path.stem}-{label}{path.suffix}") for path in paths]
    elif len(paths) == 1 and Path(output).suffix.lower() in SUFFIXES:
        targets = [Path(output)]
    else:
        folder = _output_folder(Path(output))
        targets = [folder / path.name for path in paths]
    _check_targets(paths, targets, overwrite=overwrite)
    return targets


def _output_folder(folder: Path) -> Path:
    if folder.suffix and not folder.is_dir():
        raise UsageError(
            f"cannot write '{folder}': name a picture ({', '.join(SUFFIXES)}) for one input, "
            "or a folder for several"
        )
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}") from error
    return folder


def _check_targets(paths: list[Path], targets: list[Path], *, overwrite: bool) -> None:
    if len(set(targets)) < len(targets):
        raise UsageError("two of the pictures have the same name: write them to different folders")
    for path, target in zip(paths, targets, strict=True):
        if not target.absolute().parent.is_dir():
            raise UsageError(f"the folder {target.parent} does not exist: make it first")
        if target.exists() and target.samefile(path):
            raise UsageError(f"{target} is the input itself: choose another name with -o")
        if target.exists() and not overwrite:
            raise UsageError(f"{target} exists: add --overwrite, or choose another name with -o")
