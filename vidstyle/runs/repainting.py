"""From frames to what networks make of them, and on to finished pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vidstyle.errors import check_range
from vidstyle.layers import Pixels
from vidstyle.runs.sizes import SizeWish, wished_size
from vidstyle.runs.stages import resized, size_of
from vidstyle.stylizers import Method, Stylizer
from vidstyle.stylizers.luminance import with_luma_of
from vidstyle.temporal.fades import Fades, faded
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE, Stabiliser
from vidstyle.video.bars import Bars
from vidstyle.video.detail import restore_detail
from vidstyle.video.frame import Frame
from vidstyle.video.mask import Mask


@dataclass(frozen=True)
class Painted:
    """A frame and what was painted from it.

    Attributes:
        frame: of the source, RGB or planes, at the output's size.
        content: its picture at the size that the network works at.
        picture: what the network made of `content`.
        outside: the same in another style, for where the mask is black; None: the source.
    """

    frame: Frame
    content: Pixels
    picture: Pixels
    outside: Pixels | None = None


class Repainting:
    """Repaints frames at the network's size, each by itself.

    Args:
        stylizer: with its style set; keeps nothing from frame to frame. For one that is `planar`
            frames are planes.
        outside: paints what is outside of the mask, if anything does.
        size: that they work at; None: that of each frame.
    """

    def __init__(
        self,
        stylizer: Stylizer,
        outside: Stylizer | None = None,
        *,
        size: SizeWish | None = None,
    ) -> None:
        self._stylizer = stylizer
        self._size = size
        self._outside = outside

    @property
    def batch(self) -> int:
        """How many frames a call is best given."""
        return max(1, self._stylizer.batch // self.workers)

    @property
    def workers(self) -> int:
        """How many threads at a time are best to call it."""
        return min(each.workers for each in (self._stylizer, self._outside) if each)

    def __call__(self, frames: Sequence[Frame]) -> list[Painted]:
        """What is made of frames of one size."""
        contents = [content_of(frame, self._size) for frame in frames]
        # A batch of one is a view: copying a picture costs as much as a fifth of its conversion.
        batch = contents[0][np.newaxis] if len(contents) == 1 else np.stack(contents)
        pictures = self._stylizer.stylize(batch)
        others = self._outside.stylize(batch) if self._outside else [None] * len(frames)
        return [Painted(*each) for each in zip(frames, contents, pictures, others, strict=True)]


class Finishing:
    """Holds painted frames steady, brings them to the output's size, and puts them in their place.

    Where the source fades to a plain frame, they fade along; its black bars stay black.

    Args:
        detail: how much of the source's fine light and dark is brought back where the network
            worked at a smaller size, 0 to 1.
        stabilise: how firmly frames are held steady, 0 to 1; they come in the order of time.
        preserve_color: whether colours are those of the source, in all its detail.
        mask: where it is black, what is outside is seen.
        to_rgb: as of `Stabiliser`; frames that are planes have no mask.

    Raises:
        UsageError: `detail` or `stabilise` is out of range.
    """

    def __init__(
        self,
        *,
        detail: float,
        stabilise: float,
        preserve_color: bool = False,
        mask: Mask | None = None,
        to_rgb: NDArray[np.float32] | None = None,
    ) -> None:
        self._detail = check_range("detail", detail)
        self._stabilise = Stabiliser(stabilise, to_rgb=to_rgb)
        self._preserve_color = preserve_color
        self._mask = mask
        self._bars, self._fades = Bars(), Fades()

    def __call__(self, painted: Painted) -> Frame:
        """The frame as it goes to the output."""
        source, paintings = painted.frame.pixels, [painted.picture]
        if painted.outside is not None:
            paintings.append(painted.outside)
        present = self._seen(source)
        picture, *others = (
            faded(self._at_full_size(steady, source), source, present)
            for steady in self._stabilise(painted.content, paintings)
        )
        if self._mask is not None:
            # What is painted moves with the source, and the mask as it likes: first one, then the
            # other.
            self._mask.go_to(painted.frame.time)
            picture = self._mask.mix(picture, others[0] if others else source)
        return painted.frame.with_picture(self._bars.put_back(source, picture))

    @property
    def notes(self) -> list[str]:
        """What the user should know, one line each."""
        return self._mask.notes if self._mask else []

    def go_on(self, *, stabilise: float, preserve_color: bool) -> None:
        """Change both settings for the frames to come."""
        self._stabilise.strength = stabilise
        self._preserve_color = preserve_color

    def forget_paint(self) -> None:
        """Mix what is painted from now on with nothing of before; the source goes on."""
        self._stabilise.reset()

    def reset(self) -> None:
        """Forget earlier frames."""
        self.forget_paint()
        self._bars, self._fades = Bars(), Fades()

    def pass_over(self, frame: Frame) -> None:
        """Go on to a frame that is not painted: what follows is not held to what was before."""
        self.forget_paint()
        self._seen(frame.pixels)
        if self._mask is not None:
            self._mask.go_to(frame.time)

    def _seen(self, source: Pixels) -> float:
        """Follow the source's bars and fades; how far a painting of this frame is to be seen."""
        self._bars.see(source)
        return self._fades(self._bars.inside(source, soft=True))

    def _at_full_size(self, steady: Pixels, source: Pixels) -> Pixels:
        own, wanted = size_of(steady), size_of(source)
        if own == wanted:
            return steady
        if own.width < wanted.width and own.height < wanted.height:
            whole = restore_detail(steady, source, amount=self._detail)
        else:
            whole = resized(steady, wanted)
        if self._preserve_color:
            # What was painted has the colours that the network saw, at its size.
            whole = with_luma_of(whole, source)
        return whole


def content_of(frame: Frame, size: SizeWish | None) -> Pixels:
    """What a network that works at that size gets of a frame."""
    return resized(frame.pixels, wished_size(size, size_of(frame.pixels)))


def wished_stabilise(wish: float | None, method: Method) -> float:
    """How firmly frames are held steady, 0 to 1: as is wished for, else as the method needs it.

    Raises:
        UsageError: it is out of range.
    """
    if wish is None:
        # The one holds its frames itself; and unchanged is unchanged.
        return 0.0 if method in (Method.GATYS, Method.IDENTITY) else DEFAULT_STABILISE
    return check_range("stabilise", wish)
