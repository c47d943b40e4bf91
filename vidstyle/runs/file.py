"""One video, or sequence of pictures, from its source to a finished output."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from vidstyle.engines import Goal
from vidstyle.errors import UsageError, check_range
from vidstyle.messages import OnDownload, OnMessage
from vidstyle.runs.gatys_file import paint_file
from vidstyle.runs.loading import (
    StyleLike,
    chosen_styles,
    load_stylizer,
    style_wishes,
    styles_label,
)
from vidstyle.runs.outputs import plan_output
from vidstyle.runs.progress import OnProgress, OnStart
from vidstyle.runs.regions import RegionWish
from vidstyle.runs.repainting import Finishing, Repainting, wished_stabilise
from vidstyle.runs.report import check_report, write_report
from vidstyle.runs.sizes import SizeWish, described_sizes, wished_size
from vidstyle.runs.spans import parse_span
from vidstyle.runs.video_way import FileResult, VideoWay
from vidstyle.stylizers import Method
from vidstyle.stylizers.gatys.options import GatysOptions
from vidstyle.video.codecs import DEFAULT_QUALITY, Codec
from vidstyle.video.detail import DEFAULT_DETAIL
from vidstyle.video.hardware import NONE, check_hwaccel, open_file
from vidstyle.video.picture_source import PictureSource, is_sequence
from vidstyle.video.pictures import check_file, given_path
from vidstyle.video.source import Source, Span


def stylize_file(
    source: str | Path,
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
    stabilise: float | None = None,
    mask: str | Path | None = None,
    invert_mask: bool = False,
    styles_outside: StyleLike | Sequence[StyleLike] = (),
    start: str | float | None = None,
    end: str | float | None = None,
    codec: str | None = None,
    quality: int = DEFAULT_QUALITY,
    fast_encoding: bool = False,
    hwaccel: str = NONE,
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
        output: a video file, or for pictures a folder (its name ends in a slash or has no suffix)
            or a pattern; None: a name beside `source`.
        method: `adain` (any style), `adain-vgg19` (the same as published, far heavier),
            `adain-timm` (around an encoder of timm, with `weights` of one's own), `johnson` or
            `cyclegan` (one network per style), `gatys` (every picture optimised) or `identity`
            (unchanged).
        weights: of `adain`, `adain-vgg19` and `adain-timm`, a network that `vidstyle train` made,
            in the place of the method's own; it knows no styles by name.
        styles: pictures or names, each with a share after a colon where several are mixed; or
            `vidstyle.Style`s, as for pictures that are arrays. None: the method's default, if it
            has one.
        strength: 0 (the least) to 1.
        preserve_color: keep the source's colours and take only the strokes of the style.
        gatys: how the method `gatys` optimises; None for its own way.
        size: that the network works at, `WxH` or the shorter side; None: that of the output.
        output_size: likewise of the output; None keeps the source's.
        detail: where the network works at a smaller size, how much of the source's fine light and
            dark is brought back, 0 to 1.
        stabilise: how firmly the picture is held steady, 0 (not at all) to 1; None: moderately, and
            not at all where the method changes nothing or holds its frames itself.
        mask: a picture or a video that is white where the style goes, black where not; soft edges
            are kept. A video goes along with the source by time, and its last frame stays.
        invert_mask: the style goes where the mask is black.
        styles_outside: what goes elsewhere, as `styles`; none leaves the source as it is there.
        start, end: seconds, or `[HH:]MM:SS`; the part in between is stylised.
        codec: `h264`, `hevc`, `av1`, `vp9`, `prores`, `gif`, `png`; None: what fits `output`.
        quality: 0 (smallest file) to 100 (best picture).
        fast_encoding: encode in less time, into a larger file.
        hwaccel: what decodes the video: `none` (the CPU), `cuda` or another decoder that FFmpeg
            knows, or `auto`: any of them that can, else the CPU, with a note.
        backend: what runs the network: `openvino` (compiled for this CPU), `tensorrt` or `inductor`
            (for an NVIDIA GPU), `eager` (PyTorch) or `auto`: the fastest there is for the device.
        device: where it runs: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.
        precision: `auto` (`fp16` on an NVIDIA GPU, `bf16` where the CPU computes in it, else
            `fp32`), one of these, or `int8`: for CPUs without bf16, and not quite the same
            picture.
        build: build a missing engine even where that takes long; else eager is used then.
        overwrite: replace an output that exists.
        report: where to write the result and all figures as JSON: a name that ends in `.json`,
            replaced where it exists.
        on_start, on_progress: called in this thread, see `runs.progress`.
        on_message: told of engines that are built, or cannot be used.
        on_download: told the bytes done and the bytes in all while weights are downloaded.

    Raises:
        UsageError: an argument cannot work; nothing has been written.
        VidstyleError: the run failed; nothing is left under the output's name.
        KeyboardInterrupt: Ctrl-C came twice; likewise.
    """
    source = given_path(source, "video")
    if not is_sequence(source):
        check_file(source, "video")
    if not 0 <= quality <= 100:
        raise UsageError(f"quality {quality} is out of range: it goes from 0 to 100")
    chosen = Method.parse(method)
    steadiness = wished_stabilise(stabilise, chosen)
    check_range("detail", detail)
    regions = RegionWish.of(mask, invert=invert_mask, styles_outside=styles_outside, method=chosen)
    span = parse_span(start, end)
    open_again = partial(open_source, source, span, hwaccel=check_hwaccel(hwaccel))
    network_wish, output_wish = SizeWish.parse_any(size), SizeWish.parse_any(output_size)
    given = style_wishes(styles)
    wishes = chosen_styles(given, chosen, weights=weights)
    plan = plan_output(
        source,
        output,
        codec=None if codec is None else Codec.parse(codec),
        label=styles_label(wishes, method),
        overwrite=overwrite,
        also_read=[*regions.files, *(wish.path for wish in wishes)],
    )
    check_report(report)
    with ExitStack() as open_files:
        frames = open_files.enter_context(closing(open_again()))
        info = frames.info
        target_size = wished_size(output_wish, info.size)
        network_size = wished_size(network_wish, target_size)
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
            goal=Goal.THROUGHPUT,
            on_message=on_message,
            on_download=on_download,
        )
        stylizer = load(styles=given)  # It tells of a default.
        outside = load(styles=regions.styles_outside) if regions.styles_outside else None
        seen = regions.open_mask(open_files, beginning=info.beginning, rate=info.rate)
        way = VideoWay(
            output=plan,
            size=target_size,
            quality=quality,
            fast_encoding=fast_encoding,
        )
        height, width = network_size.height, network_size.width
        planar = None
        conversion = info.colour.conversion
        if seen is None and not is_sequence(source) and way.takes_planes(info):
            planar = stylizer.planar(conversion, height=height, width=width)
        stylizer = planar or stylizer
        finishing = Finishing(
            detail=detail,
            stabilise=steadiness,
            preserve_color=preserve_color,
            mask=seen,
            to_rgb=conversion[0] if planar else None,
        )
        for each in filter(None, (stylizer, outside)):
            each.prepare(height=height, width=width)
        if on_start is not None:
            decoder = "" if hwaccel == NONE else f" · decoded by {frames.decoder}"
            sizes = described_sizes(network_size, target_size)
            on_start(f"{stylizer.info} · {sizes}{decoder}")
        if chosen is Method.GATYS:
            again = open_files.enter_context(closing(open_again()))
            result = paint_file(
                way,
                frames,
                again,
                stylizer,  # type: ignore[arg-type]  # Of this method it is no other.
                finishing,
                size=network_wish,
                start=span.start,
                overwrite=overwrite,
                on_progress=on_progress,
            )
        else:
            repaint = Repainting(stylizer, outside, size=network_wish)
            result = way.run(
                frames,
                repaint,
                finishing,
                network=stylizer.info,
                planar=planar is not None,
                batch=repaint.batch,
                workers=repaint.workers,
                on_progress=on_progress,
            )
    write_report(report, result.as_dict(), done=str(result.output))
    return result


def open_source(where: Path, span: Span, *, hwaccel: str = NONE) -> Source:
    """The video file, or the sequence of pictures, at `where`."""
    if is_sequence(where):
        if hwaccel != NONE:
            raise UsageError(f"{where} is a sequence of pictures: leave --hwaccel out")
        return PictureSource(where, span=span)
    return open_file(where, span=span, hwaccel=hwaccel)
