"""Where a run's output goes, and how it is encoded."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.video.codecs import ENCODERS, Codec, codec_for
from vidstyle.video.partial import check_place
from vidstyle.video.picture_sink import check_picture_folder, is_picture_output, picture_folder
from vidstyle.video.picture_source import is_sequence, sequence_folder

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
    source: Path,
    wanted: str | Path | None,
    *,
    codec: Codec | None,
    label: str,
    overwrite: bool,
    also_read: Sequence[Path] = (),
) -> Output:
    """Decide on path and codec, and check that they can be written.

    Args:
        source: the input.
        wanted: where the output goes; None: beside the input.
        codec: of the output; None: what fits its name.
        label: the style's name.
        overwrite: whether an output may be there already.
        also_read: what else the run reads: styles, masks.

    Raises:
        UsageError: the place does not exist, cannot be written, is taken, or is what is read.
    """
    if wanted == "":
        raise UsageError("the output's name is empty: give the name of a file or folder")
    if codec is None and (is_sequence(source) if wanted is None else is_picture_output(wanted)):
        codec = Codec.PNG
    path = _beside(source, codec, label) if wanted is None else Path(wanted)
    output = Output(path, Codec.PNG if codec is Codec.PNG else codec_for(path, codec))
    _check_place(output, source, overwrite=overwrite)
    check_not_read(output.path, also_read)
    return output


def check_not_read(output: Path, read: Sequence[Path]) -> None:
    """`UsageError` where the output would replace one of the files that the run reads."""
    for path in read:
        if path.is_file() and output.is_file() and path.samefile(output):
            raise UsageError(f"{output} is read by this run: choose another name")


def _beside(source: Path, codec: Codec | None, label: str) -> Path:
    """A name beside the input, such as `in-starry.mp4`."""
    if is_sequence(source):
        # Of "." and "..", too, it has the name.
        base, suffix = Path(os.path.abspath(sequence_folder(source))), ".mp4"
    else:
        base, suffix = source.with_suffix(""), source.suffix.lower()
    if codec is Codec.PNG:
        suffix = ""
    elif codec is not None and suffix not in ENCODERS[codec].suffixes:
        suffix = ENCODERS[codec].suffixes[0]
    elif suffix not in _KEPT_SUFFIXES:
        suffix = ".mp4"
    return base.with_name(f"{base.name}-{label}{suffix}")


def _check_place(output: Output, source: Path, *, overwrite: bool) -> None:
    path = picture_folder(output.path) if output.is_pictures else output.path
    origin = sequence_folder(source) if is_sequence(source) else source
    if path.exists() and origin.exists() and path.samefile(origin):
        raise UsageError(f"{path} is the input itself: choose another name with -o")
    if output.is_pictures:
        check_picture_folder(path)
    elif path.is_dir():
        raise UsageError(
            f"{path} is a folder: name a file in it, or leave --codec out for pictures"
        )
    else:
        check_place(path)
    taken = any(path.iterdir()) if path.is_dir() else path.exists()
    if taken and not overwrite:
        raise UsageError(f"{path} exists: add --overwrite, or choose another name with -o")
