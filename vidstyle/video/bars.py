"""The black bars of films that are wider or narrower than the video that carries them."""

from vidstyle.layers import Layer, Pixels, layers_of

# Levels: of black in either range, with what codecs leave on it.
_BLACKEST, _NOISE = 26, 8

# Of the height and of the width, that one bar may take: 2.76:1, and upright video, in 16:9. More is
# a dark picture.
_HIGHEST, _WIDEST = 0.2, 0.36

# Of the height or width, that bars take at least which begin with a cut.
_LEAST = 0.03

# Of the row beside a bar that begins with a cut, what is not black.
_STRAIGHT = 0.5

# Of the height or width, by which two bars may differ.
_ASKEW = 0.02

# Of the height, that the border of a bar is smeared over.
_SMEAR = 0.02


class Bars:
    """What is black along two opposite borders of a video.

    Bars begin with the first frame, with a cut, or out of black; then they only ever shrink, so
    that they do not come and go with dark places of a scene.
    """

    def __init__(self) -> None:
        self._size: tuple[int, ...] = ()

    def see(self, source: Pixels) -> None:
        """Learn from the next frame: uint8 RGB (H, W, 3), or planes of YUV 4:2:0."""
        light = layers_of(source)[0]
        if self._size != light.shape:
            self._size = light.shape
            self._rows, self._columns = _Pair(), _Pair()
        is_black = bool(_leading(light[:1])) and int(light.max()) <= _BLACKEST
        self._rows.see(light, is_black=is_black)
        self._columns.see(light.swapaxes(0, 1), is_black=is_black)

    def inside(self, frame: Pixels, *, soft: bool = False) -> list[Layer]:
        """The layers of a frame of the size that was seen last, without the bars, in its memory.

        Args:
            frame: RGB or planes.
            soft: without the border of the bars, too, where scaling and codecs smear them.
        """
        height, width = self._size[:2]
        smear = round(_SMEAR * height) if soft else 0
        rows = _believable(self._rows.lengths, height, _HIGHEST)
        columns = _believable(self._columns.lengths, width, _WIDEST)
        top, bottom, left, right = (each and each + smear for each in (*rows, *columns))
        layers = []
        for layer in layers_of(frame):
            step = height // layer.shape[0]
            # A square of chroma that a bar ends in is of the picture.
            down = slice(top // step, layer.shape[0] - bottom // step)
            layers.append(layer[down, left // step : layer.shape[1] - right // step])
        return layers

    def put_back(self, source: Pixels, picture: Pixels) -> Pixels:
        """The picture with the bars of its source, both of the size that was seen last."""
        inside = self.inside(picture)
        if inside[0].shape == self._size:
            return picture
        result = source.copy()
        for layer, painted in zip(self.inside(result), inside, strict=True):
            layer[:] = painted
        return result


class _Pair:
    """The bars at both ends of the rows, or of the columns."""

    def __init__(self) -> None:
        self.lengths = (0, 0)
        self._were_black: bool | None = None

    def see(self, rows: Layer, *, is_black: bool) -> None:
        """Learn from the next frame's rows; `is_black`: whether there is nothing but black."""
        count = len(rows)
        are_black = bool(_leading(rows[:1]) and _leading(rows[-1:]))
        if is_black:
            self.lengths = (count, count)
        elif not are_black:
            self.lengths = (0, 0)
        elif self._were_black:
            self.lengths = _black(rows, *self.lengths)
        else:
            self.lengths = _black(rows, count, count)
            if self._were_black is not None and not _come_with_a_cut(rows, self.lengths):
                self.lengths = (0, 0)
        self._were_black = are_black


def _come_with_a_cut(rows: Layer, lengths: tuple[int, int]) -> bool:
    """Whether what is black at both ends can be bars, and not the dark of a scene.

    Bars are there at once, and end in a straight line; a thing that moves in covers the border row
    by row, and what is lit in the dark ends it here and there.
    """
    if not _LEAST * len(rows) <= min(lengths) <= sum(lengths) < len(rows):
        return False
    inmost = rows[lengths[0]], rows[len(rows) - 1 - lengths[1]]
    return all((row > _BLACKEST).mean() > _STRAIGHT for row in inmost)


def _black(light: Layer, first: int, last: int) -> tuple[int, int]:
    """Of so many rows at both ends, how many are black from the border on."""
    return _leading(light[:first]), _leading(light[len(light) - last :][::-1])


def _leading(rows: Layer) -> int:
    if not len(rows):
        return 0
    values = rows.reshape(len(rows), -1)
    highest = values.max(axis=1)
    black = (highest <= _BLACKEST) & (highest - values.min(axis=1) <= _NOISE)
    return len(rows) if black.all() else int(black.argmin())


def _believable(bars: tuple[int, int], length: int, most: float) -> tuple[int, int]:
    """The two bars, or none where they are not those of a film."""
    is_even = abs(bars[0] - bars[1]) <= max(2, _ASKEW * length)
    return bars if min(bars) and is_even and max(bars) <= most * length else (0, 0)
