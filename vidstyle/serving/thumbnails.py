"""What styles look like, small."""

from importlib.resources import files

from vidstyle.errors import VidstyleError
from vidstyle.runs.loading import StyleWish
from vidstyle.serving.pictures import jpeg
from vidstyle.stylizers.style import shrunk
from vidstyle.video.pictures import SUFFIXES, read_picture


def thumbnail_of(wish: StyleWish) -> bytes | None:
    """A JPEG of the style's picture, or of the sample clip in a style that has a name.

    None where there is neither.
    """
    if wish.given is not None:
        return None if wish.given.picture is None else jpeg(shrunk(wish.given.picture))
    if wish.path.suffix.lower() in SUFFIXES:
        try:
            return jpeg(shrunk(read_picture(wish.path)))
        except VidstyleError:  # It is told when its turn comes.
            return None
    known = files("vidstyle.serving").joinpath("thumbnails", f"{wish.text}.jpg")
    return known.read_bytes() if known.is_file() else None
