"""The last stage of a live run: from painted frames to what is shown."""

from dataclasses import replace

from vidstyle.runs.live.stages import LiveFrame, Look
from vidstyle.runs.repainting import Finishing, Painted
from vidstyle.video.frame import RgbPicture
from vidstyle.video.mask import Mask


class LiveFinishing:
    """Finishes painted frames as the run is set, or repeats the last one.

    Args:
        detail, mask: as in `Finishing`.

    Attributes:
        newest: the newest frame that is finished; may be read by any thread.
    """

    def __init__(self, *, detail: float, mask: Mask | None = None) -> None:
        self.newest: LiveFrame | None = None
        self._finish = Finishing(detail=detail, stabilise=0.0, mask=mask)
        self._look: Look | None = None

    @property
    def notes(self) -> list[str]:
        """What the user should know, one line each."""
        return self._finish.notes

    def __call__(self, frame: LiveFrame) -> LiveFrame:
        last = self.newest
        if frame.state.freeze and last is not None:
            self._finish.pass_over(frame.with_picture(frame.original))
            return replace(frame, picture=last.picture, original=last.original)
        self.newest = replace(frame, picture=self._finished(frame))
        return self.newest

    def _finished(self, frame: LiveFrame) -> RgbPicture:
        seen = frame.with_picture(frame.original)
        if frame.state.original:
            self._finish.pass_over(seen)
            return frame.original
        if frame.look != self._look:
            # Paint of another style, strength or colour is not to be seen again.
            self._finish.forget_paint()
            self._look = frame.look
        self._finish.go_on(
            stabilise=frame.state.stabilise, preserve_color=frame.state.preserve_color
        )
        return self._finish(Painted(seen, frame.content, frame.rgb, frame.outside)).rgb
