"""The black bars of films that are wider or narrower than the video that carries them."""

from vidstyle.layers import Layer, Pixels, layers_of

# Levels: of black in either range, with what codecs leave on it.
_BLACKEST, _NOISE = 26, 8

# Of the height and of the width, that one bar may take: 2.76:1, and upright video, in 16:9. More is
# a dark picture.
_HIGHEST, _WIDEST = 0.2, 0.36

# Of the height or width, by which two bars may differ.
_ASKEW = 0.02

# Of the height, that the border of a bar is smeared over.
_SMEAR = 0.02


class Bars:
    """What is black along two opposite borders of a video, and has been from its first frame on.

    They only ever shrink, so that they do not come and go with dark scenes.
    """

    def __init__(self) -> None:
        self._size: tuple[int, ...] = ()
        self._rows = self._columns = (0, 0)

    def see(self, source: Pixels) -> None:
        """Learn from the next frame: uint8 RGB (H, W, 3), or planes of YUV 4:2:0."""
        light = layers_of(source)[0]
        if self._size != light.shape:
            self._size = light.shape
            self._rows, self._columns = (light.shape[0],) * 2, (light.shape[1],) * 2
        self._rows = _black(light, *self._rows)
        self._columns = _black(light.swapaxes(0, 1), *self._columns)

    def inside(self, frame: Pixels, *, soft: bool = False) -> list[Layer]:
        """The layers of a frame of the size that was seen last, without the bars, in its memory.

        Args:
            frame: RGB or planes.
            soft: without the border of the bars, too, where scaling and codecs smear them.
        """
        height, width = self._size[:2]
        smear = round(_SMEAR * height) if soft else 0
        top, bottom = (each and each + smear for each in _believable(self._rows, height, _HIGHEST))
        left, right = (each and each + smear for each in _believable(self._columns, width, _WIDEST))
        layers = []
        for layer in layers_of(frame):
            step = height // layer.shape[0]
            # A square of chroma that a bar ends in is of the picture.
            rows = slice(top // step, layer.shape[0] - bottom // step)
            layers.append(layer[rows, left // step : layer.shape[1] - right // step])
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
