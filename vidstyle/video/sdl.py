"""SDL, as pygame-ce brings it: without its advertisement, and with a clear line where it is not."""

import os

from vidstyle.errors import VidstyleError

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
try:
    import pygame
    from pygame._sdl2 import video
except ImportError as error:
    raise VidstyleError(
        'a window needs pygame-ce, which is not installed: pip install "vidstyle[live]"'
    ) from error

__all__ = ["pygame", "video"]
