"""The size that a user asks for, and what it comes to for a given picture."""

import re
from dataclasses import dataclass

from vidstyle.errors import UsageError
from vidstyle.video.convert import Size

SMALLEST, LARGEST = 16, 16384
"""Limits of a side in pixels: below, no style is to be seen; above, neither H.264 nor AV1 goes."""


@dataclass(frozen=True)
class SizeWish:
    """`WxH`, or the length of the shorter side alone (then `height` is None)."""

    width: int
    height: int | None = None

    @classmethod
    def parse(cls, size: str | int) -> "SizeWish":
        """From `1280x720` or `720`. `UsageError` where it is neither, or out of limits."""
        text = str(size)
        match = re.fullmatch(r"(\d{1,9})(?:[x×](\d{1,9}))?", text.strip().lower())
        if match is None:
            raise UsageError(
                f"'{text}' is not a size: write WIDTHxHEIGHT, such as 1280x720, or 720"
            )
        sides = [int(side) for side in match.groups() if side is not None]
        if not all(SMALLEST <= side <= LARGEST for side in sides):
            raise UsageError(
                f"size {text} is out of range: a side has {SMALLEST} to {LARGEST} pixels"
            )
        return cls(*sides)

    @classmethod
    def parse_any(cls, size: str | int | None) -> "SizeWish | None":
        """`parse`, or None where nothing is wished for."""
        return None if size is None else cls.parse(size)

    def of(self, source: Size) -> Size:
        """The size in pixels for a picture of size `source`."""
        if self.height is not None:
            return Size(self.width, self.height)
        scale = self.width / min(source.width, source.height)
        size = Size(_even(source.width * scale), _even(source.height * scale))
        if max(size.width, size.height) > LARGEST:
            raise UsageError(
                f"size {self.width} makes {source} into {size}: a side has at most {LARGEST} pixels"
            )
        return size


def exact_size(text: str) -> Size:
    """From `1280x720`; `UsageError` where it is not of that form, or out of limits."""
    wish = SizeWish.parse(text)
    if wish.height is None:
        raise UsageError(f"size {text} has no height: write WIDTHxHEIGHT, such as 1280x720")
    return Size(wish.width, wish.height)


def wished_size(wish: SizeWish | None, source: Size) -> Size:
    """The size that is wished for, of a picture of size `source`; without a wish its own."""
    return source if wish is None else wish.of(source)


def described_sizes(network: Size, output: Size) -> str:
    """For the user: what the network works at, and what it is brought to."""
    return f"{network}" if network == output else f"{network} for {output}"


def _even(length: float) -> int:
    """Codecs with halved chroma take even sides only."""
    return max(2, 2 * round(length / 2))
