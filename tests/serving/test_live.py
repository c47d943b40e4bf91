"""A whole live run, seen and steered from its web page."""

import json
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from urllib.request import urlopen

import numpy as np
import pytest

from vidstyle.runs.live.report import LiveStatus
from vidstyle.serving.live import PAGE, serve_live
from vidstyle.video.pictures import write_picture

PATIENCE = 20.0
PATTERN = "test:testsrc2=size=64x48:rate=30"


def test_a_page_shows_the_run_and_steers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "mine.png", np.full((32, 32, 3), 90, np.uint8))
    told: Queue[str] = Queue()
    statuses: Queue[LiveStatus] = Queue()
    answers: list[bytes] = []

    def viewer() -> Iterator[str]:
        url = told.get(timeout=PATIENCE).removeprefix("web page: ")
        with urlopen(f"{url}picture.jpg", timeout=PATIENCE) as answer:
            answers.append(answer.read())
        picture = (tmp_path / "mine.png").read_bytes()
        for path, data in (("style?name=mine", picture), ("command", b"strength 0.5")):
            with urlopen(f"{url}{path}", data, timeout=PATIENCE) as answer:
                answers.append(answer.read())
        while (status := statuses.get(timeout=PATIENCE)).style != "mine":
            pass
        assert status.state.strength == 0.5
        with urlopen(f"{url}status", timeout=PATIENCE) as answer:
            answers.append(answer.read())
        yield "quit"

    result = serve_live(
        PATTERN,
        web="0",
        styles=["ink", "mosaic"],
        backend="eager",
        window=False,
        commands=viewer(),
        on_message=told.put,
        on_status=statuses.put,
    )
    picture, *accepted, status = answers
    assert picture.startswith(b"\xff\xd8")
    assert accepted == [b"{}", b"{}"]
    assert json.loads(status)["styles"] == ["ink", "mosaic"]
    assert set(result.latency) == {PAGE}


def test_commands_that_cannot_be_read_leave_those_of_the_page() -> None:
    told: list[str] = []

    def unreadable() -> Iterator[str]:
        raise OSError("gone")
        yield

    def quit_by_the_page(_: LiveStatus) -> None:
        if "commands cannot be read any more: gone" in told:
            url = told[0].removeprefix("web page: ")
            urlopen(f"{url}command", b"quit", timeout=PATIENCE).close()

    result = serve_live(
        PATTERN,
        web="0",
        method="identity",
        window=False,
        commands=unreadable(),
        duration=PATIENCE,
        on_message=told.append,
        on_status=quit_by_the_page,
    )
    assert result.figures.elapsed_seconds < PATIENCE
