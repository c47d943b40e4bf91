"""Output that appears under its final name only when it is whole."""

import os
import shutil
from pathlib import Path

from vidstyle.video.sink import SinkError


class PartialPath:
    """A temporary name beside the final one, for a file or a folder."""

    def __init__(self, final: Path) -> None:
        self.final = final
        # Beside the final name: a rename within one folder is atomic, and a full disk shows early.
        self.path = final.with_name(f".{final.name}.{os.getpid()}.part")

    def commit(self) -> None:
        """Give the complete output its final name, replacing what was there."""
        try:
            os.replace(self.path, self.final)
        except OSError as error:
            raise SinkError(
                f"cannot rename the output to {self.final}: {error.strerror}"
            ) from error

    def discard(self) -> None:
        """Remove what was written."""
        if self.path.is_dir():
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            self.path.unlink(missing_ok=True)
