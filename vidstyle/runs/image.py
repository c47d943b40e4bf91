"""Still pictures, one by one."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from vidstyle.errors import UsageError, VidstyleError, check_range
from vidstyle.messages import OnDownload, OnMessage
from vidstyle.pipeline import Pipeline, Stage
from vidstyle.runs.gatys_image import paint_images
from vidstyle.runs.image_result import ImageResult
from vidstyle.runs.loading import (
    StyleLike,
    chosen_styles,
    load_stylizer,
    style_wishes,
    styles_label,
)
from vidstyle.runs.picture_jobs import PictureJob, PictureJobs
from vidstyle.runs.progress import OnProgress, OnStart, ticks
from vidstyle.runs.regions import RegionWish
from vidstyle.runs.repainting import Finishing, Repainting
from vidstyle.runs.report import check_report, write_report
from vidstyle.runs.sizes import SizeWish, wished_size
from vidstyle.runs.stages import resized, size_of
from vidstyle.stylizers import Method
from vidstyle.stylizers.gatys.options import GatysOptions
from vidstyle.video.convert import Size
from vidstyle.video.detail import DEFAULT_DETAIL
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.partial import check_place
from vidstyle.video.picture_sink import check_picture_folder, is_folder_name
from vidstyle.video.pictures import (
    SUFFIXES,
    check_file,
    given_path,
    pictures_in,
    read_picture,
)


def stylize_image(
    sources: str | Path | Sequence[str | Path],
    output: str | Path | None = None,
    *,
    method: str = "adain",
    weights: str | Path | None = None,
    styles: StyleLike | Sequence[StyleLike] = (),
    strength: float = 1.0,
    preserve_color: bool = False,
    gatys: GatysOptions | None = None,
    size: str | int | None = None,
    output_size: str | int | None = None,
    detail: float = DEFAULT_DETAIL,
    mask: str | Path | None = None,
    invert_mask: bool = False,
    styles_outside: StyleLike | Sequence[StyleLike] = (),
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
        InterruptedRunError: Ctrl-C came before the first picture was finished.
        VidstyleError: no picture could be read, or one could not be written.
        KeyboardInterrupt: Ctrl-C came twice; pictures that are there are complete.
    """
    chosen = Method.parse(method)
    paths = _expand([sources] if isinstance(sources, str | Path) else sources)
    network_wish, output_wish = SizeWish.parse_any(size), SizeWish.parse_any(output_size)
    check_range("detail", detail)
    if gatys is not None:
        gatys.check_for_pictures()
    regions = RegionWish.of(mask, invert=invert_mask, styles_outside=styles_outside, method=chosen)
    given = style_wishes(styles)
    wishes = chosen_styles(given, chosen, weights=weights)
    targets = _targets(paths, output, label=styles_label(wishes, method))
    also_read = [*regions.files, *(wish.path for wish in wishes)]
    _check_targets(targets, read=[*paths, *also_read], overwrite=overwrite)
    check_report(report)
    load = partial(
        load_stylizer,
        chosen,
        weights=weights,
        strength=strength,
        preserve_color=preserve_color,
        gatys=gatys,
        backend=backend,
        device=device,
        precision=precision,
        build=build,
        size=_first_size(paths, network_wish, output_wish),
        on_message=on_message,
        on_download=on_download,
    )
    with ExitStack() as open_files:
        stylizer = load(styles=given)  # It tells of a default.
        outside = load(styles=regions.styles_outside) if regions.styles_outside else None
        seen = regions.open_mask(open_files)
        targets[0].parent.mkdir(exist_ok=True)
        if on_start is not None:
            on_start(f"{stylizer.info} · {len(paths)} picture{'s' if len(paths) > 1 else ''}")
        repaint = _Repaint(
            Repainting(stylizer, outside, size=network_wish),
            Finishing(detail=detail, stabilise=0.0, preserve_color=preserve_color, mask=seen),
            size=output_wish,
        )
        jobs = PictureJobs(paths, targets)
        if chosen is Method.GATYS:
            result = paint_images(
                jobs,
                repaint,
                stylizer,  # type: ignore[arg-type]  # Of this method it is no other.
                on_progress=on_progress,
            )
        else:
            result = _run(jobs, repaint, stylizer.info, on_progress)
    write_report(report, result.as_dict(), done=", ".join(map(str, result.outputs[:3])))
    return result


