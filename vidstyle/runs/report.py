"""The result of a run as a JSON file."""

import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from vidstyle import __version__
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.video.partial import PartialPath

_NAMED_PACKAGES = ("av", "numpy", "opencv-python-headless", "openvino", "torch")


def check_report(path: str | Path | None) -> None:
    """`UsageError` where a report cannot be written to `path`; before the run, not after it."""
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise UsageError(f"the folder of the report {path} does not exist")


def write_report(path: str | Path | None, result: dict[str, Any]) -> None:
    """Write `result`, and what it was made with, to `path`; None writes nothing."""
    if path is None:
        return
    partial = PartialPath(Path(path).absolute())
    try:
        partial.path.write_text(json.dumps({**result, "made_with": made_with()}, indent=2) + "\n")
    except OSError as error:
        partial.discard()
        raise VidstyleError(f"cannot write the report {path}: {error.strerror}") from error
    partial.commit()


def made_with() -> dict[str, str]:
    """The versions, and the machine, that figures were made with."""
    packages = {name: metadata.version(name) for name in _NAMED_PACKAGES}
    return {
        "vidstyle": __version__,
        "python": platform.python_version(),
        "machine": platform.platform(),
        **packages,
    }
