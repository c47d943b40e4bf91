"""Where the style goes, and what is elsewhere."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

from vidstyle.errors import UsageError
from vidstyle.runs.loading import StyleLike, StyleWish, style_wishes
from vidstyle.stylizers import Method
from vidstyle.video.mask import Mask
from vidstyle.video.picture_source import DEFAULT_RATE, is_sequence
from vidstyle.video.pictures import check_exists, given_path


@dataclass(frozen=True)
class RegionWish:
    """What a user says of regions.

    Attributes:
        mask: white where the style goes; None: it goes everywhere.
        inverted: whether it goes where the mask is black.
        styles_outside: what goes elsewhere; none leaves the source as it is.
    """

    mask: Path | None
    inverted: bool
    styles_outside: tuple[StyleWish, ...]

    @property
    def files(self) -> list[Path]:
        """What is read, as far as it is files."""
        masks = [] if self.mask is None else [self.mask]
        return [*masks, *(wish.path for wish in self.styles_outside)]

    @classmethod
    def of(
        cls,
        mask: str | Path | None,
        *,
        invert: bool,
        styles_outside: StyleLike | Sequence[StyleLike],
        method: Method,
    ) -> Self:
        """`UsageError` where there is no such mask, or these do not go together."""
        for option, given in (("--invert-mask", invert), ("--style-outside", styles_outside)):
            if given and mask is None:
                raise UsageError(f"{option} needs a mask: add --mask PATH")
        if styles_outside and method is Method.GATYS:
            raise UsageError("gatys paints inside of a mask alone: leave --style-outside out")
        styles = tuple(style_wishes(styles_outside))
        path = None if mask is None else given_path(mask, "mask")
        if path is not None and not is_sequence(path):
            check_exists(path, "mask")
        return cls(path, invert, styles)

    def open_mask(
        self,
        stack: ExitStack,
        *,
        beginning: Fraction = Fraction(0),
        rate: Fraction = DEFAULT_RATE,
    ) -> Mask | None:
        """The mask, which `stack` closes.

        Args:
            stack: closed when the run is over.
            beginning: of the source, in the time of its frames (`VideoInfo.beginning`).
            rate: of the source, in frames a second; a sequence of pictures follows it.

        Raises:
            VidstyleError: it cannot be read.
        """
        if self.mask is None:
            return None
        mask = Mask.open(self.mask, inverted=self.inverted, beginning=beginning, rate=rate)
        stack.callback(mask.close)
        return mask
