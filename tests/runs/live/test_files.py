"""Recordings and stills."""

from pathlib import Path
from typing import Any

import pytest

from vidstyle.runs.live.files import LiveFiles
from vidstyle.runs.live.outputs import Outputs
from vidstyle.video.sink import NullSink


def test_another_thread_may_ask_for_a_recording_as_soon_as_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the status line does, at any moment."""
    add, seen = Outputs.add, list[Path | None]()

    def add_and_look(*arguments: Any) -> None:
        add(*arguments)
        seen.append(files.recording)

    monkeypatch.setattr(Outputs, "add", add_and_look)
    outputs = Outputs(on_failure=lambda name, error: None)
    files = LiveFiles(
        outputs,
        open_recording=lambda path: NullSink(),  # type: ignore[arg-type,return-value]
        overwrite=False,
        on_message=lambda text: None,
    )
    assert files.recording is None
    files.begin(tmp_path / "out.mp4")
    outputs.close()

    assert seen == [tmp_path / "out.mp4"]
    assert files.recording is None
