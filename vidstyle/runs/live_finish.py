"""The last stage of a live run: from painted frames to what is shown."""

from dataclasses import replace

from vidstyle.runs.live_stages import LiveFrame, Look
from vidstyle.runs.stages import resized
from vidstyle.temporal.stabiliser import Stabiliser
from vidstyle.video.convert import Size
from vidstyle.video.detail import restore_detail
from vidstyle.video.frame import RgbPicture


class Finishing:
    """Holds painted frames steady and brings them to the output's size, or repeats the last one.

    Args:
        detail: how much of the original's finest detail is brought back where the network worked
            at a smaller size, 0 to 1.

    Attributes:
        newest: the newest frame that is finished; may be read by any thread.
    """

    def __init__(self, *, detail: float) -> None:
        self._detail = detail
        self.newest: LiveFrame | None = None
        self._stabiliser = Stabiliser()
        self._look: Look | None = None

    def __call__(self, frame: LiveFrame) -> LiveFrame:
        last = self.newest
        if frame.state.freeze and last is not None:
            self._stabiliser.reset()
            return replace(frame, picture=last.picture, original=last.original)
        self.newest = replace(frame, picture=self._finished(frame))
        return self.newest

    def _finished(self, frame: LiveFrame) -> RgbPicture:
        if frame.state.original:
            self._stabiliser.reset()
            return frame.original
        steady = self._steadied(frame)
        height, width = frame.original.shape[:2]
        if steady.shape[0] < height:
            return restore_detail(steady, frame.original, amount=self._detail)
        return resized(steady, Size(width, height))

    def _steadied(self, frame: LiveFrame) -> RgbPicture:
        if frame.look != self._look:
            # Paint of another style, strength or colour is not to be seen again.
            self._stabiliser.reset()
            self._look = frame.look
        self._stabiliser.strength = frame.state.stabilise
        return self._stabiliser(frame.content, frame.rgb)
