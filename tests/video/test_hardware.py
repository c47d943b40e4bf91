"""Decoding by hardware where there may be none: what is refused, and what is told."""

from pathlib import Path

import av
import pytest
from av.codec.hwaccel import hwdevices_available

from vidstyle.errors import UsageError
from vidstyle.runs.trial_pictures import sample
from vidstyle.video.hardware import AUTO, NONE, check_hwaccel, open_file
from vidstyle.video.source import SourceError

CLIP = sample()

# What this FFmpeg may have been built with, and what decodes nothing by itself.
UNFIT = "drm"


def test_kinds_by_name() -> None:
    for name in (AUTO, NONE, *hwdevices_available()):
        assert check_hwaccel(name) == name
    with pytest.raises(UsageError, match="hwaccel 'voodoo' is not one of auto, none"):
        check_hwaccel("voodoo")


def test_the_cpu_decodes_unless_asked_otherwise() -> None:
    source = open_file(CLIP)
    assert (source.decoder, source.notes) == ("the CPU", [])
    source.close()


def test_auto_decodes_on_any_machine_and_tells_where_it_is_the_cpu() -> None:
    source = open_file(CLIP, hwaccel=AUTO)
    picture = next(iter(source)).picture
    assert isinstance(picture, av.VideoFrame)
    assert (picture.width, picture.height) == (1280, 720)
    if source.decoder == "the CPU":
        (note,) = source.notes
        assert note.startswith("decoded by the CPU: no decoder of this machine (")
        assert UNFIT not in hwdevices_available() or UNFIT in note
    else:
        assert source.notes == []
    source.close()


@pytest.mark.skipif(UNFIT not in hwdevices_available(), reason="this FFmpeg does not know drm")
def test_what_cannot_decode_is_refused_and_never_replaced() -> None:
    with pytest.raises(SourceError, match=f"^drm cannot decode {CLIP} .*leave --hwaccel out"):
        open_file(CLIP, hwaccel=UNFIT)


@pytest.mark.parametrize("hwaccel", [AUTO, *hwdevices_available()])
def test_a_file_that_is_no_video_is_told_as_ever(tmp_path: Path, hwaccel: str) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("no video")
    with pytest.raises(SourceError, match=r"text\.mp4 cannot be read as a video"):
        open_file(path, hwaccel=hwaccel)
    with pytest.raises(SourceError, match=r"cannot open .*missing\.mp4"):
        open_file(tmp_path / "missing.mp4", hwaccel=hwaccel)
