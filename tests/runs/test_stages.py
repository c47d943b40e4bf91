"""The stages of a run."""

import gc
from pathlib import Path

from tests.video.making import Video, make_clip
from vidstyle.runs.stages import preprocess
from vidstyle.video.file_source import FileSource


def test_decoded_pictures_are_freed_without_the_garbage_collector(tmp_path: Path) -> None:
    """Of some MB each, those that wait for it make a run grow by hundreds of MB."""
    source = FileSource(make_clip(tmp_path / "in.mp4", Video(frames=50)))
    stage = preprocess(source.info.size, source.info.orientation)
    gc.collect()
    gc.disable()
    try:
        for frame in source:
            stage.apply([frame])
        assert gc.collect() < 50  # One that looks at each picture's side data leaves 100.
    finally:
        gc.enable()
