"""The result of a run as a JSON file."""

import json
import platform
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from vidstyle import __version__
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.files import write_whole
from vidstyle.video.partial import check_place

_NAMED_PACKAGES = ("av", "numpy", "opencv-python-headless", "openvino", "torch")


def check_report(path: str | Path | None) -> None:
    """`UsageError` where a report cannot be written to `path`; before the run, not after it."""
    if path is None:
        return
    # By its name it is neither an input nor an output, and what it replaces is a report too.
    if Path(path).suffix.lower() != ".json" or Path(path).is_dir():
        raise UsageError(f"{path} is no name for a report: choose one of a file, ending in .json")
    check_place(Path(path))


def write_report(path: str | Path | None, result: dict[str, Any], *, done: str = "") -> None:
    """Write `result`, and what it was made with, to `path`; None writes nothing.

    Raises:
        VidstyleError: it cannot be written; what is `done` all the same is told.
    """
    if path is None:
        return
    text = json.dumps({**result, "made_with": made_with()}, indent=2) + "\n"
    try:
        write_whole(Path(path), text.encode())
    except VidstyleError as error:
        raise VidstyleError(f"{error}{f' ({done} is complete)' if done else ''}") from error


def made_with() -> dict[str, str]:
    """The versions, and the machine, that figures were made with."""
    versions = {
        "vidstyle": __version__,
        "python": platform.python_version(),
        "machine": platform.platform(),
    }
    for name in _NAMED_PACKAGES:
        with suppress(metadata.PackageNotFoundError):  # Or it has another name here.
            versions[name] = metadata.version(name)
    return versions
