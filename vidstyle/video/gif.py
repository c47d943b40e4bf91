"""Pictures for GIF: at most 256 colours, chosen for each picture."""

import av
from av.filter import Graph


class Palette:
    """Reduces RGB pictures to 256 colours each, with error diffusion, by FFmpeg's filters."""

    def __init__(self, width: int, height: int) -> None:
        graph = Graph()
        source = graph.add("buffer", f"video_size={width}x{height}:pix_fmt=rgb24:time_base=1/100")
        split, choose = graph.add("split"), graph.add("palettegen", "stats_mode=single")
        use = graph.add("paletteuse", "new=1:dither=sierra2_4a")
        sink = graph.add("buffersink")
        source.link_to(split)
        split.link_to(use, 0, 0)
        split.link_to(choose, 1, 0)
        choose.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        self._graph = graph

    def __call__(self, picture: av.VideoFrame) -> av.VideoFrame:
        """The picture in 256 colours, at the same moment."""
        self._graph.vpush(picture)
        return self._graph.vpull()
