"""Files that are whole or not there."""

import os
from pathlib import Path

from vidstyle.errors import VidstyleError


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the final name, then rename.

    Raises:
        VidstyleError: it cannot be written; a file of that name from before is untouched.
    """
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        kept = "; the one from before is kept" if path.exists() else ""
        raise VidstyleError(f"cannot write {path}: {error.strerror}{kept}") from error
