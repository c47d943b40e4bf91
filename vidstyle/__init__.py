"""Repaint video in the style of any picture, and keep the rest of it as it was.

import vidstyle

vidstyle.stylize_file("in.mp4", "out.mp4", styles=["starry.jpg"])
"""

import os
from typing import TYPE_CHECKING, Any

# PyTorch reads it when it first allocates: on Linux, memory of large pictures comes in huge pages,
# which makes eager networks up to three times as fast on them.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

if TYPE_CHECKING:
    from vidstyle.errors import UsageError, VidstyleError
    from vidstyle.runs.comparison import Comparison, compare
    from vidstyle.runs.file import stylize_file
    from vidstyle.runs.image import stylize_image
    from vidstyle.runs.image_result import ImageResult
    from vidstyle.runs.live.live import stylize_live
    from vidstyle.runs.live.report import LiveResult, LiveStatus
    from vidstyle.runs.loading import load_stylizer
    from vidstyle.runs.video_way import FileResult
    from vidstyle.serving.live import serve_live
    from vidstyle.stylizers.gatys.options import GatysOptions
    from vidstyle.stylizers.style import Style

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "FileResult",
    "GatysOptions",
    "ImageResult",
    "LiveResult",
    "LiveStatus",
    "Style",
    "UsageError",
    "VidstyleError",
    "__version__",
    "compare",
    "load_stylizer",
    "serve_live",
    "stylize_file",
    "stylize_image",
    "stylize_live",
]

_HOMES = {
    "Comparison": "vidstyle.runs.comparison",
    "FileResult": "vidstyle.runs.video_way",
    "GatysOptions": "vidstyle.stylizers.gatys.options",
    "ImageResult": "vidstyle.runs.image_result",
    "LiveResult": "vidstyle.runs.live.report",
    "LiveStatus": "vidstyle.runs.live.report",
    "Style": "vidstyle.stylizers.style",
    "UsageError": "vidstyle.errors",
    "VidstyleError": "vidstyle.errors",
    "compare": "vidstyle.runs.comparison",
    "load_stylizer": "vidstyle.runs.loading",
    "serve_live": "vidstyle.serving.live",
    "stylize_file": "vidstyle.runs.file",
    "stylize_image": "vidstyle.runs.image",
    "stylize_live": "vidstyle.runs.live.live",
}


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if not TYPE_CHECKING:  # Else type checkers would take any name for one of the package's.

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used, so that `vidstyle --help` loads none."""
        if name not in _HOMES:
            raise AttributeError(f"module 'vidstyle' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
