"""The way of a video's frames, from their source to a finished output."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vidstyle.errors import InterruptedRunError
from vidstyle.pipeline import Pipeline, PipelineFigures, Stage
from vidstyle.runs.outputs import Output
from vidstyle.runs.painting_observer import PaintingFigures
from vidstyle.runs.progress import OnProgress, ticks
from vidstyle.runs.repainting import Finishing, Painted
from vidstyle.runs.stages import pack, postprocess, preprocess, wrap
from vidstyle.video.codecs import Codec
from vidstyle.video.colour import Range
from vidstyle.video.convert import PLANAR_FORMAT, Size
from vidstyle.video.file_sink import Encoding, FileSink, square_pixels
from vidstyle.video.frame import Frame
from vidstyle.video.orientation import UPRIGHT
from vidstyle.video.picture_sink import PictureSink
from vidstyle.video.sink import Sink
from vidstyle.video.source import Source, VideoInfo


@dataclass(frozen=True, kw_only=True)
class FileResult:
    """What a run of `stylize_file` has made."""

    output: Path
    frames: int
    size: Size
    network: str
    """Network, backend, precision and device."""
    notes: tuple[str, ...]
    """What the user should know, one line each."""
    interrupted: bool
    """Whether Ctrl-C ended it early; the output is complete up to there."""
    figures: PipelineFigures
    painted: tuple[PaintingFigures, ...] = ()
    """How the optimisation of each frame has ended, where the method is one."""

    def as_dict(self) -> dict[str, Any]:
        """The result for a JSON report."""
        painted = {"painted": [each.as_dict() for each in self.painted]} if self.painted else {}
        return {
            "output": str(self.output),
            "frames": self.frames,
            "size": str(self.size),
            "network": self.network,
            "notes": list(self.notes),
            "interrupted": self.interrupted,
            **self.figures.as_dict(),
            **painted,
        }


@dataclass(frozen=True, kw_only=True)
class VideoWay:
    """What happens to frames, but for what paints them.

    Attributes:
        output: where they go.
        size: of the output.
        quality: 0 (smallest file) to 100 (best picture).
        fast_encoding: whether time counts more than the size of the file.
    """

    output: Output
    size: Size
    quality: int
    fast_encoding: bool = False

    def takes_planes(self, source: VideoInfo) -> bool:
        """Whether frames that are painted as planes of YUV 4:2:0 can go to the output as they are.

        That is for frames that are upright; they may be scaled and held steady on their way.
        """
        if self.output.is_pictures or source.orientation != UPRIGHT:
            return False
        encoding = self._encoding
        return encoding.pixel_format == PLANAR_FORMAT and encoding.encoded_size == self.size

    def run(
        self,
        source: Source,
        repaint: Callable[[Sequence[Frame]], list[Painted]],
        finishing: Finishing,
        *,
        network: str,
        planar: bool = False,
        frames: Iterable[Frame] | None = None,
        cut_short: bool = False,
        batch: int = 1,
        workers: int = 1,
        on_progress: OnProgress | None = None,
    ) -> FileResult:
        """Take frames all the way.

        Args:
            source: of the frames.
            repaint: from frames of the output's size, `batch` at a time, to painted ones.
            finishing: what happens to painted frames.
            network: what paints, for the user.
            planar: whether frames are planes on their way, not RGB; see `takes_planes`.
            frames: those of the source that are wanted; None: all of them.
            cut_short: whether they end before the source does.
            batch: how many frames are painted together.
            workers: how many threads at a time are best to call `repaint`.
            on_progress: see `runs.progress`.

        Raises:
            VidstyleError: the run failed; nothing is left under the output's name.
            KeyboardInterrupt: Ctrl-C came twice; likewise.
        """
        info = source.info
        if self.output.codec is Codec.PRORES:  # It cannot tell that the range is a full one.
            info = replace(info, colour=replace(info.colour, range=Range.LIMITED))
        colour = info.colour
        stages: list[Stage[Any, Any]] = [
            Stage.each("pack", pack(self.size, colour))
            if planar
            else Stage.each("preprocess", preprocess(self.size, info.orientation)),
            Stage(name="model", work=repaint, batch=batch, workers=workers),
            Stage.each("finish", finishing),
        ]
        sink: Sink
        if self.output.is_pictures:
            sink = PictureSink(self.output.path)
            sink.notes += square_pixels(info, self.size, why="pictures cannot tell their shape")
        else:
            stages.append(
                Stage.each("wrap", wrap(colour))
                if planar
                else Stage.each("postprocess", postprocess(self._encoding.pixel_format, colour))
            )
            sink = FileSink(
                self.output.path,
                info,
                self._encoding,
                cut_short=lambda: cut_short or pipeline.interrupted,
            )
        pipeline = Pipeline(source if frames is None else frames, stages, sink)
        figures = pipeline.run(on_tick=ticks(on_progress, total=info.frames))
        if not figures.count:
            raise InterruptedRunError("interrupted before the first frame was finished")
        return FileResult(
            output=self.output.path,
            frames=figures.count - sink.dropped,
            size=self.size,
            network=network,
            notes=tuple(source.notes + finishing.notes + sink.notes),
            interrupted=cut_short or pipeline.interrupted,
            figures=figures,
        )

    @property
    def _encoding(self) -> Encoding:
        return Encoding(
            codec=self.output.codec,
            size=self.size,
            quality=self.quality,
            fast=self.fast_encoding,
        )
