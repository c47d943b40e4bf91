"""The stages of a run."""

import gc
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from tests.engines.elsewhere import open_as_on_a_gpu
from tests.video.making import Video, blocks, make_clip, waves
from vidstyle.runs.repainting import Finishing, Repainting
from vidstyle.runs.stages import pack, postprocess, preprocess, wrap
from vidstyle.stylizers import Style
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.video.colour import Colour, Matrix, Range
from vidstyle.video.convert import FromRgb
from vidstyle.video.file_source import FileSource
from vidstyle.weights.manifest import SHIPPED


@pytest.mark.parametrize("planar", [False, True])
def test_decoded_pictures_are_freed_without_the_garbage_collector(
    tmp_path: Path, planar: bool
) -> None:
    """Of some MB each, those that wait for it make a run grow by hundreds of MB."""
    source = FileSource(make_clip(tmp_path / "in.mp4", Video(frames=50)))
    step = preprocess(source.info.size, source.info.orientation)
    if planar:
        step = pack(source.info.size, source.info.colour)
    gc.collect()
    gc.disable()
    try:
        for frame in source:
            step(frame)
        assert gc.collect() < 50  # One that looks at each picture's side data leaves 100.
    finally:
        gc.enable()


@pytest.mark.parametrize("matrix", [Matrix.BT709, Matrix.SMPTE170M])
@pytest.mark.parametrize("range_", [Range.LIMITED, Range.FULL])
@pytest.mark.parametrize("stabilise", [0.0, 0.7])
@pytest.mark.parametrize("smooth", [False, True])
def test_planes_are_painted_as_pictures_are(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    matrix: Matrix,
    range_: Range,
    stabilise: float,
    smooth: bool,
) -> None:
    if not smooth:  # Plain surfaces are told by luma and chroma, or by red, green and blue.
        for module in ("graphs", "planes"):
            monkeypatch.setattr(
                f"vidstyle.nets.{module}.correction", lambda levels, cell: torch.zeros(levels.shape)
            )
    from_rgb = FromRgb("yuv420p", Colour(matrix=matrix, range=range_))
    wide = waves(68, 48)
    pictures = [wide[:, :64], wide[:, 2:66], wide[:, 4:], blocks(64, 48)[::-1]]
    video = Video(
        width=64,
        height=48,
        frames=len(pictures),
        pictures=[from_rgb(np.ascontiguousarray(each)) for each in pictures],
        colour=(matrix, matrix, matrix, range_),
    )
    clip = make_clip(tmp_path / "in.mp4", video)
    # One that was not trained would enlarge what rounding to RGB changes.
    stylizer = AdaINLite.load(SHIPPED / "adain-lite.safetensors", open_engine=open_as_on_a_gpu)
    stylizer.set_style([Style(name="red", picture=np.full((64, 64, 3), (220, 40, 30), np.uint8))])
    source = FileSource(clip)
    info = source.info
    assert (info.colour.matrix, info.colour.range) == (matrix, range_)
    planar = stylizer.planar(info.colour.conversion, height=48, width=64)
    assert planar is not None
    frames = list(source)

    as_rgb = Repainting(stylizer)(list(map(preprocess(info.size), frames)))
    finish = Finishing(detail=0.0, stabilise=stabilise)
    expected = map(postprocess("yuv420p", info.colour), map(finish, as_rgb))
    in_planes = Repainting(planar)(list(map(pack(info.size, info.colour), frames)))
    finish = Finishing(detail=0.0, stabilise=stabilise, to_rgb=info.colour.conversion[0])
    result = map(wrap(info.colour), map(finish, in_planes))

    for one, other in zip(expected, result, strict=True):
        assert (other.index, other.pts, other.time_base) == (one.index, one.pts, one.time_base)
        first, second = one.picture, other.picture
        assert isinstance(first, av.VideoFrame)
        assert isinstance(second, av.VideoFrame)
        assert second.format.name == first.format.name == "yuv420p"
        assert (second.colorspace, second.color_range) == (first.colorspace, first.color_range)
        difference = first.to_ndarray().astype(int) - second.to_ndarray()
        assert np.sqrt(np.mean(difference**2)) < (2 if smooth else 1)  # 42 or 48 dB
