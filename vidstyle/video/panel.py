"""Text over a picture, in a window."""

from enum import Enum, auto
from itertools import accumulate

from vidstyle.video.convert import Size
from vidstyle.video.sdl import pygame
from vidstyle.video.sdl import video as sdl

# Of the window's height; between these it can be read, and leaves room for the picture.
_TEXT_HEIGHT = 1 / 25
_SMALLEST_TEXT, _LARGEST_TEXT = 19, 48

_LINE_STEP = 1.25
_LONGEST_TEXT = 300
"""Characters. Of a text that was pasted by mistake no texture could be made."""

_TEXT_COLOUR = (255, 255, 255)
_BOX_COLOUR = (0, 0, 0, 190)


class Place(Enum):
    """Where in the window a panel lies."""

    TOP_LEFT = auto()
    CENTRE = auto()
    BOTTOM = auto()


class Panel:
    """Lines of text in a dark, half transparent box, in aligned columns where lines have tabs."""

    def __init__(self, renderer: sdl.Renderer, place: Place) -> None:
        self.lines: tuple[str, ...] = ()
        self._renderer = renderer
        self._place = place
        self._drawn: tuple[tuple[str, ...], int] | None = None
        self._texture: sdl.Texture | None = None

    def draw(self, window: Size) -> None:
        """Draw it into a window of that size."""
        text_height = round(window.height * _TEXT_HEIGHT)
        text_height = min(max(text_height, _SMALLEST_TEXT), _LARGEST_TEXT)
        wanted = (self.lines, text_height)
        if self._texture is None or wanted != self._drawn:
            surface = _surface(self.lines, text_height)
            self._texture = sdl.Texture.from_surface(self._renderer, surface)
            self._drawn = wanted
        margin = text_height // 2
        inside = pygame.Rect(0, 0, window.width, window.height).inflate(-2 * margin, -2 * margin)
        self._texture.draw(dstrect=self._position(self._texture.get_rect(), inside))

    def _position(self, box: pygame.Rect, inside: pygame.Rect) -> pygame.Rect:
        """Where the box lies; it shrinks where the window is too small for it."""
        if box.width > inside.width or box.height > inside.height:
            box = box.fit(inside)
        if self._place is Place.TOP_LEFT:
            box.topleft = inside.topleft
        elif self._place is Place.CENTRE:
            box.center = inside.center
        else:
            box.midbottom = inside.midbottom
        return box


def _surface(lines: tuple[str, ...], text_height: int) -> pygame.Surface:
    """The box with its text, RGBA."""
    font = pygame.font.Font(None, text_height)
    rows = [[_text(font, cell) for cell in line.split("\t")] for line in lines]
    step, gap = round(font.get_linesize() * _LINE_STEP), text_height
    # What ends a line may reach under the columns beside it.
    widths = [
        max((row[column].get_width() for row in rows if len(row) > column + 1), default=0) + gap
        for column in range(max(map(len, rows)) - 1)
    ]
    lefts = list(accumulate(widths, initial=gap))
    width = max(lefts[len(row) - 1] + row[-1].get_width() for row in rows) + gap
    height = step * (len(rows) - 1) + font.get_linesize() + gap
    box = pygame.Surface((width, height), pygame.SRCALPHA)
    pygame.draw.rect(box, _BOX_COLOUR, box.get_rect(), border_radius=gap // 2)
    for index, row in enumerate(rows):
        for text, left in zip(row, lefts, strict=False):
            box.blit(text, (left, gap // 2 + index * step))
    return box


def _text(font: pygame.font.Font, text: str) -> pygame.Surface:
    shown = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    # Names of files may not be UTF-8.
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return font.render(shown, True, _TEXT_COLOUR)
