"""One video, or sequence of pictures, from its source to a finished output."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidstyle.errors import UsageError
from vidstyle.pipeline import Pipeline, PipelineFigures
from vidstyle.runs.engine_opener import OnMessage
from vidstyle.runs.loading import StyleWish, load_stylizer, styles_label
from vidstyle.runs.outputs import Output, plan_output
from vidstyle.runs.progress import OnDownload, OnProgress, OnStart, Progress
from vidstyle.runs.report import check_report, write_report
from vidstyle.runs.sizes import SizeWish
from vidstyle.runs.spans import parse_span
from vidstyle.runs.stages import model, postprocess, preprocess
from vidstyle.stylizers import Method, Stylizer
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE, Stabiliser
from vidstyle.video.codecs import DEFAULT_QUALITY, Codec
from vidstyle.video.convert import Size
from vidstyle.video.file_sink import Encoding, FileSink
from vidstyle.video.file_source import FileSource
from vidstyle.video.picture_sink import PictureSink
from vidstyle.video.picture_source import PictureSource, is_sequence
from vidstyle.video.pictures import check_exists
from vidstyle.video.sink import Sink
from vidstyle.video.source import Source, Span

# Frames that one call of the network takes. More than one pays off only where the device is wide.
_BATCH_ON_GPU = 4


@dataclass(frozen=True, kw_only=True)
class FileResult:
    """What a run of `stylize_file` has made."""

    output: Path
    frames: int
    size: Size
    network: str
    """Network, backend, precision and device."""
    notes: tuple[str, ...]
    """What the user should know: tracks not carried, damage, tone mapping and the like."""
    interrupted: bool
    """Whether Ctrl-C ended the run early; the output is whole as far as it goes."""
    figures: PipelineFigures

    def as_dict(self) -> dict[str, Any]:
        """The result for a JSON report."""
        return {
            "output": str(self.output),
            "frames": self.frames,
            "size": str(self.size),
            "network": self.network,
            "notes": list(self.notes),
            "interrupted": self.interrupted,
            **self.figures.as_dict(),
        }


def stylize_file(
    source: str | Path,
    output: str | Path | None = None,
    *,
    method: str = "adain",
    styles: Sequence[str | Path] = (),
    strength: float = 1.0,
    size: str | None = None,
    preserve_color: bool = False,
    stabilise: float = DEFAULT_STABILISE,
    start: str | None = None,
    end: str | None = None,
    codec: str | None = None,
    quality: int = DEFAULT_QUALITY,
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
) -> FileResult:
    """Repaint a video file, keeping its sound, timing and everything else as they were.

    Args:
        source: a video file, a folder of pictures, or a pattern such as `frames/%04d.png`.
        output: a video file, or a folder or pattern for pictures; None: a name beside `source`.
        method: `adain` (any style), `adain-vgg19` (the same as published, far heavier), `johnson`
            (one network per style) or `identity` (unchanged).
        styles: pictures or names, each with a share after a colon where several are mixed.
        strength: 0 (the least) to 1.
        size: `WxH`, or the shorter side; None keeps the source's.
        preserve_color: keep the source's colours and take only the strokes of the style.
        stabilise: how firmly the picture is held steady, 0 (not at all) to 1.
        start, end: seconds, or `[HH:]MM:SS`; the part in between is stylised.
        codec: `h264`, `hevc`, `av1`, `vp9`, `prores`, `gif`, `png`; None: what fits `output`.
        quality: 0 (smallest file) to 100 (best picture).
        backend: what runs the network: `openvino` (compiled for this CPU), `eager` (PyTorch) or
            `auto`: OpenVINO on a CPU, else eager.
        device: where it runs: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.
        precision: `auto` (`bf16` where the CPU computes in it, else `fp32`), `fp32`, `bf16`, or
            `int8`: fast on every CPU, and not quite the same picture.
        build: build a missing engine even where that takes long; else eager is used then.
        overwrite: replace an output that exists.
        report: where to write the result and all figures as JSON.
        on_start, on_progress: called in this thread, see `runs.progress`.
        on_message: told of engines that are built, or cannot be used.
        on_download: told the bytes done and the bytes in all while weights are downloaded.

    Raises:
        UsageError: an argument cannot work; nothing has been written.
        VidstyleError: the run failed; nothing is left under the output's name.
        KeyboardInterrupt: Ctrl-C came twice; likewise.
    """
    source = Path(source)
    if not is_sequence(source):
        check_exists(source, "video")
    if not 0 <= quality <= 100:
        raise UsageError(f"quality {quality} is out of range: it goes from 0 to 100")
    stabiliser = Stabiliser(stabilise)
    span, size_wish = parse_span(start, end), SizeWish.parse(size) if size else None
    wishes = [StyleWish.parse(style) for style in styles]
    plan = plan_output(
        source,
        Path(output) if output is not None else None,
        codec=Codec.parse(codec) if codec else None,
        label=styles_label(wishes, method),
        overwrite=overwrite,
    )
    check_report(report)
    frames = open_source(source, span)
    try:
        target_size = size_wish.of(frames.info.size) if size_wish else frames.info.size
        stylizer = load_stylizer(
            method,
            styles=wishes,
            strength=strength,
            preserve_color=preserve_color,
            backend=backend,
            device=device,
            precision=precision,
            build=build,
            size=target_size,
            on_message=on_message,
            on_download=on_download,
        )
        if on_start is not None:
            on_start(f"{stylizer.info} · {target_size}")
        if Method.parse(method) is Method.IDENTITY:
            stabiliser.strength = 0.0  # Unchanged is unchanged.
        result = _run(frames, stylizer, stabiliser, plan, target_size, quality, on_progress)
    finally:
        frames.close()
    write_report(report, result.as_dict())
    return result


def _run(
    source: Source,
    stylizer: Stylizer,
    stabiliser: Stabiliser,
    plan: Output,
    size: Size,
    quality: int,
    on_progress: OnProgress | None,
) -> FileResult:
    stages = [
        preprocess(size, source.info.orientation),
        model(stylizer, batch=_batch(stylizer), stabiliser=stabiliser),
    ]
    sink: Sink
    if plan.is_pictures:
        sink = PictureSink(plan.path)
    else:
        encoding = Encoding(codec=plan.codec, size=size, quality=quality)
        stages.append(postprocess(encoding.pixel_format, source.info.colour))
        sink = FileSink(
            plan.path,
            source.info,
            encoding,
            cut_short=lambda: pipeline.interrupted,
        )
    pipeline = Pipeline(source, stages, sink)
    figures = pipeline.run(on_tick=_progress_to(on_progress, source))
    return FileResult(
        output=plan.path,
        frames=figures.count,
        size=size,
        network=stylizer.info,
        notes=tuple(source.notes + sink.notes),
        interrupted=pipeline.interrupted,
        figures=figures,
    )


def open_source(where: Path, span: Span) -> Source:
    """The video file, or the sequence of pictures, at `where`."""
    if is_sequence(where):
        return PictureSource(where, span=span)
    return FileSource(where, span=span)


def _batch(stylizer: Stylizer) -> int:
    return _BATCH_ON_GPU if "cuda" in stylizer.info else 1


def _progress_to(on_progress: OnProgress | None, source: Source) -> Any:
    if on_progress is None:
        return None

    def tick(figures: PipelineFigures) -> None:
        on_progress(Progress(done=figures.count, total=source.info.frames, figures=figures))

    return tick