def _run(
    jobs: PictureJobs,
    repaint: Callable[[RgbPicture], RgbPicture],
    network: str,
    on_progress: OnProgress | None,
) -> ImageResult:
    sink = _Writer()
    pipeline = Pipeline(
        iter(jobs),
        [Stage.each("model", lambda job: replace(job, picture=repaint(job.picture)))],
        sink,
        source_name="read",
        sink_name="write",
    )
    figures = pipeline.run(on_tick=ticks(on_progress, total=len(jobs.paths)))
    return ImageResult.of(
        sink.written, jobs, network=network, figures=figures, interrupted=pipeline.interrupted
    )


class _Repaint:
    """From a picture to the same, finished: each is a scene of its own.

    Args:
        repainting, finishing: the two halves of the way.
        size: of the result; None: that of each picture.
    """

    def __init__(
        self, repainting: Repainting, finishing: Finishing, *, size: SizeWish | None
    ) -> None:
        self._repainting = repainting
        self._finishing = finishing
        self._size = size

    def __call__(self, picture: RgbPicture) -> RgbPicture:
        whole = resized(picture, wished_size(self._size, size_of(picture)))
        self._finishing.reset()
        (painted,) = self._repainting([Frame(picture=whole, index=0, pts=0, time_base=Fraction(1))])
        return self._finishing(painted).rgb


class _Writer:
    """The sink: each picture is complete when it is written."""

    def __init__(self) -> None:
        self.written: list[Path] = []

    def write(self, job: PictureJob) -> None:
        job.write()
        self.written.append(job.target)

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


def _first_size(
    paths: list[Path], network: SizeWish | None, output: SizeWish | None
) -> Size | None:
    """The size that the network works at first; None where no picture can be read: told later."""
    for path in paths:
        try:
            picture = read_picture(path)
        except VidstyleError:
            continue
        return wished_size(network, wished_size(output, size_of(picture)))
    return None


def _expand(sources: Sequence[str | Path]) -> list[Path]:
    paths: list[Path] = []
    for given in sources:
        source = given_path(given, "picture")
        if source.is_dir():
            inside = pictures_in(source)
        else:
            check_file(source, "picture")
            inside = [source]
        if not inside:
            raise UsageError(f"there are no pictures in {source} ({', '.join(SUFFIXES)})")
        paths += inside
    if not paths:
        raise UsageError("name at least one picture")
    return paths


def _targets(paths: list[Path], output: str | Path | None, *, label: str) -> list[Path]:
    if output is None:
        targets = [path.with_name(f"{path.stem}-{label}{_written_suffix(path)}") for path in paths]
        for target in targets:
            check_place(target)
    elif len(paths) == 1 and _is_picture_name(output):
        targets = [Path(output)]
        check_place(Path(output))
    elif is_folder_name(output):
        check_picture_folder(Path(output))
        targets = [Path(output) / f"{path.stem}{_written_suffix(path)}" for path in paths]
    else:
        raise UsageError(
            f"cannot write '{output}': name a picture ({', '.join(SUFFIXES)}) for one input, "
            "or a folder for several"
        )
    return targets


def _written_suffix(path: Path) -> str:
    """That of the picture, if such can be written."""
    return path.suffix if path.suffix.lower() in SUFFIXES else ".png"


def _is_picture_name(output: str | Path) -> bool:
    return Path(output).suffix.lower() in SUFFIXES and not is_folder_name(output)


def _check_targets(targets: list[Path], *, read: list[Path], overwrite: bool) -> None:
    if len(set(targets)) < len(targets):
        raise UsageError("two of the pictures have the same name: write them to different folders")
    inputs = {_identity(path) for path in read if path.is_file()}
    for target in targets:
        if target.exists() and _identity(target) in inputs:
            raise UsageError(f"{target} is an input itself: choose another name with -o")
        if target.exists() and not overwrite:
            raise UsageError(f"{target} exists: add --overwrite, or choose another name with -o")


def _identity(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_dev, stat.st_ino
