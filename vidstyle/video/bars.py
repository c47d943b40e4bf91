"""The black bars of films that are wider or narrower than the video that carries them."""

from vidstyle.layers import Layer, Pixels, layers_of

# Levels: of black in either range, with what codecs leave on it.
_BLACKEST, _NOISE = 26, 8

# The largest share of the height, and of the width, that one bar may take: 2.76:1, and upright
# video, in 16:9. More is a dark picture.
_HIGHEST, _WIDEST = 0.2, 0.36

# The least share of the height or width that bars take when they begin with a cut.
_LEAST = 0.03

# A level that is plainly not black; and the share of a row that has to be lighter: beside one bar
# of a pair, at least once, before the pair is believed; beside both, where it begins with a cut.
_LIT = 36
_SEEN, _STRAIGHT = 0.15, 0.5

# The share of the height or width by which the two bars of a pair may differ.
_ASKEW = 0.02

# The share of the height over which scaling and codecs smear the border of a bar.
_SMEAR = 0.02


class Bars:
    """What is black along two opposite borders of a video.

    Bars begin with the first frame, with a cut, or out of black; then they only ever shrink, so
    that they do not come and go with dark places of a scene. They are believed once a picture was
    seen to end at them: dark corners of a lens do so nowhere.
    """

    def __init__(self) -> None:
        self._size: tuple[int, ...] = ()

    def see(self, source: Pixels) -> None:
        """Learn from the next frame: uint8 RGB (H, W, 3), or planes of YUV 4:2:0."""
        light = layers_of(source)[0]
        if self._size != light.shape:
            self._size = light.shape
            smear = round(_SMEAR * light.shape[0])
            self._rows = _Pair(most=_HIGHEST, smear=smear)
            self._columns = _Pair(most=_WIDEST, smear=smear)
        is_black = bool(_leading(light[:1])) and int(light.max()) <= _BLACKEST
        self._rows.see(light, is_black=is_black)
        self._columns.see(light.swapaxes(0, 1), is_black=is_black)

    def inside(self, frame: Pixels, *, soft: bool = False) -> list[Layer]:
        """The layers of a frame of the size that was seen last, without the bars, in its memory.

        Args:
            frame: RGB or planes.
            soft: without the border of the bars, too, where scaling and codecs smear them.
        """
        height = self._size[0]
        smear = round(_SMEAR * height) if soft else 0
        lengths = (*self._rows.bars, *self._columns.bars)
        top, bottom, left, right = (each and each + smear for each in lengths)
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
    """The bars at both ends of the rows, or of the columns.

    Args:
        most: of all rows, that one bar may take.
        smear: rows that the border of a bar is smeared over.
    """

    def __init__(self, *, most: float, smear: int) -> None:
        self._most = most
        self._smear = smear
        self._lengths = (0, 0)
        self._are_seen = False
        self._were_black: bool | None = None

    @property
    def bars(self) -> tuple[int, int]:
        """How many rows the two bars take; (0, 0) where there are none."""
        return self._lengths if self._are_seen else (0, 0)

    def see(self, rows: Layer, *, is_black: bool) -> None:
        """Learn from the next frame's rows; `is_black`: whether there is nothing but black."""
        count = len(rows)
        are_black = bool(_leading(rows[:1]) and _leading(rows[-1:]))
        if is_black and not self._are_seen:
            self._begin((count, count))
        elif not are_black:
            self._begin((0, 0))
        elif self._were_black:
            self._lengths = _black(rows, *self._lengths)
        else:
            self._begin(_black(rows, count, count))
            # What a dark thing at the border covers comes row by row, and what is lit in the dark
            # ends it here and there.
            if self._were_black is not None and not self._come_with_a_cut(rows):
                self._begin((0, 0))
        self._were_black = are_black
        if not self._could_be_bars(count):
            if self._are_seen:
                self._begin((0, 0))
        elif not self._are_seen:
            self._are_seen = max(self._lit(rows)) >= _SEEN

    def _begin(self, lengths: tuple[int, int]) -> None:
        self._lengths, self._are_seen = lengths, False

    def _come_with_a_cut(self, rows: Layer) -> bool:
        return min(self._lengths) >= _LEAST * len(rows) and min(self._lit(rows)) >= _STRAIGHT

    def _could_be_bars(self, count: int) -> bool:
        """Whether they are as long as those of a film."""
        first, last = self._lengths
        is_even = abs(first - last) <= max(2, _ASKEW * count)
        return min(first, last) > 0 and is_even and max(first, last) <= self._most * count

    def _lit(self, rows: Layer) -> tuple[float, float]:
        """Of the rows beside the two bars, what is plainly not black."""
        first, last = (length + self._smear for length in self._lengths)
        if first + last >= len(rows):
            return 0.0, 0.0
        return float((rows[first] > _LIT).mean()), float((rows[-1 - last] > _LIT).mean())


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
