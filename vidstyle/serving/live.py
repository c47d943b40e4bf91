"""A live run with a web page."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vidstyle.messages import OnMessage, ignore
from vidstyle.pipeline import Sink
from vidstyle.runs.live.live import stylize_live
from vidstyle.runs.live.report import LiveResult, LiveStatus, OnStatus
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.serving.live_page import LivePage
from vidstyle.serving.server import PageServer

PAGE = "web page"
"""What the output is called."""


def serve_live(
    source: str = "0",
    *,
    web: str,
    outputs: Mapping[str, Sink[LiveFrame]] | None = None,
    on_status: OnStatus = ignore,
    on_message: OnMessage = ignore,
    **options: Any,
) -> LiveResult:
    """`stylize_live`, seen and steered from a web page as well.

    Args:
        web: where to serve it: a port of this machine alone, or `HOST:PORT`, as `0.0.0.0:8000` for
            whoever reaches the machine.
        The others are those of `stylize_live`.

    Raises:
        UsageError: `web` is no address.
        VidstyleError: nothing can be served there.
        The others are those of `stylize_live`.
    """

    def show(status: LiveStatus) -> None:
        page.show(status)
        on_status(status)

    def say(message: str) -> None:
        page.say(message)
        on_message(message)

    with TemporaryDirectory(prefix="vidstyle-", ignore_cleanup_errors=True) as folder:
        page = LivePage(Path(folder))
        with closing(page.pictures), closing(PageServer(page, web)) as server:
            say(f"web page: {server.url}")
            return stylize_live(
                source,
                other_commands=[page.lines],
                outputs={PAGE: page.pictures, **(outputs or {})},
                on_status=show,
                on_message=say,
                **options,
            )
