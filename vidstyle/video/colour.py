"""How a video's numbers stand for colours: matrix, range, primaries, transfer.

The code points are those of ITU-T H.273, which FFmpeg, MP4 and Matroska use as they are.
"""

from dataclasses import dataclass
from enum import IntEnum

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray


class Matrix(IntEnum):
    """How R, G and B are mixed into luma and chroma (H.273 `MatrixCoefficients`)."""

    RGB = 0
    BT709 = 1
    UNSPECIFIED = 2
    FCC = 4
    BT470BG = 5
    SMPTE170M = 6
    SMPTE240M = 7
    BT2020 = 9


YCGCO = 8
"""A matrix that swscale does not know; `filters` leaves none of it."""


class Range(IntEnum):
    """Which code values black and white have (FFmpeg's `AVColorRange`)."""

    UNSPECIFIED = 0
    LIMITED = 1
    FULL = 2


UNSPECIFIED = 2
"""Primaries and transfer: the H.273 code point for "not told"."""

BT709 = 1
_BT2020_PRIMARIES = 9
_PQ, _HLG = 16, 18
_TRANSFERS_OF_HDR = {_PQ: "PQ", _HLG: "HLG"}

# H.273 says what a matrix is; swscale knows these by its own numbers.
_SWSCALE_MATRIX = {
    Matrix.BT709: 1,
    Matrix.FCC: 4,
    Matrix.BT470BG: 5,
    Matrix.SMPTE170M: 5,
    Matrix.SMPTE240M: 7,
    Matrix.BT2020: 9,
}

# The share of red and of blue in luma (H.273, table 4).
_SHARES = {
    Matrix.BT709: (0.2126, 0.0722),
    Matrix.FCC: (0.30, 0.11),
    Matrix.BT470BG: (0.299, 0.114),
    Matrix.SMPTE170M: (0.299, 0.114),
    Matrix.SMPTE240M: (0.212, 0.087),
    Matrix.BT2020: (0.2627, 0.0593),
}

# The levels of black, and of white above it; of no chroma, and of its whole span.
_LEVELS = {Range.LIMITED: (16, 219, 128, 224), Range.FULL: (0, 255, 128, 255)}


@dataclass(frozen=True, kw_only=True)
class Colour:
    """The colour description of a stream, with nothing left open that the conversion needs."""

    matrix: Matrix
    range: Range
    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED

    @classmethod
    def of(cls, frame: av.VideoFrame) -> "Colour":
        """What `frame` says of itself.

        Where it is silent: BT.709 from 720 lines up, else BT.601; limited range.
        """
        is_rgb = frame.format.is_rgb or frame.format.has_palette
        if is_rgb:
            return cls(
                matrix=Matrix.RGB,
                range=Range.FULL,
                primaries=frame.color_primaries,
                transfer=frame.color_trc,
            )
        return cls(
            matrix=_known_matrix(frame.colorspace, height=frame.height),
            range=_known_range(frame),
            primaries=frame.color_primaries,
            transfer=frame.color_trc,
        )

    def tag(self, target: "av.VideoFrame | VideoCodecContext") -> None:
        """Write it onto a picture, or into a video's header."""
        target.colorspace = self.matrix
        target.color_range = self.range
        target.color_primaries = self.primaries
        target.color_trc = self.transfer

    @property
    def swscale_matrix(self) -> int:
        """The number by which swscale knows the matrix (RGB has none: BT.709's is returned)."""
        return _SWSCALE_MATRIX.get(self.matrix, _SWSCALE_MATRIX[Matrix.BT709])

    @property
    def conversion(self) -> NDArray[np.float32]:
        """From 8-bit levels of YUV to those of RGB, and back: affine maps, float32 (2, 3, 4).

        H.273, section 8.3. RGB is taken as BT.709, and a range that is not specified as
        limited.
        """
        red, blue = _SHARES.get(self.matrix, _SHARES[Matrix.BT709])
        black, white, grey, span = _LEVELS.get(self.range, _LEVELS[Range.LIMITED])
        shares = np.array([red, 1 - red - blue, blue])
        chroma = [
            (unit - shares) / (2 * (1 - share))
            for unit, share in zip(np.eye(3)[[2, 0]], (blue, red), strict=True)
        ]
        back = np.eye(4)
        back[:3, :3] = np.stack([shares * white, *(each * span for each in chroma)]) / 255
        back[:3, 3] = black, grey, grey
        return np.stack([np.linalg.inv(back)[:3], back[:3]]).astype(np.float32)

    @property
    def hdr_name(self) -> str | None:
        """`"PQ"` or `"HLG"` for high dynamic range, else None."""
        return _TRANSFERS_OF_HDR.get(self.transfer)

    @property
    def is_wide(self) -> bool:
        """Whether shown as BT.709 it would look washed out: HDR, or BT.2020's wide gamut."""
        return (
            self.hdr_name is not None
            or self.primaries == _BT2020_PRIMARIES
            or self.matrix is Matrix.BT2020
        )

    def for_output(self) -> "Colour":
        """The description that the output is made and tagged with.

        That of the input, but BT.709 limited where the input is RGB (an encoder wants luma and
        chroma) or wider than BT.709 (it has been tone-mapped by then).
        """
        if self.is_wide:
            return BT709_LIMITED
        if self.matrix is Matrix.RGB:
            return Colour(
                matrix=Matrix.BT709,
                range=Range.LIMITED,
                primaries=self.primaries,
                transfer=self.transfer,
            )
        return self


BT709_LIMITED = Colour(matrix=Matrix.BT709, range=Range.LIMITED, primaries=BT709, transfer=BT709)
"""Plain HD video."""


def _known_matrix(code: int, *, height: int) -> Matrix:
    if code in _SWSCALE_MATRIX:
        return Matrix(code)
    return Matrix.BT709 if height >= 720 else Matrix.SMPTE170M


def _known_range(frame: av.VideoFrame) -> Range:
    if frame.color_range in (Range.LIMITED, Range.FULL):
        return Range(frame.color_range)
    # By FFmpeg's convention a picture of grey alone is of full range, like a JPEG's.
    return Range.FULL if frame.format.name.startswith(("yuvj", "gray", "ya")) else Range.LIMITED
