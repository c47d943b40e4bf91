"""Makes decoded pictures progressive, BT.709 and of one shape, with FFmpeg's own filters."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
from av.filter import Graph

from vidstyle.video.colour import YCGCO, Colour, Matrix, Range
from vidstyle.video.convert import Size
from vidstyle.video.source import Shapes

_DEINTERLACE = "bwdif=mode=send_frame:deint=interlaced"
# The perceptual intent rolls highlights off; the default one clips all above diffuse white.
_TONE_MAP = (
    "scale=intent=perceptual:out_color_matrix=bt709:out_range=tv"
    ":out_primaries=bt709:out_transfer=bt709"
)
# Codecs place a chroma sample on the left of its two pixels, which swscale honours on the way to
# RGB but not back: colours would wander to the side. Placed in the middle they stay where they are.
_CENTRE_CHROMA = "setparams=chroma_location=unspecified"
# To what an untagged picture of this size counts as. `iall` names what the picture may not tell;
# nothing but the matrix changes.
_FROM_YCGCO = (
    "colorspace=iall=bt709:all=bt709:ispace=ycgco:space={space}:irange={range}:range={range}:fast=1"
)

_LETTERBOX = (
    "scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2",
    "pad={width}:{height}:(ow-iw)/2:(oh-ih)/2",
)


class Filters:
    """Passes pictures on: deinterlaced from the first interlaced one, tone-mapped where HDR.

    Args:
        letterbox: whether those of another shape than the first are fitted into it.
    """

    def __init__(self, *, letterbox: bool = False) -> None:
        self.notes: list[str] = []
        self._shapes = Shapes() if letterbox else None
        self._graph: Graph | None = None
        self._time_base: Fraction | None = None
        self._key: tuple[object, ...] = ()
        self._steps: tuple[str, ...] = ()

    def __call__(self, pictures: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        """The pictures in order, with their own times.

        These are in the time base of the first picture, which all others must have.
        """
        for picture in pictures:
            yield from self._filtered(picture)
        yield from self._drained()

    def _filtered(self, picture: av.VideoFrame) -> Iterator[av.VideoFrame]:
        """The pictures that are ready after this one."""
        self._time_base = self._time_base or picture.time_base
        self._steps = self._steps_for(picture)
        if not self._steps:
            yield picture
            return
        key = (picture.width, picture.height, picture.format.name, Colour.of(picture), self._steps)
        if key != self._key:
            yield from self._drained()
            self._graph, self._key = _graph(picture, self._steps), key
        assert self._graph is not None
        self._graph.vpush(_untagged_as_known(picture))
        yield from self._ready()

    def _drained(self) -> Iterator[av.VideoFrame]:
        """What is still inside."""
        if self._graph is not None:
            self._graph.vpush(None)
            yield from self._ready()
            self._graph = None

    def _steps_for(self, picture: av.VideoFrame) -> tuple[str, ...]:
        steps = []
        if picture.interlaced_frame or _DEINTERLACE in self._steps:
            steps.append(_DEINTERLACE)
            self._note("interlaced pictures are deinterlaced (bwdif)")
        colour = Colour.of(picture)
        if picture.colorspace == YCGCO:
            space = "bt709" if colour.matrix is Matrix.BT709 else "smpte170m"
            levels = "pc" if colour.range is Range.FULL else "tv"
            steps.append(_FROM_YCGCO.format(space=space, range=levels))
            self._note("YCgCo colour is converted to that of plain video")
        if colour.is_wide:
            steps.append(_TONE_MAP)
            name = colour.hdr_name or "BT.2020"
            self._note(f"{name} colour is tone-mapped to BT.709 SDR")
        elif picture.format.chroma_width(2) == 1:
            steps.append(_CENTRE_CHROMA)
        return (*steps, *self._into_the_first(Size(picture.width, picture.height)))

    def _into_the_first(self, size: Size) -> list[str]:
        if self._shapes is None or not self._shapes.is_another(size):
            return []
        self._note(Shapes.NOTE)
        first = self._shapes.first
        assert first is not None, "there is one before another"
        width, height = first.width, first.height
        return [each.format(width=width, height=height) for each in _LETTERBOX]

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _ready(self) -> Iterator[av.VideoFrame]:
        assert self._graph is not None
        while True:
            try:
                picture = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._set_clock_back(picture)
            yield picture

    def _set_clock_back(self, picture: av.VideoFrame) -> None:
        """Deinterlacing counts in half units."""
        if self._time_base is None or picture.time_base is None:
            return
        unit = picture.time_base / self._time_base
        if picture.pts is not None:
            picture.pts = round(picture.pts * unit)
        picture.duration = round((picture.duration or 0) * unit)
        picture.time_base = self._time_base


def _graph(picture: av.VideoFrame, steps: tuple[str, ...]) -> Graph:
    colour = Colour.of(picture)
    time_base = picture.time_base or Fraction(1, 1000)
    graph = Graph()
    nodes = [
        graph.add(
            "buffer",
            f"video_size={picture.width}x{picture.height}:pix_fmt={picture.format.name}"
            f":time_base={time_base.numerator}/{time_base.denominator}"
            f":colorspace={_matrix_tag(picture)}:range={int(colour.range)}",
        )
    ]
    nodes += [graph.add(*step.split("=", 1)) for step in steps]
    if _TONE_MAP in steps:
        nodes.append(graph.add("format", "pix_fmts=yuv444p"))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _untagged_as_known(picture: av.VideoFrame) -> av.VideoFrame:
    """The filter refuses a picture whose tags are not those that its graph was built with."""
    picture.color_range = Colour.of(picture).range
    picture.colorspace = _matrix_tag(picture)
    return picture


def _matrix_tag(picture: av.VideoFrame) -> int:
    return YCGCO if picture.colorspace == YCGCO else int(Colour.of(picture).matrix)
