"""The window of a live run."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pygame = pytest.importorskip("pygame", reason="a window needs pygame-ce (extra live)")

from tests.runs.live.parts import Fixed, live_frame  # noqa: E402
from vidstyle.pipeline.latest_slot import LatestSlot  # noqa: E402
from vidstyle.runs.live.live import stylize_live  # noqa: E402
from vidstyle.runs.live.outputs import OutputTimes  # noqa: E402
from vidstyle.runs.live.report import LiveStatus  # noqa: E402
from vidstyle.runs.live.screen import LiveScreen  # noqa: E402
from vidstyle.runs.live.stages import LiveFrame  # noqa: E402
from vidstyle.runs.live.steering import KEYS  # noqa: E402
from vidstyle.video.frame import RgbPicture  # noqa: E402
from vidstyle.video.panel import Place  # noqa: E402
from vidstyle.video.views import View  # noqa: E402
from vidstyle.video.window import CLOSE  # noqa: E402


class Glass:
    """A window that keeps what it is given."""

    def __init__(self) -> None:
        self.pictures: list[RgbPicture] = []
        self.texts: dict[Place, tuple[str, ...]] = {}
        self.keys: list[str] = []
        self.fullscreen = False

    def show(self, picture: RgbPicture) -> None:
        self.pictures.append(picture)

    def overlay(self, lines: Sequence[str], *, place: Place) -> None:
        self.texts[place] = tuple(lines)

    def poll(self) -> list[str]:
        keys, self.keys = self.keys, []
        return keys


class Room:
    """A screen, and all that is around it."""

    def __init__(self) -> None:
        self.glass, self.slot = Glass(), LatestSlot[LiveFrame]()
        self.settings, self.times = Fixed(), OutputTimes()
        self.screen = LiveScreen(
            self.glass,  # type: ignore[arg-type]
            self.slot,
            settings=self.settings,
            times=self.times,
        )

    def bring(self) -> LiveFrame:
        """A new frame: grey, painted white."""
        frame = live_frame(0)
        painted = LiveFrame(
            **{**vars(frame), "picture": np.full_like(frame.rgb, 255)},
            original=frame.rgb,
            content=frame.rgb,
            state=self.settings.state,
        )
        self.slot.write(painted)
        return painted

    def show(self) -> None:
        self.screen.show(timeout_seconds=0)

    def set(self, **values: Any) -> None:
        self.settings.state = replace(self.settings.state, **values)


@pytest.fixture
def room() -> Room:
    return Room()


def test_each_frame_is_shown_once_and_timed(room: Room) -> None:
    room.show()
    assert room.glass.pictures == []
    for _ in range(2):
        frame = room.bring()
        room.show()
        room.show()
        assert room.glass.pictures[-1] is frame.picture
    assert len(room.glass.pictures) == 2
    assert room.times.latency.figures().count == 2


def test_what_is_set_is_seen_at_once_also_without_a_new_frame(room: Room) -> None:
    room.bring()
    room.show()
    room.set(view=View.SIDE)
    room.show()
    assert room.glass.pictures[-1].shape == (48, 128, 3)
    assert room.glass.pictures[-1][5, 5, 0] == 128
    room.set(mirror=True)
    room.show()
    assert room.glass.pictures[-1][5, 5, 0] == 255
    room.set(fullscreen=True)
    room.show()
    assert room.glass.fullscreen
    assert room.times.latency.figures().count == 1


def test_texts_come_and_go(room: Room) -> None:
    room.bring()
    room.screen.say("wrote a.png")
    room.show()
    assert room.glass.texts[Place.BOTTOM] == ("wrote a.png",)
    assert room.glass.texts[Place.CENTRE] == room.glass.texts[Place.TOP_LEFT] == ()
    room.set(help=True)
    room.show()
    assert any(line.startswith("q\tquit\t") for line in room.glass.texts[Place.CENTRE])
    room.set(help=False)
    room.show()
    assert room.glass.texts[Place.CENTRE] == ()


def test_a_message_goes_away_by_itself(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = count(step=1.0)
    monkeypatch.setattr("vidstyle.runs.live.screen.perf_counter", lambda: next(moments))
    room.bring()
    room.screen.say("hello")
    for _ in range(6):
        room.show()
    assert room.glass.texts[Place.BOTTOM] == ()
    assert len(room.glass.pictures) == 2


@pytest.mark.parametrize(("key", "line"), [*KEYS.items(), ("N", "next"), ("HOME", None)])
def test_keys_are_lines(room: Room, key: str, line: str | None) -> None:
    room.glass.keys = [key]
    assert room.screen.lines() == ([line] if line else [])


def test_closing_the_window_quits(room: Room) -> None:
    room.glass.keys = [CLOSE]
    assert room.screen.lines() == ["quit"]


def test_a_run_is_steered_by_keys_in_its_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.chdir(tmp_path)
    seen: list[LiveStatus] = []

    def press(*keys: str) -> None:
        for key in keys:
            code = pygame.key.key_code(key)
            typed = key if len(key) == 1 else ""
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, unicode=typed, mod=0))

    def on_status(status: LiveStatus) -> None:
        seen.append(status)
        if len(seen) == 1:
            press("v", "m", "i", "h", "c", "down", "f", "escape", "s")
        elif len(seen) == 3:
            press("q")

    result = stylize_live(
        "test:testsrc2=size=64x48:rate=30", method="identity", on_status=on_status
    )
    state = seen[-1].state
    assert (state.view, state.strength) == (View.SPLIT, 0.9)
    assert state.mirror
    assert state.figures
    assert state.help
    assert state.preserve_color
    assert not state.fullscreen
    assert result.latency["window"].count > 0
    assert len(list(tmp_path.glob("vidstyle-*.png"))) == 1
