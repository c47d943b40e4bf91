"""A real window on a real screen, seen from outside; and without a screen."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import pytest

pytest.importorskip("pygame", reason='needs pygame-ce (pip install "vidstyle[live]")')

import pygame

from tests.pipeline.harness import PATIENCE
from tests.video.live import ROOT
from tests.video.making import blocks, corners, looks_like_corners
from tests.video.screen import SIZE, Screen, screen
from vidstyle.video.convert import Size
from vidstyle.video.panel import Place
from vidstyle.video.sink import SinkError
from vidstyle.video.window import CLOSE, Window


@pytest.fixture(scope="module")
def real_screen() -> Iterator[Screen]:
    with screen() as it:
        yield it


@pytest.fixture
def shown(real_screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window of 320x240 on the real screen."""
    monkeypatch.setenv("DISPLAY", real_screen.display)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    window = Window("vidstyle", Size(320, 240))
    window.show(corners(320, 240))
    wait_until(window, lambda _: looks_like_corners(seen(real_screen, window), corners(320, 240)))
    yield window
    window.close()


@pytest.fixture
def unseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window of 320x240 that SDL draws for nobody."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = Window("vidstyle", Size(320, 240))
    yield window
    window.close()


@pytest.mark.parametrize("text", ["x" * 20_000, "\udcff.jpg", ""])
def test_any_text_can_be_told(unseen: Window, text: str) -> None:
    unseen.overlay([text], place=Place.BOTTOM)
    unseen.show(corners(320, 240))


def wait_until(window: Window, come: Callable[[list[str]], bool]) -> list[str]:
    """Poll the window until something has come; what has happened to it."""
    events: list[str] = []
    pace, end = threading.Event(), perf_counter() + PATIENCE
    while perf_counter() < end:
        events += window.poll()
        if come(events):
            return events
        pace.wait(0.02)
    raise AssertionError(f"never came; there were {events}")


def seen(screen: Screen, window: Window) -> np.ndarray:
    """What is on the screen where the window is."""
    left, top = window._window.position
    size = window.size
    return screen.picture()[top : top + size.height, left : left + size.width]


def test_a_picture_is_on_the_screen_as_it_is(real_screen: Screen, shown: Window) -> None:
    picture = blocks(320, 240)
    shown.show(picture)
    wait_until(shown, lambda _: np.array_equal(seen(real_screen, shown), picture))


def test_a_picture_is_scaled_in_its_own_shape(real_screen: Screen, shown: Window) -> None:
    shown.show(corners(96, 48))
    wait_until(
        shown,
        lambda _: looks_like_corners(seen(real_screen, shown)[40:200], corners(320, 160)),
    )
    assert not seen(real_screen, shown)[:40].any()
    assert not seen(real_screen, shown)[-40:].any()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        *(("s", "s"), ("S", "S"), ("plus", "+"), ("minus", "-"), ("question", "?"), ("3", "3")),
        *(("Left", "left"), ("space", "space"), ("Escape", "escape"), ("Return", "return")),
        *(("F1", "f1"), ("KP_Add", "+"), ("ctrl+c", "ctrl+c"), ("alt+q", "alt+q")),
    ],
)
def test_keys_arrive(real_screen: Screen, shown: Window, typed: str, key: str) -> None:
    real_screen.do("windowfocus", "--sync", shown._window.handle)
    real_screen.do("key", typed)
    assert wait_until(shown, bool) == [key]


def test_a_window_that_is_resized_shows_the_picture_in_its_shape(
    real_screen: Screen, shown: Window
) -> None:
    real_screen.do("windowsize", shown._window.handle, 400, 200)
    wait_until(
        shown,
        lambda _: (
            shown.size == Size(400, 200)
            and looks_like_corners(seen(real_screen, shown)[:, 67:333], corners(266, 200))
        ),
    )
    # Without one more `show`: a frozen picture follows the window too.
    assert not seen(real_screen, shown)[:, :66].any()


def test_fills_the_screen_and_comes_back(real_screen: Screen, shown: Window) -> None:
    whole = corners(SIZE.width, SIZE.height)
    with real_screen.managed():
        shown.fullscreen = True
        wait_until(shown, lambda _: looks_like_corners(real_screen.picture(), whole))
        assert shown.fullscreen
        assert shown.size == SIZE
        shown.fullscreen = False
        wait_until(shown, lambda _: shown.size == Size(320, 240))
        assert not shown.fullscreen


def test_text_lies_over_the_picture_until_it_is_taken_away(
    real_screen: Screen, shown: Window
) -> None:
    grey = np.full((240, 320, 3), 128, np.uint8)
    shown.overlay(["style\tstarry", "latency\t41 ms"])
    shown.show(grey)
    wait_until(shown, lambda _: seen(real_screen, shown)[10:60, 10:150].max() > 190)
    picture = seen(real_screen, shown)
    assert picture[20:40, 10:30].min() < 60  # The box is dark.
    assert (picture[-100:] == 128).all()
    shown.overlay([])
    shown.show(grey)
    wait_until(shown, lambda _: bool((seen(real_screen, shown) == 128).all()))


def test_each_place_has_its_own_text(real_screen: Screen, shown: Window) -> None:
    shown.overlay(["above"])
    shown.overlay(["in the middle"], place=Place.CENTRE)
    shown.overlay(["below"], place=Place.BOTTOM)
    shown.show(np.full((240, 320, 3), 128, np.uint8))

    def are_there(_: list[str]) -> bool:
        bright = (seen(real_screen, shown) == 255).all(-1)
        places = [bright[:60, :120], bright[100:140, 100:220], bright[-40:, 120:200]]
        return all(place.any() for place in places) and not bright[60:95].any()

    wait_until(shown, are_there)


def test_text_that_is_too_long_shrinks(real_screen: Screen, shown: Window) -> None:
    shown.overlay(["long " * 30] * 30, place=Place.CENTRE)
    shown.show(np.full((240, 320, 3), 255, np.uint8))
    wait_until(shown, lambda _: seen(real_screen, shown).min() < 100)
    assert (seen(real_screen, shown)[:4] == 255).all()
    assert (seen(real_screen, shown)[:, :4] == 255).all()


@pytest.mark.parametrize("kind", [pygame.QUIT, pygame.WINDOWCLOSE])
def test_a_wish_to_close_arrives(unseen: Window, kind: int) -> None:
    pygame.event.post(pygame.event.Event(kind))
    assert CLOSE in unseen.poll()


def test_pictures_may_change_their_size(unseen: Window) -> None:
    for width, height in [(64, 48), (640, 360), (1, 1), (64, 48)]:
        unseen.show(corners(width, height))


def test_text_without_a_picture(unseen: Window) -> None:
    unseen.overlay(["waiting for the camera"])
    unseen.redraw()


def test_can_be_closed_twice(unseen: Window) -> None:
    unseen.close()
    unseen.close()


def test_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":no-such")
    with pytest.raises(SinkError, match="cannot open a window: there is no screen"):
        Window("vidstyle", Size(320, 240))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_a_window_that_nobody_could_see_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SinkError, match=r"WAYLAND_DISPLAY is set\): add --no-window"):
        Window("vidstyle", Size(320, 240))


@pytest.mark.parametrize("module", ["vidstyle.video.window", "vidstyle.runs.live.screen"])
def test_without_pygame(module: str) -> None:
    program = (
        "import sys; sys.modules['pygame'] = None\n"
        "from vidstyle.errors import VidstyleError\n"
        f"try: import {module}\n"
        "except VidstyleError as error: print(error)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == (
        'a window needs pygame-ce, which is not installed: pip install "vidstyle[live]"\n'
    )
