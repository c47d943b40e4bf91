"""Where a run's output goes, and how it is encoded."""

import os
from dataclasses import dataclass
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.video.codecs import ENCODERS, Codec, codec_for
from vidstyle.video.picture_sink import is_picture_output, picture_folder
from vidstyle.video.picture_source import is_sequence

_KEPT_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".gif")


@dataclass(frozen=True)
class Output:
    """The final place of the output, and its codec; PNG stands for pictures in a folder."""

    path: Path
    codec: Codec

    @property
    def is_pictures(self) -> bool:
        """Whether pictures are written rather than one file."""
        return self.codec is Codec.PNG


def plan_output(
    source: Path, wanted: Path | None, *, codec: Codec | None, label: str, overwrite: bool
) -> Output:
    """Decide on path and codec, and check that they can be written. `label`: the style's name.

    `UsageError` where the place does not exist, cannot be written, is taken or is the input.
    """
    path = wanted or _beside(source, codec, label)
    if codec is Codec.PNG or (codec is None and is_picture_output(path)):
        output = Output(path, Codec.PNG)
    else:
        output = Output(path, codec_for(path, codec))
    _check_place(output, source, overwrite=overwrite)
    return output


def _beside(source: Path, codec: Codec | None, label: str) -> Path:
    """A name beside the input, such as `in-starry.mp4`."""
    if is_sequence(source):
        folder = source if source.is_dir() else source.parent
        base, suffix = folder.absolute(), "" if codec in (None, Codec.PNG) else ".mp4"
    else:
        base, suffix = source.with_suffix(""), source.suffix.lower()
    if codec is Codec.PNG:
        suffix = ""
    elif codec is not None and suffix not in ENCODERS[codec].suffixes:
        suffix = ENCODERS[codec].suffixes[0]
    elif suffix and suffix not in _KEPT_SUFFIXES:
        suffix = ".mp4"
    return base.with_name(f"{base.name}-{label}{suffix}")


def _check_place(output: Output, source: Path, *, overwrite: bool) -> None:
    path = picture_folder(output.path) if output.is_pictures else output.path
    if path.exists() and source.exists() and path.samefile(source):
        raise UsageError(f"{path} is the input itself: choose another name with -o")
    if not output.is_pictures and path.is_dir():
        raise UsageError(
            f"{path} is a folder: name a file in it, or leave --codec out for pictures"
        )
    folder = path.absolute().parent
    if not folder.is_dir():
        raise UsageError(f"the folder {folder} does not exist: make it, or choose another with -o")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"the folder {folder} cannot be written to: choose another with -o")
    taken = any(path.iterdir()) if path.is_dir() else path.exists()
    if taken and not overwrite:
        raise UsageError(f"{path} exists: add --overwrite, or choose another name with -o")
