"""From frames to what networks make of them, and on to finished pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vidstyle.errors import UsageError
from vidstyle.runs.sizes import SizeWish, wished_size
from vidstyle.runs.stages import resized, size_of
from vidstyle.stylizers import Method, Stylizer
from vidstyle.temporal.cuts import CutDetector
from vidstyle.temporal.stabiliser import DEFAULT_STABILISE, Stabiliser
from vidstyle.video.detail import restore_detail
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.mask import Mask


@dataclass(frozen=True)
class Painted:
    """A frame and what was painted from it.

    Attributes:
        frame: of the source, RGB, at the output's size.
        content: its picture at the size that the network works at.
        picture: what the network made of `content`.
        outside: the same in another style, for where the mask is black; None: the source.
    """

    frame: Frame
    content: RgbPicture
    picture: RgbPicture
    outside: RgbPicture | None = None


class Repainting:
    """Repaints frames at the network's size; at a cut the stylizers forget what was before.

    Args:
        stylizer: with its style set.
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
        self._is_cut = CutDetector()

    def __call__(self, frames: Sequence[Frame]) -> list[Painted]:
        """What is made of RGB frames, which come in the order of time."""
        painted: list[Painted] = []
        scene: list[Frame] = []
        contents: list[RgbPicture] = []
        for frame in frames:
            content = content_of(frame, self._size)
            if self._is_cut(content):
                painted += self._painted(scene, contents)
                scene, contents = [], []
                self._forget()
            scene.append(frame)
            contents.append(content)
        return painted + self._painted(scene, contents)

    def reset(self) -> None:
        """What follows is another scene."""
        self._is_cut.reset()
        self._forget()

    def _painted(self, scene: list[Frame], contents: list[RgbPicture]) -> list[Painted]:
        if not scene:
            return []
        # A batch of one is a view: copying a picture costs as much as a fifth of its conversion.
        batch = contents[0][np.newaxis] if len(scene) == 1 else np.stack(contents)
        pictures = self._stylizer.stylize(batch)
        others = self._outside.stylize(batch) if self._outside else [None] * len(scene)
        return [Painted(*each) for each in zip(scene, contents, pictures, others, strict=True)]

    def _forget(self) -> None:
        self._stylizer.reset()
        if self._outside is not None:
            self._outside.reset()


class Finishing:
    """Holds painted frames steady, brings them to the output's size, and puts them in their place.

    Args:
        detail: how much of the source's fine light and dark is brought back where the network
            worked at a smaller size, 0 to 1.
        stabilise: how firmly frames are held steady, 0 to 1; they come in the order of time.
        mask: where it is black, what is outside is seen.

    Raises:
        UsageError: `detail` or `stabilise` is out of range.
    """

    def __init__(self, *, detail: float, stabilise: float, mask: Mask | None = None) -> None:
        self._detail = check_detail(detail)
        self._stabiliser, self._stabiliser_outside = Stabiliser(stabilise), Stabiliser(stabilise)
        self._mask = mask

    def __call__(self, painted: Painted) -> Frame:
        """The frame as it goes to the output."""
        picture = self._finished(painted, painted.picture, self._stabiliser)
        if self._mask is not None:
            # What is painted moves with the source, and the mask as it likes: first one, then the
            # other.
            outside = painted.frame.rgb
            if painted.outside is not None:
                outside = self._finished(painted, painted.outside, self._stabiliser_outside)
            self._mask.go_to(painted.frame.time)
            picture = self._mask.mix(picture, outside)
        return painted.frame.with_picture(picture)

    def hold(self, stabilise: float) -> None:
        """Hold frames so firmly from now on, 0 to 1."""
        self._stabiliser.strength = self._stabiliser_outside.strength = stabilise

    def reset(self) -> None:
        """Forget earlier frames."""
        self._stabiliser.reset()
        self._stabiliser_outside.reset()

    def pass_over(self, frame: Frame) -> None:
        """Go on to a frame that is not painted: what follows is not held to what was before."""
        self.reset()
        if self._mask is not None:
            self._mask.go_to(frame.time)

    def _finished(
        self, painted: Painted, picture: RgbPicture, stabiliser: Stabiliser
    ) -> RgbPicture:
        steady, source = stabiliser(painted.content, picture), painted.frame.rgb
        own, wanted = size_of(steady), size_of(source)
        if own.width < wanted.width and own.height < wanted.height:
            return restore_detail(steady, source, amount=self._detail)
        return resized(steady, wanted)


def content_of(frame: Frame, size: SizeWish | None) -> RgbPicture:
    """What a network that works at that size gets of a frame."""
    return resized(frame.rgb, wished_size(size, size_of(frame.rgb)))


def wished_stabilise(wish: float | None, method: Method) -> float:
    """How firmly frames are held steady, 0 to 1: as is wished for, else as the method needs it.

    Raises:
        UsageError: it is out of range.
    """
    if wish is None:
        # The one holds its frames itself; and unchanged is unchanged.
        return 0.0 if method in (Method.GATYS, Method.IDENTITY) else DEFAULT_STABILISE
    return Stabiliser(wish).strength


def check_detail(detail: float) -> float:
    """The amount of detail, made sure to lie in 0 to 1; else `UsageError`."""
    if not 0.0 <= detail <= 1.0:
        raise UsageError(f"detail {detail:g} must be from 0 (none) to 1")
    return detail
