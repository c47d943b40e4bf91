"""A video painted by optimisation, frame after frame into a work folder."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vidstyle.runs.painting_observer import PaintingObserver
from vidstyle.runs.work_folder import WorkFolder, sha256
from vidstyle.video.frame import Frame, RgbPicture

if TYPE_CHECKING:
    from vidstyle.stylizers.gatys.stylizer import Gatys

Pictures = NDArray[np.uint8]
"""Pictures (N, H, W, 3), RGB."""

_CONTENT, _FORWARD, _BACKWARD = "content", "forward", "backward"
"""The kinds of pictures in the work folder."""


@dataclass(frozen=True)
class _Place:
    """A frame, and what its picture is known by."""

    index: int
    content: str
    begins_scene: bool


class PaintedVideo:
    """Frames and their painted pictures, of which only the present ones are in memory.

    Args:
        frames: of the source, upright RGB of one size.
        stylizer: with its style set.
        work: keeps what is finished, so that it is not painted again.
        observer: watches, and tells when to stop.
        is_cut: told every frame in order; whether a new scene begins with it.
    """

    def __init__(
        self,
        frames: Iterable[Frame],
        *,
        stylizer: "Gatys",
        work: WorkFolder,
        observer: PaintingObserver,
        is_cut: Callable[[RgbPicture], bool],
    ) -> None:
        self._frames = frames
        self._stylizer = stylizer
        self._work = work
        self._observer = observer
        self._is_cut = is_cut
        self._places: dict[int, _Place] = {}

    def paint(self) -> Iterator[int]:
        """Paint until all is done, or the observer wants to stop; the number of each frame done.

        With a backward pass every frame comes twice.

        Raises:
            VidstyleError: a frame cannot be read, painted or kept.
        """
        for batch in self._batches():
            if not self._forward(batch):
                return
            yield from (frame.index for frame, _ in batch)
        if self._stylizer.options.backward:
            yield from self._backward()

    def picture(self, index: int) -> RgbPicture:
        """The painted picture of a frame that `paint` has finished, by the frame's index."""
        place = self._places[index]
        revised = self._kept(_BACKWARD, place)
        return self._present(_FORWARD, place) if revised is None else revised

    def __len__(self) -> int:
        """How many frames are finished."""
        return len(self._places)

    def _batches(self) -> Iterator[list[tuple[Frame, bool]]]:
        """Frames that are optimised together, each with whether a scene begins with it."""
        batch: list[tuple[Frame, bool]] = []
        for number, frame in enumerate(self._frames):
            # Asked of every frame: it compares each with the one before.
            begins = self._is_cut(frame.rgb) or number == 0
            if batch and (begins or len(batch) == self._stylizer.options.batch):
                yield batch
                batch = []
            batch.append((frame, begins))
        if batch:
            yield batch

    def _forward(self, batch: Sequence[tuple[Frame, bool]]) -> bool:
        """Paint a batch; whether it is finished."""
        places = [
            _Place(frame.index, sha256(frame.rgb.tobytes()), begins) for frame, begins in batch
        ]
        contents = np.stack([frame.rgb for frame, _ in batch])
        if places[0].begins_scene:
            self._stylizer.reset()
        if not self._done(_FORWARD, places, contents, self._stylizer.stylize):
            return False
        if self._stylizer.options.backward:
            self._keep(_CONTENT, places, contents)
        self._places |= {place.index: place for place in places}
        return True

    def _backward(self) -> Iterator[int]:
        """Revise each scene from its end to its beginning."""
        for scene in _scenes(self._places.values()):
            self._stylizer.reset()
            for places in _batched(scene[::-1], self._stylizer.options.batch):
                contents, results = (
                    np.stack([self._present(kind, place) for place in places])
                    for kind in (_CONTENT, _FORWARD)
                )

                def revise(contents: Pictures, results: Pictures = results) -> Pictures:
                    return self._stylizer.revise(contents, results)

                if not self._done(_BACKWARD, places, contents, revise):
                    return
                yield from (place.index for place in places)

    def _done(
        self,
        kind: str,
        places: Sequence[_Place],
        contents: Pictures,
        make: Callable[[Pictures], Pictures],
    ) -> bool:
        """See that the pictures of one batch are in the work folder; whether they are."""
        kept = [self._kept(kind, place) for place in places]
        if all(picture is not None for picture in kept):
            self._stylizer.remember(contents, np.stack(kept))  # type: ignore[arg-type]
            return True
        if self._observer.stopped:
            return False
        results = make(contents)
        if self._observer.stopped:
            return False  # Not all of its iterations were carried out.
        self._observer.finish(places[0].index, len(places))
        self._keep(kind, places, results)
        return True

    def _kept(self, kind: str, place: _Place) -> RgbPicture | None:
        return self._work.find(kind, place.index, of=place.content)

    def _present(self, kind: str, place: _Place) -> RgbPicture:
        picture = self._kept(kind, place)
        assert picture is not None
        return picture

    def _keep(self, kind: str, places: Sequence[_Place], pictures: Pictures) -> None:
        for place, picture in zip(places, pictures, strict=True):
            self._work.keep(kind, place.index, picture, of=place.content)


def _scenes(places: Iterable[_Place]) -> list[list[_Place]]:
    scenes: list[list[_Place]] = []
    for place in places:
        if place.begins_scene:
            scenes.append([])
        scenes[-1].append(place)
    return scenes


def _batched(places: Sequence[_Place], size: int) -> Iterator[Sequence[_Place]]:
    for first in range(0, len(places), size):
        yield places[first : first + size]
