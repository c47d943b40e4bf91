"""Which way up a stored picture is meant to be seen."""

from dataclasses import dataclass

import av
import cv2
import numpy as np

from vidstyle.video.frame import RgbPicture


@dataclass(frozen=True)
class Orientation:
    """What turns a stored picture upright: first a quarter-turn count, then a mirror."""

    quarter_turns: int = 0
    """Counter-clockwise, 0 to 3."""
    mirrored: bool = False
    """Left and right exchanged, after the turn."""

    @classmethod
    def of(cls, frame: av.VideoFrame) -> "Orientation":
        """Read from the frame's display matrix; upright where there is none.

        A display matrix (ISO/IEC 14496-12, 6.2.2) maps a stored point (x, y), y down, to the shown
        point (a·x + c·y, b·x + d·y). Turns that are not quarter turns are rounded to the nearest.

        Ask it of one frame of a stream, not of each: PyAV ties a frame whose side data was looked
        at into a reference cycle, and its memory is held until the garbage collector comes by.
        """
        try:
            data = frame.side_data["DISPLAYMATRIX"]  # type: ignore[typeddict-item]
        except KeyError:
            return UPRIGHT
        a, b, _, c, d, *_ = np.frombuffer(bytes(data), dtype=np.int32).astype(np.float64)
        mirrored = a * d - b * c < 0
        if mirrored:  # Mirroring comes last: take it off (x becomes -x) to see the turn.
            a, c = -a, -c
        return cls(round(-np.degrees(np.arctan2(b, a)) / 90) % 4, bool(mirrored))

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.quarter_turns % 2 == 1

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        """The size of the upright picture; its own inverse."""
        return (height, width) if self.swaps_sides else (width, height)

    def apply(self, picture: RgbPicture) -> RgbPicture:
        """The picture turned upright, contiguous in memory."""
        if self.quarter_turns:
            picture = np.asarray(cv2.rotate(picture, _CV2_TURNS[self.quarter_turns]), np.uint8)
        if self.mirrored:
            picture = np.asarray(cv2.flip(picture, 1), np.uint8)
        return picture


UPRIGHT = Orientation()

_CV2_TURNS = {
    1: cv2.ROTATE_90_COUNTERCLOCKWISE,
    2: cv2.ROTATE_180,
    3: cv2.ROTATE_90_CLOCKWISE,
}
