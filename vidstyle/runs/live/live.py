"""A camera's picture, repainted now, and steered while it runs."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vidstyle.engines import AUTO
from vidstyle.errors import UsageError, check_range
from vidstyle.messages import OnDownload, OnMessage, ignore
from vidstyle.pipeline import Sink
from vidstyle.runs.live.commands import LONGEST_FADE
from vidstyle.runs.live.plan import LivePlan, check_positive, parse_rate
from vidstyle.runs.live.report import LiveResult, OnStatus
from vidstyle.runs.live.session import Hooks, run_live
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.loading import StyleLike, style_wishes
from vidstyle.runs.progress import OnStart
from vidstyle.runs.regions import RegionWish
from vidstyle.runs.repainting import wished_stabilise
from vidstyle.runs.report import check_report, write_report
from vidstyle.runs.sizes import SizeWish, exact_size
from vidstyle.stylizers import Method
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE
from vidstyle.video.detail import DEFAULT_DETAIL
from vidstyle.video.live_input import LiveInput
from vidstyle.video.views import View

DEFAULT_FADE = 1.0
"""Seconds."""


def stylize_live(
    source: str = "0",
    *,
    method: str = "adain",
    weights: str | Path | None = None,
    styles: StyleLike | Sequence[StyleLike] = (),
    strength: float = 1.0,
    preserve_color: bool = False,
    fade: float = DEFAULT_FADE,
    stabilise: float | None = None,
    size: str | int | None = None,
    output_size: str | int | None = None,
    detail: float = DEFAULT_DETAIL,
    auto_size: bool = False,
    mask: str | Path | None = None,
    invert_mask: bool = False,
    styles_outside: StyleLike | Sequence[StyleLike] = (),
    capture_size: str | None = None,
    rate: str | None = None,
    fps: float | None = None,
    loop: bool = False,
    window: bool = True,
    view: str = "plain",
    mirror: bool = False,
    fullscreen: bool = False,
    record: str | Path | None = None,
    mic: str | None = None,
    streams: str | Sequence[str] = (),
    virtual_camera: str | None = None,
    outputs: Mapping[str, Sink[LiveFrame]] | None = None,
    duration: float | None = None,
    backend: str = AUTO,
    device: str = "auto",
    precision: str = "auto",
    build: bool = False,
    overwrite: bool = False,
    report: str | Path | None = None,
    commands: Iterable[str] = (),
    other_commands: Sequence[Iterable[str]] = (),
    on_start: OnStart | None = None,
    on_status: OnStatus | None = None,
    on_message: OnMessage | None = None,
    on_download: OnDownload | None = None,
) -> LiveResult:
    """Repaint a camera's picture as it comes, until it ends, `quit` or Ctrl-C.

    Args:
        source: a camera's number or name, a URL, a file (played as if live), or `test:` for a test
            pattern.
        method: `adain`, `adain-vgg19`, `adain-timm`, `johnson`, `cyclegan` or `identity`.
        weights: as in `stylize_file`.
        styles: pictures or names to step through; a run begins with the first, or where some have
            a share after a colon, with the mix of all. After a single one come all known names.
        strength: 0 (the least) to 1.
        preserve_color: keep the source's colours and take only the strokes of the style.
        fade: seconds that a change of style takes.
        stabilise, size, output_size, detail, mask, invert_mask, styles_outside: as in
            `stylize_file`. A video as a mask goes along with the run's time.
        auto_size: lower the working size while that is needed to hold the rate.
        capture_size, rate: what a camera or test pattern is asked for.
        fps: frames a second at most.
        loop: play a file over and over.
        window: show a window; `view` (`plain`, `split`, `side`), `mirror` and `fullscreen` are
            how it begins.
        record: a file to record to; `mic`: with the sound of that microphone.
        streams: URLs to send to.
        virtual_camera: the device of a virtual camera to fill, or "auto" for the first.
        outputs: more of them, by name; frames have `rgb`, uint8 (H, W, 3). Each is written to by a
            thread of its own, and closed or aborted in the end.
        duration: seconds after which the run ends by itself.
        backend, device, precision, build: as in `stylize_file`.
        overwrite: replace recordings and stills that exist.
        report: where to write the result and all figures as JSON.
        commands: lines that steer the run, see `runs.live.steering`; read in a thread.
        other_commands: the same from other places, each read in a thread of its own.
        on_start, on_status: called in this thread; see `runs.progress` and `runs.live.report`.
        on_message: gets a line for each thing that happens, and for commands that cannot be obeyed.
        on_download: told the bytes done and the bytes in all while weights are downloaded.

    Raises:
        UsageError: an argument cannot work; nothing has been written.
        VidstyleError: there is no such source, or the run failed. Recordings play as far as they
            got.
        KeyboardInterrupt: Ctrl-C came twice, and nothing was recorded.
        InterruptedRunError: it came twice; the recordings play.
    """
    check_report(report)
    chosen = Method.parse(method)
    if chosen is Method.GATYS:
        raise UsageError("gatys takes far too long for live pictures: choose another --method")
    steadiness = wished_stabilise(stabilise, chosen)
    plan = LivePlan(
        input=LiveInput.parse(
            source,
            size=None if capture_size is None else exact_size(capture_size),
            rate=parse_rate(rate),
        ),
        loop=loop,
        method=chosen,
        weights=Path(weights) if weights is not None else None,
        wishes=tuple(style_wishes(styles)),
        backend=backend,
        device=device,
        precision=precision,
        build=build,
        state=LiveState(
            strength=check_range("strength", strength),
            fade_seconds=check_range("fade", fade, most=LONGEST_FADE),
            preserve_color=preserve_color,
            stabilise=steadiness,
            stabilise_on=steadiness or DEFAULT_STABILISE,
            view=View.parse(view),
            mirror=mirror,
            fullscreen=fullscreen,
        ),
        regions=RegionWish.of(
            mask, invert=invert_mask, styles_outside=styles_outside, method=chosen
        ),
        size=SizeWish.parse_any(size),
        output_size=SizeWish.parse_any(output_size),
        detail=check_range("detail", detail),
        auto_size=auto_size,
        most_fps=check_positive("fps", fps),
        window=window,
        recording=Path(record) if record is not None else None,
        microphone=mic,
        streams=(streams,) if isinstance(streams, str) else tuple(streams),
        virtual_camera=virtual_camera,
        outputs=outputs or {},
        overwrite=overwrite,
        duration=check_positive("duration", duration),
    )
    hooks = Hooks(
        commands=(commands, *other_commands),
        on_start=on_start or ignore,
        on_status=on_status or ignore,
        on_message=on_message or ignore,
        on_download=on_download,
    )
    result = run_live(plan, hooks)
    write_report(report, result.as_dict(), done=", ".join(result.recordings))
    return result
