"""The yardstick of the shared data, `tools/score.py`: what it reads, and what it says.

The shared data lies beside the repository, or where VIDSTYLE_SHARED says.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.video.frame import RgbPicture

SIDE = 256
"""Pixels of the square pictures that are compared."""

CLIP_WIDTH = 512
"""Pixels of the clips that are compared."""

CLIP_STYLE_SIDE = 512
"""Pixels of the square style pictures that clips are painted after."""

CLIP_FRAMES = 40
"""How many of a clip's frames are compared, from its first."""


@dataclass(frozen=True)
class PictureScore:
    """What the yardstick says of pictures, as means over them.

    Attributes:
        pairs: how many pictures.
        style: loss beside the style picture; the less, the nearer.
        content: loss beside the photograph.
        ssim: likeness of the luma with the photograph's, at most 1.
    """

    pairs: int
    style: float
    content: float
    ssim: float


@dataclass(frozen=True)
class ClipScore:
    """What the yardstick says of a clip.

    Attributes:
        excess_1: warping error between neighbouring frames beyond the source's own.
        excess_10: the same between frames ten apart.
        style: loss beside the style picture.
        content: loss beside the source.
    """

    excess_1: float
    excess_10: float
    style: float
    content: float


@dataclass(frozen=True)
class Pair:
    """A photograph and the style picture that it is painted after."""

    content: Path
    style: Path

    @property
    def name(self) -> str:
        """What the yardstick knows the stylised picture by."""
        return f"{self.content.stem}__{self.style.stem}"


def shared(part: str) -> Path:
    """A file or folder of the shared data; `UsageError` where it is absent."""
    folder = Path(os.environ.get("VIDSTYLE_SHARED", Path(__file__).parents[2] / "shared"))
    path = folder.resolve() / part
    if not path.exists():
        raise UsageError(f"{path} is not there: name the folder of shared data in VIDSTYLE_SHARED")
    return path


def validation_pairs(count: int) -> list[Pair]:
    """Pairs that nothing is trained on, `count` of the 200, taken evenly; all where it is more."""
    names = shared("data/val/pairs.txt").read_text("utf-8").split()
    count = min(count, len(names))
    folder = shared("data/val")
    chosen = [names[number * len(names) // count].split("__") for number in range(count)]
    return [
        Pair(folder / "content" / f"{content}.jpg", folder / "style" / f"{style}.jpg")
        for content, style in chosen
    ]


def square(path: Path, side: int = SIDE) -> RgbPicture:
    """The picture's middle as the yardstick sees it: uint8 (side, side, 3), RGB."""
    picture = Image.open(path).convert("RGB")
    scale = side / min(picture.size)
    width, height = (max(side, round(length * scale)) for length in picture.size)
    scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
    left, top = (width - side) // 2, (height - side) // 2
    # A copy: PyTorch does not take Pillow's own memory, which cannot be written to.
    return np.array(scaled.crop((left, top, left + side, top + side)), np.uint8)


def read_frames(
    path: Path, *, width: int = CLIP_WIDTH, count: int = CLIP_FRAMES
) -> list[RgbPicture]:
    """The first frames of a clip as the yardstick sees them: uint8 (H, width, 3), RGB."""
    frames: list[RgbPicture] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            height = round(frame.height * width / frame.width / 2) * 2
            scaled = frame.reformat(width, height, "rgb24")
            frames.append(np.asarray(scaled.to_ndarray(), np.uint8))
            if len(frames) == count:
                break
    return frames


def write_frames(path: Path, frames: Sequence[RgbPicture]) -> None:
    """Write a clip that shows no loss: H.264 of full colour resolution at a very small quantiser.

    The published peer's figures were measured so; quite without loss its excess is 3 % larger.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25), options={"crf": "8"})
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv444p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))


def score_pictures(content: Path, style: Path, output: Path) -> PictureScore:
    """Score the pictures `<content>__<style>.png` in the folder `output`.

    Args:
        content: folder of photographs.
        style: folder of style pictures.
        output: folder of stylised pictures.

    Raises:
        VidstyleError: the yardstick fails.
    """
    found = _run("pictures", content, style, output, "--size", SIDE)
    return PictureScore(**{key: found[key] for key in ("pairs", "style", "content", "ssim")})


def score_clip(
    source: Path, output: Path, *, style: Path, width: int = CLIP_WIDTH, count: int = CLIP_FRAMES
) -> ClipScore:
    """Score the first frames of a stylised clip beside its source's, at that width.

    Raises:
        VidstyleError: the yardstick fails.
    """
    found = _run(
        *("clip", source, output, "--style", style), *("--width", width, "--frames", count)
    )
    return ClipScore(
        excess_1=round(found["warp_1"] - found["input_warp_1"], 5),
        excess_10=round(found["warp_10"] - found["input_warp_10"], 5),
        style=found["style"],
        content=found["content"],
    )


def _run(*arguments: object) -> Any:
    """The JSON object that `score.py ARGUMENTS` prints."""
    command = [sys.executable, shared("tools/score.py"), *arguments]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise VidstyleError(f"the yardstick failed ({last})")
    return json.loads(done.stdout)
