"""`vidstyle webcam`"""

import signal
import sys
from collections.abc import Callable, Iterable
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidstyle.cli.display import Display
from vidstyle.cli.opencv import keep_opencv_to_one_thread
from vidstyle.cli.options import (
    BackendOption,
    BuildOption,
    DetailOption,
    DeviceOption,
    InvertMaskOption,
    MaskOption,
    MethodOption,
    OutputSizeOption,
    OverwriteOption,
    PrecisionOption,
    PreserveColorOption,
    QuietOption,
    ReportOption,
    SizeOption,
    StabiliseOption,
    StrengthOption,
    StyleOutsideOption,
    WeightsOption,
)
from vidstyle.cli.status_line import StatusLine
from vidstyle.errors import InterruptedRunError

if TYPE_CHECKING:
    from vidstyle.runs.live.report import LiveResult


def webcam(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A camera by number or name, a URL (rtsp, rtmp, udp, rtp, tcp, http, https), a "
            "video file, or test: for a test pattern.",
        ),
    ] = "0",
    list_cameras: Annotated[
        bool, typer.Option("--list", help="List the cameras and their modes, and exit.")
    ] = False,
    method: MethodOption = "adain",
    weights: WeightsOption = None,
    style: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            "-s",
            metavar="PATH|NAME",
            help="A style: an image file, or a name from `vidstyle styles`. Repeat for a list "
            "to step through; with shares (-s a.jpg:0.7 -s b.jpg:0.3) the run starts as a mix.",
        ),
    ] = None,
    strength: StrengthOption = 1.0,
    preserve_color: PreserveColorOption = False,
    fade: Annotated[
        float,
        typer.Option(
            "--fade", metavar="SECONDS", help="Duration of the cross-fade to another style."
        ),
    ] = 1.0,
    size: SizeOption = None,
    output_size: OutputSizeOption = None,
    detail: DetailOption = 0.5,
    auto_size: Annotated[
        bool, typer.Option("--auto-size", help="Lower the working size as needed to hold the rate.")
    ] = False,
    stabilise: StabiliseOption = None,
    mask: MaskOption = None,
    invert_mask: InvertMaskOption = False,
    style_outside: StyleOutsideOption = None,
    capture_size: Annotated[
        str | None,
        typer.Option("--capture-size", metavar="WxH", help="Size to request from the camera."),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="FPS", help="Frame rate to request from the camera."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option("--fps", metavar="FPS", help="Repaint at most this many frames a second."),
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Loop a file.")] = False,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Show the result in a window.")
    ] = True,
    view: Annotated[
        str,
        typer.Option(
            "--view",
            metavar="plain|split|side",
            help="Window: the result alone, split with the original, or side by side.",
        ),
    ] = "plain",
    mirror: Annotated[bool, typer.Option("--mirror", help="Mirror the window.")] = False,
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Start in full screen.")] = False,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="out.mp4", help="Record to this file."),
    ] = None,
    mic: Annotated[
        str | None,
        typer.Option(
            "--mic",
            metavar="NAME",
            help="Microphone for the recording (streams have no sound): a name, or 'default'.",
        ),
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(
            "--stream",
            metavar="URL",
            help="Stream to rtmp://, rtmps://, rtsp://, srt://, udp:// or tcp://; repeatable.",
        ),
    ] = None,
    virtual_camera: Annotated[
        str | None,
        typer.Option(
            "--virtual-camera",
            metavar="DEVICE",
            help="Act as a camera for other programs: 'auto', or a device.",
        ),
    ] = None,
    web: Annotated[
        str | None,
        typer.Option(
            "--web",
            metavar="[HOST:]PORT",
            help="Show and control the run on a web page: 8000 for this machine, 0.0.0.0:8000 "
            "for anyone in the network.",
        ),
    ] = None,
    duration: Annotated[
        float | None, typer.Option("--duration", metavar="SECONDS", help="Stop after this time.")
    ] = None,
    backend: BackendOption = "auto",
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    build: BuildOption = False,
    overwrite: OverwriteOption = False,
    report: ReportOption = None,
    quiet: QuietOption = False,
) -> int:
    """Repaint a camera or stream live; control it with keys, a web page or standard input.

    Example: vidstyle webcam --style starry.jpg

    The line 'help' lists the commands, as does the key h. Ctrl-C finishes the recording, so that it
    plays; twice stops at once.
    """
    if list_cameras:
        return _list_cameras()
    keep_opencv_to_one_thread()
    from vidstyle.runs.live.live import stylize_live

    run: Callable[..., LiveResult] = stylize_live
    if web is not None:
        from vidstyle.serving.live import serve_live

        run = partial(serve_live, web=web)
    with Display(quiet=quiet) as display, StatusLine(quiet=quiet) as line:

        def start(headline: str) -> None:
            display.say(headline)
            line.start()

        result = run(
            source,
            method=method,
            weights=weights,
            styles=style or (),
            strength=strength,
            preserve_color=preserve_color,
            fade=fade,
            size=size,
            output_size=output_size,
            detail=detail,
            auto_size=auto_size,
            stabilise=stabilise,
            mask=mask,
            invert_mask=invert_mask,
            styles_outside=style_outside or (),
            capture_size=capture_size,
            rate=rate,
            fps=fps,
            loop=loop,
            window=window,
            view=view,
            mirror=mirror,
            fullscreen=fullscreen,
            record=record,
            mic=mic,
            streams=stream or (),
            virtual_camera=virtual_camera,
            duration=duration,
            backend=backend,
            device=device,
            precision=precision,
            build=build,
            overwrite=overwrite,
            report=report,
            commands=_standard_input(),
            on_start=start,
            on_status=line.show,
            on_message=display.say,
            on_download=display.download,
        )
    for note in result.notes:
        display.note(note)
    for text in result.summary():
        display.say(text)
    return InterruptedRunError.exit_code if result.interrupted else 0


def _standard_input() -> Iterable[str]:
    if hasattr(signal, "SIGTTIN"):
        # A program in the background that reads its terminal is stopped, the picture with it;
        # where it ignores that, it is told that it cannot.
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # What is no text is a wrong line, and no more.
    return sys.stdin or ()


def _list_cameras() -> int:
    from vidstyle.video.cameras import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        typer.echo(f"{camera.number}: {camera.name} ({camera.path})")
        for mode in camera.modes:
            typer.echo(f"   {mode}")
    if not cameras:
        typer.echo("there is no camera: plug one in, or try a test pattern: vidstyle webcam test:")
    return 0
