"""A window on the screen, by SDL."""

import os
from collections.abc import Sequence
from contextlib import suppress
from threading import current_thread, main_thread

import cv2
import numpy as np

from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture
from vidstyle.video.letterbox import fitted
from vidstyle.video.panel import Panel, Place
from vidstyle.video.sdl import pygame
from vidstyle.video.sdl import video as sdl
from vidstyle.video.sink import SinkError

CLOSE = "close button"
"""Stands among the keys for a wish to close the window: by its button, or by the system."""


class Window:
    """Shows pictures in their own shape, scaled by the graphics card where there is one.

    All its methods are for one thread, which must be the main one. Uploading a picture costs 0.4 ms
    of a CPU core at 640x360 and 2.5 ms at 1280x720; what else there is, the card does.
    """

    def __init__(self, title: str, size: Size, *, fullscreen: bool = False) -> None:
        """Opens it; `size`: of the part that shows pictures.

        Raises:
            SinkError: there is no screen.
        """
        if current_thread() is not main_thread():
            raise SinkError("a window needs the main thread: leave it out (window=False)")
        try:
            pygame.display.init()
            _check_seen()
            pygame.font.init()
            self._window = pygame.Window(
                title, (size.width, size.height), resizable=True, allow_high_dpi=True
            )
            self._renderer = sdl.Renderer(self._window)
        except pygame.error as error:
            raise SinkError(
                f"cannot open a window: there is no screen ({error}): add --no-window"
            ) from error
        self._panels: dict[Place, Panel] = {}
        self._texture: sdl.Texture | None = None
        self._fullscreen = False
        self.fullscreen = fullscreen

    @property
    def size(self) -> Size:
        """Of the part that shows pictures, in pixels of the screen."""
        view = self._renderer.get_viewport()
        return Size(view.width, view.height)

    @property
    def fullscreen(self) -> bool:
        """Whether it fills the screen."""
        return self._fullscreen

    @fullscreen.setter
    def fullscreen(self, wanted: bool) -> None:
        if wanted != self._fullscreen:
            if wanted:
                self._window.set_fullscreen(desktop=True)
            else:
                self._window.set_windowed()
            self._fullscreen = wanted
            pygame.mouse.set_visible(not wanted)

    def show(self, picture: RgbPicture) -> None:
        """Show a picture, uint8 (H, W, 3), from now on."""
        height, width = picture.shape[:2]
        if self._texture is None or (self._texture.width, self._texture.height) != (width, height):
            self._prepare_for(Size(width, height))
        assert self._texture is not None
        cv2.cvtColor(picture, cv2.COLOR_RGB2BGRA, dst=self._pixels)
        self._texture.update(self._surface)
        self.redraw()

    def overlay(self, lines: Sequence[str], *, place: Place = Place.TOP_LEFT) -> None:
        """Lay text over the picture from the next `show` or `redraw` on; no lines: no text.

        One text at each place. Tabs in a line divide it into columns.
        """
        if lines:
            self._panels.setdefault(place, Panel(self._renderer, place)).lines = tuple(lines)
        else:
            self._panels.pop(place, None)

    def redraw(self) -> None:
        """Show the same picture again: with another text, or in another size."""
        size = self.size
        self._renderer.clear()
        if self._texture is not None:
            place = fitted(Size(self._texture.width, self._texture.height), size)
            self._texture.draw(
                dstrect=pygame.Rect(place.left, place.top, place.width, place.height)
            )
        for panel in self._panels.values():
            panel.draw(size)
        self._renderer.present()

    def poll(self) -> list[str]:
        """The keys since the last call. To be called often: it keeps the window alive.

        A key is what it types (`"s"`, `"S"`, `"+"`), else its name (`"left"`, `"escape"`,
        `"space"`), with `"ctrl+"`, `"alt+"` or `"meta+"` before it where those are held; or it is
        `CLOSE`.
        """
        keys: list[str] = []
        is_stale = False
        for event in pygame.event.get():
            if event.type == pygame.KEYDOWN:
                if event.key not in _MODIFIERS:
                    keys.append(_key(event))
            elif event.type in (pygame.QUIT, pygame.WINDOWCLOSE):
                keys.append(CLOSE)
            elif event.type in (pygame.WINDOWSIZECHANGED, pygame.WINDOWEXPOSED):
                is_stale = True
        if is_stale:
            self.redraw()
        return keys

    def close(self) -> None:
        """Take it off the screen; may be called twice."""
        with suppress(pygame.error):
            self._window.destroy()
        pygame.quit()

    def _prepare_for(self, size: Size) -> None:
        """Make room for pictures of that size."""
        # What graphics cards take as it is; SDL would convert any other format more slowly.
        self._pixels = np.empty((size.height, size.width, 4), np.uint8)
        shape = (size.width, size.height)
        self._surface = pygame.image.frombuffer(self._pixels.data, shape, "BGRA")
        self._texture = sdl.Texture(
            self._renderer,
            shape,
            depth=32,
            streaming=True,
            scale_quality=sdl.SCALEQUALITY_LINEAR,
        )


def _check_seen() -> None:
    """Where there is no screen SDL may draw for nobody, and say nothing of it."""
    if pygame.display.get_driver() == "offscreen" and "SDL_VIDEODRIVER" not in os.environ:
        pygame.display.quit()
        raise pygame.error("neither DISPLAY nor WAYLAND_DISPLAY is set")


_HELD = {
    pygame.KMOD_CTRL: "ctrl+",
    pygame.KMOD_ALT: "alt+",
    pygame.KMOD_META: "meta+",
}
_MODIFIERS = {
    *(pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LCTRL, pygame.K_RCTRL, pygame.K_LALT),
    *(pygame.K_RALT, pygame.K_LMETA, pygame.K_RMETA, pygame.K_CAPSLOCK, pygame.K_NUMLOCK),
    *(pygame.K_MODE, pygame.K_SCROLLOCK),
}
"""Keys that mean nothing alone."""


def _key(event: pygame.event.Event) -> str:
    """The name of a pressed key, with the keys that are held with it."""
    held = "".join(name for mask, name in _HELD.items() if event.mod & mask)
    text = event.unicode
    if text.isprintable() and text.strip() and not held:
        return str(text)
    return held + pygame.key.name(event.key)
