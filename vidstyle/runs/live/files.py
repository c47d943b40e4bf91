"""The files that a live run writes when it is told to: recordings and stills."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.files import untaken
from vidstyle.messages import OnMessage
from vidstyle.pipeline import Closed
from vidstyle.runs.live.commands import Switch
from vidstyle.runs.live.outputs import Outputs
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.outputs import check_not_read
from vidstyle.video.pictures import write_picture
from vidstyle.video.recording_sink import RecordingSink

RECORDING = "recording"
"""What the output is called that records."""


class LiveFiles:
    """Begins and ends recordings, and writes stills, in one thread; its properties are for any.

    Args:
        outputs: what a recording becomes one of.
        open_recording: a sink that writes to a path.
        read: files that the run reads; nothing is written over them.
        overwrite: replace files that exist.
        on_message: told what was written where.
    """

    def __init__(
        self,
        outputs: Outputs,
        *,
        open_recording: Callable[[Path], RecordingSink],
        read: Sequence[Path] = (),
        overwrite: bool,
        on_message: OnMessage,
    ) -> None:
        self._outputs = outputs
        self._open_recording = open_recording
        self._read = read
        self._overwrite = overwrite
        self._say = on_message
        self._begun: list[tuple[Path, RecordingSink]] = []

    @property
    def recordings(self) -> tuple[Path, ...]:
        """The files that were recorded, each of them complete."""
        return tuple(path for path, sink in self._begun if sink.written)

    @property
    def recording(self) -> Path | None:
        """What is recorded to now."""
        return self._begun[-1][0] if RECORDING in self._outputs.running else None

    def record(self, switch: Switch, path: Path | None) -> None:
        """Begin or end a recording.

        Raises:
            UsageError: the path is taken, or no file can be recorded to it.
            VidstyleError: it cannot be written.
        """
        present = self.recording
        if not switch.applied(present is not None) and not path:
            if present is None:
                self._say("nothing is being recorded")
            elif self._outputs.remove(RECORDING):
                is_there = present in self.recordings
                self._say(f"recorded {present}" if is_there else f"{present} was too short")
                self._outputs.add_nothing_if_needed()
        elif present is not None:
            raise UsageError(f"{present} is being recorded: end it first with 'record off'")
        else:
            self._say(f"recording {self.begin(path)}")

    def begin(self, path: Path | None) -> Path:
        """Begin a recording, and return its path. Raises as `record` does."""
        target = self._target(path, ".mp4")
        sink = self._open_recording(target)
        # First: as soon as the output is there, another thread may ask what is recorded to.
        self._begun.append((target, sink))
        try:
            self._outputs.add(RECORDING, sink)
        except Closed:
            sink.abort()
            raise VidstyleError(f"{target} is not recorded: the run is over") from None
        return target

    def still(self, frame: LiveFrame | None, path: Path | None) -> None:
        """Write a frame's picture.

        Raises:
            UsageError: the path is taken, or is not that of a picture.
            VidstyleError: there is no frame yet, or the path cannot be written.
        """
        if frame is None:
            raise VidstyleError("there is no picture yet to write to disk")
        target = self._target(path, ".png")
        write_picture(target, frame.rgb)
        self._say(f"wrote {target}")

    def _target(self, wanted: Path | None, suffix: str) -> Path:
        if wanted is None:
            return untaken(Path(f"vidstyle-{datetime.now():%Y%m%d-%H%M%S}{suffix}"))
        self._check(wanted)
        return wanted

    def _check(self, path: Path) -> None:
        """`UsageError` where no file is to be written to `path`."""
        if not path.absolute().parent.is_dir():
            raise UsageError(f"the folder of {path} does not exist")
        if path.is_dir():
            raise UsageError(f"{path} is a folder: name a file in it")
        if not path.exists():
            return
        if not path.is_file():
            raise UsageError(f"{path} is no file: choose another name")
        check_not_read(path, self._read)
        if not self._overwrite:
            raise UsageError(f"{path} exists: add --overwrite, or choose another name")
