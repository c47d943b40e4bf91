"""Writing the scene and its sound as a clip."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from samples.scene import Scene
from samples.sound import RATE, sound

_BT709 = 1
_LIMITED = 1


def write_clip(scene: Scene, path: Path) -> None:
    """Write the whole scene as H.264 (4:2:0, BT.709, limited range) with AAC stereo sound."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=scene.rate)
        video.width, video.height, video.pix_fmt = scene.width, scene.height, "yuv420p"
        video.options = {"crf": "22", "preset": "slow"}
        context = video.codec_context
        context.color_range, context.colorspace = _LIMITED, _BT709
        context.color_primaries, context.color_trc = _BT709, _BT709
        audio = container.add_stream("aac", rate=RATE, layout="stereo")
        audio.bit_rate = 128_000
        for index, picture in enumerate(_pictures(scene)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
            )
            frame.pts, frame.time_base = index, 1 / scene.rate
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for block in _blocks(sound(float(scene.frames / scene.rate))):
            container.mux(audio.encode(block))
        container.mux(audio.encode(None))


def _pictures(scene: Scene) -> Iterator[NDArray[np.uint8]]:
    """The frames in order, two drawn at a time: the drawing releases Python's lock."""
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, scene.frames, 16):
            yield from pool.map(scene.render, range(start, min(start + 16, scene.frames)))


def _blocks(samples: NDArray[np.float32]) -> Iterator[av.AudioFrame]:
    for start in range(0, samples.shape[1], 1024):
        part = np.ascontiguousarray(samples[:, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame
