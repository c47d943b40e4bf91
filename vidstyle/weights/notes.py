"""What a weights file says of itself, read without PyTorch."""

from pathlib import Path
from typing import Any

import safetensors

from vidstyle.errors import VidstyleError


def read_notes(path: Path) -> dict[str, str]:
    """The notes in a safetensors file: what was trained, and its sizes; of other files, none.

    Raises:
        VidstyleError: the file cannot be read.
    """
    if path.suffix != ".safetensors":
        return {}
    with open_tensors(path) as tensors:
        return dict(tensors.metadata() or {})


def open_tensors(path: Path) -> Any:
    """The tensors of a safetensors file as numpy arrays, read one by one; a context manager.

    Raises:
        VidstyleError: the file cannot be read.
    """
    try:
        return safetensors.safe_open(path, framework="numpy")
    except OSError as error:
        raise VidstyleError(f"{path} cannot be read ({error.strerror or error})") from error
    except safetensors.SafetensorError as error:
        raise VidstyleError(f"{path} is damaged or no checkpoint") from error
