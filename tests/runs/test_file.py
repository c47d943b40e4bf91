"""A video from its file to a finished output, through the real pipeline."""

import json
import os
import signal
from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

import vidstyle
from tests.engines.elsewhere import open_as_on_a_gpu
from tests.stylizers.lite_weights import adain_lite_weights
from tests.video.making import Sound, Video, make_clip, rgb_of
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.file import stylize_file
from vidstyle.runs.progress import Progress
from vidstyle.stylizers import Style, Stylizer
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.preserve_color import PreserveColor
from vidstyle.video.pictures import write_picture


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(
        tmp_path / "in.mp4", Video(frames=12), Sound(seconds=Fraction(12, 25)), container="mp4"
    )


def frame_times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [Fraction(f.pts or 0) * (f.time_base or 1) for f in container.decode(stream)]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_is_repainted_and_everything_else_kept(clip: Path, tmp_path: Path) -> None:
    result = stylize_file(clip, tmp_path / "out.mp4", method="identity")
    assert result.frames == 12
    assert result.network == "identity"
    assert not result.interrupted
    assert frame_times(tmp_path / "out.mp4") == frame_times(clip)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]


def test_what_decodes_is_told_where_it_was_asked_for(clip: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    result = stylize_file(
        clip, tmp_path / "out.mp4", method="identity", hwaccel="auto", on_start=lines.append
    )

    assert frame_times(tmp_path / "out.mp4") == frame_times(clip)
    (line,) = lines
    on_the_cpu = line.endswith(" · decoded by the CPU")
    assert " · decoded by " in line
    assert any("decoded by the CPU" in note for note in result.notes) is on_the_cpu


def test_pictures_are_not_decoded_by_hardware(tmp_path: Path) -> None:
    write_picture(tmp_path / "0.png", np.zeros((32, 32, 3), np.uint8))
    with pytest.raises(UsageError, match="is a sequence of pictures: leave --hwaccel out"):
        stylize_file(tmp_path, method="identity", hwaccel="auto")


def test_the_default_name_lies_beside_the_input(clip: Path) -> None:
    assert stylize_file(clip, method="identity").output == clip.with_name("in-identity.mp4")


def test_a_second_decoder_opens_the_output(clip: Path, tmp_path: Path) -> None:
    stylize_file(clip, tmp_path / "out.mp4", method="identity", output_size="32x16")
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 12
    seen, picture = capture.read()
    assert seen
    assert picture.shape == (16, 32, 3)


def test_the_network_may_work_smaller_than_the_output(clip: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    result = stylize_file(
        clip,
        tmp_path / "out.mkv",
        method="identity",
        size="24",
        output_size="31x47",
        on_start=lines.append,
    )
    assert lines == ["identity · 24x36 for 31x47"]
    assert str(result.size) == "31x47"


def levels(path: Path) -> list[float]:
    """Of each frame's middle, 0 to 255."""
    with av.open(str(path)) as container:
        pictures = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    return [float(picture[20:28, 28:36].mean()) for picture in pictures]


def grey_clip(path: Path, shades: Sequence[int], *, edge: int | None = None) -> Path:
    """Plain frames, or with an upper edge of another shade."""
    grey = np.multiply.outer(np.array(shades, np.uint8), np.ones((48, 64, 3), np.uint8))
    if edge is not None:
        grey[:, :8] = edge
    pictures = [
        av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p") for picture in grey
    ]
    return make_clip(path, Video(frames=len(shades), pictures=pictures), container="mp4")


def darken_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the method that changes nothing paint everything dark."""
    monkeypatch.setattr(
        "vidstyle.stylizers.identity.Identity.stylize", lambda _, frames: np.full_like(frames, 20)
    )


def test_a_painting_fades_along_with_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    darken_all(monkeypatch)
    pale = [grey_clip(tmp_path / f"{edge}.mp4", [200] * 3, edge=edge) for edge in (200, 184, 0)]
    plain, nearly, seen = (
        levels(stylize_file(clip, tmp_path / f"out-{clip.name}", method="identity").output)
        for clip in pale
    )
    assert min(plain) > 195
    assert 90 < min(nearly) <= max(nearly) < 130
    assert max(seen) < 25


@pytest.mark.parametrize("inverted", [False, True])
def test_a_video_as_a_mask_goes_along_with_a_part_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inverted: bool
) -> None:
    """And where it is shorter, its last frame stays."""
    darken_all(monkeypatch)
    source = grey_clip(tmp_path / "in.mp4", [200] * 12, edge=0)
    mask = grey_clip(tmp_path / "mask.mp4", [0, 0, 0, 0, 255, 0, 255])
    result = stylize_file(
        source,
        tmp_path / "out.mp4",
        method="identity",
        mask=mask,
        invert_mask=inverted,
        start="0.12",
        quality=100,
    )
    assert result.frames == 9
    white = [level < 110 for level in levels(result.output)]
    expected = [False, True, False, True, True, True, True, True, True]
    assert white == [yes is not inverted for yes in expected]


def test_two_styles_by_mask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shades = cycle([20, 200])  # Inside, and outside.
    monkeypatch.setattr(
        "vidstyle.stylizers.identity.Identity.stylize",
        lambda _, frames: np.full_like(frames, next(shades)),
    )
    source = grey_clip(tmp_path / "in.mp4", [128] * 2, edge=0)
    mask = np.zeros((7, 9, 3), np.uint8)
    mask[:, 5:] = 255
    write_picture(tmp_path / "mask.png", mask)
    (tmp_path / "other.jpg").write_bytes((tmp_path / "mask.png").read_bytes())
    result = stylize_file(
        source,
        tmp_path / "out.mp4",
        method="identity",
        mask=tmp_path / "mask.png",
        styles_outside=[tmp_path / "other.jpg"],
        quality=100,
    )
    with av.open(str(result.output)) as container:
        columns = next(container.decode(video=0)).to_ndarray(format="rgb24").mean((0, 2))
    assert columns[:20].min() > 195
    assert columns[-20:].max() < 25


def test_prores_keeps_the_levels_of_a_full_range(tmp_path: Path) -> None:
    full = Video(codec="ffv1", options={}, colour=(1, 1, 1, 2))
    clip = make_clip(tmp_path / "in.mkv", full)
    result = stylize_file(clip, tmp_path / "out.mov", method="identity", codec="prores")
    assert np.abs(rgb_of(result.output).astype(int) - rgb_of(clip)).mean() < 3


def test_a_part_is_cut_out(clip: Path, tmp_path: Path) -> None:
    result = stylize_file(clip, tmp_path / "out.mp4", method="identity", start="0.12", end="0.32")
    assert result.frames == 5
    assert frame_times(tmp_path / "out.mp4") == [Fraction(i, 25) for i in range(5)]


def test_pictures_in_and_out(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    for index in range(3):
        write_picture(
            tmp_path / "frames" / f"{index}.png", np.full((16, 24, 3), 50 * index, np.uint8)
        )
    video = stylize_file(tmp_path / "frames", tmp_path / "out.mkv", method="identity")
    assert video.frames == 3
    pictures = stylize_file(tmp_path / "out.mkv", f"{tmp_path}/again/%d.png", method="identity")
    assert pictures.frames == 3
    assert names_in(tmp_path / "again") == ["1.png", "2.png", "3.png"]


def test_the_report_holds_figures_and_versions(clip: Path, tmp_path: Path) -> None:
    stylize_file(clip, tmp_path / "out.mp4", method="identity", report=tmp_path / "run.json")
    report = json.loads((tmp_path / "run.json").read_text())
    assert report["frames"] == 12
    assert [stage["name"] for stage in report["stages"]] == [
        "capture",
        "preprocess",
        "model",
        "finish",
        "postprocess",
        "sink",
    ]
    assert report["made_with"]["vidstyle"] == vidstyle.__version__


@pytest.fixture
def _on_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of adain with engines as on a GPU."""

    def load(*_: object, **options: object) -> Stylizer:
        weights = adain_lite_weights(tmp_path / "network.safetensors")
        stylizer = AdaINLite.load(weights, open_engine=open_as_on_a_gpu)
        stylizer.set_style([Style(name="red", picture=np.full((64, 64, 3), (220, 40, 30), "u1"))])
        return PreserveColor(stylizer) if options["preserve_color"] else stylizer

    monkeypatch.setattr("vidstyle.runs.file.load_stylizer", load)


@pytest.mark.usefixtures("_on_a_gpu")
@pytest.mark.parametrize("stabilise", [0.0, 0.7])
def test_frames_cross_the_bus_as_planes(clip: Path, tmp_path: Path, stabilise: float) -> None:
    lines: list[str] = []
    result = stylize_file(
        clip,
        tmp_path / "out.mp4",
        stabilise=stabilise,
        report=tmp_path / "run.json",
        on_start=lines.append,
    )

    assert lines == ["adain-lite yuv420p · eager · fp32 · cuda:0 · 64x48"]
    assert result.network == "adain-lite yuv420p · eager · fp32 · cuda:0"
    stages = [stage["name"] for stage in json.loads((tmp_path / "run.json").read_text())["stages"]]
    assert stages == ["capture", "pack", "model", "finish", "wrap", "sink"]
    assert frame_times(tmp_path / "out.mp4") == frame_times(clip)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]


@pytest.mark.usefixtures("_on_a_gpu")
@pytest.mark.parametrize(
    ("options", "output"),
    [
        ({"mask": "mask.png"}, "out.mp4"),
        ({"size": "33x32"}, "out.mp4"),
        ({"output_size": "63x48"}, "out.mp4"),
        ({"codec": "prores"}, "out.mov"),
        ({}, "frames/"),
    ],
)
def test_frames_that_more_is_done_to_go_as_rgb(
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    output: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "mask.png", np.full((48, 64, 3), 255, np.uint8))
    lines: list[str] = []

    stylize_file(clip, output, on_start=lines.append, end="0.1", **options)

    assert lines[0].startswith("adain-lite · eager · fp32 · cuda:0 · ")


@pytest.mark.usefixtures("_on_a_gpu")
@pytest.mark.parametrize("size", ["32x32", "128x96"])
@pytest.mark.parametrize("preserve_color", [False, True])
def test_frames_that_are_scaled_or_keep_their_colours_go_as_planes(
    clip: Path, tmp_path: Path, size: str, preserve_color: bool
) -> None:
    lines: list[str] = []

    result = stylize_file(
        clip,
        tmp_path / "out.mp4",
        size=size,
        preserve_color=preserve_color,
        on_start=lines.append,
        end="0.1",
    )

    assert lines == [f"adain-lite yuv420p · eager · fp32 · cuda:0 · {size} for 64x48"]
    assert str(result.size) == "64x48"


@pytest.mark.usefixtures("_on_a_gpu")
def test_a_clip_that_lies_on_its_side_goes_as_rgb(tmp_path: Path) -> None:
    lines: list[str] = []
    clip = make_clip(tmp_path / "in.mp4", Video(frames=2, rotation=90), container="mp4")

    stylize_file(clip, tmp_path / "out.mp4", on_start=lines.append)

    assert lines == ["adain-lite · eager · fp32 · cuda:0 · 48x64"]


def test_start_and_progress_are_told(clip: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    moments: list[Progress] = []
    stylize_file(
        clip,
        tmp_path / "out.mp4",
        method="identity",
        on_start=lines.append,
        on_progress=moments.append,
    )
    assert lines == ["identity · 64x48"]
    assert all(moment.total == 12 for moment in moments)


def long_clip(tmp_path: Path) -> Path:
    video = Video(frames=400, width=320, height=240, options={"preset": "ultrafast", "qp": "30"})
    return make_clip(tmp_path / "long.mp4", video, Sound(seconds=Fraction(16)), container="mp4")


def test_ctrl_c_finishes_the_file_so_that_it_plays(tmp_path: Path) -> None:
    source, pressed = long_clip(tmp_path), False

    def interrupt(progress: Progress) -> None:
        nonlocal pressed
        if progress.done and not pressed:
            pressed = True
            signal.raise_signal(signal.SIGINT)

    result = stylize_file(source, tmp_path / "out.mp4", method="identity", on_progress=interrupt)
    assert result.interrupted
    times = frame_times(tmp_path / "out.mp4")
    assert 0 < len(times) == result.frames < 400
    with av.open(str(tmp_path / "out.mp4")) as container:
        audio = container.streams.audio[0]
        assert audio.duration is not None
        assert audio.time_base is not None
        sound_end = audio.duration * audio.time_base
    assert abs(sound_end - (times[-1] + Fraction(1, 25))) < Fraction(1, 10)


def test_ctrl_c_twice_leaves_nothing(tmp_path: Path) -> None:
    source = long_clip(tmp_path)

    def interrupt_twice(progress: Progress) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        stylize_file(source, tmp_path / "out.mp4", method="identity", on_progress=interrupt_twice)
    assert names_in(tmp_path) == ["long.mp4"]


def test_a_failing_stage_leaves_nothing_and_is_named(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("vidstyle.stylizers.identity.Identity.stylize", fail)
    with pytest.raises(RuntimeError, match="no luck") as error:
        stylize_file(clip, tmp_path / "out.mp4", method="identity")
    assert any("model" in note for note in error.value.__notes__)
    assert names_in(tmp_path) == ["in.mp4"]


def test_a_failed_run_keeps_the_output_that_was_there(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.mp4").write_bytes(b"mine")

    def fail(*_: object) -> None:
        raise VidstyleError("no luck")

    monkeypatch.setattr("vidstyle.stylizers.identity.Identity.stylize", fail)
    with pytest.raises(VidstyleError):
        stylize_file(clip, tmp_path / "out.mp4", method="identity", overwrite=True)
    assert (tmp_path / "out.mp4").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strength": 7.0}, "strength 7"),
        ({"strength": float("nan")}, "strength nan"),
        ({"size": "0"}, "size 0 is out of range"),
        ({"size": "100000"}, "size 100000 is out of range"),
        ({"output_size": "big"}, "'big' is not a size"),
        ({"detail": 2.0}, "detail 2 must be from 0"),
        ({"stabilise": -1.0}, "stabilise -1 must be from 0"),
        ({"mask": "nowhere.png"}, "no such mask: nowhere.png"),
        ({"mask": ""}, "the name of the mask is empty"),
        ({"mask": __file__}, "test_file.py cannot be read as a video"),
        ({"invert_mask": True}, "--invert-mask needs a mask: add --mask PATH"),
        ({"styles_outside": ["a.jpg"]}, "--style-outside needs a mask: add --mask PATH"),
        ({"quality": 101}, "quality 101"),
        ({"codec": "divx"}, "codec 'divx' is not one of h264"),
        ({"method": "magic"}, "magic"),
        ({"backend": "abacus"}, "abacus"),
        ({"hwaccel": "abacus"}, "hwaccel 'abacus' is not one of auto, none"),
        ({"start": "soon"}, "'soon' is not a time"),
        ({"report": "missing/run.json"}, "missing does not exist"),
        ({"report": "in.mp4"}, r"in\.mp4 is no name for a report"),
        ({"start": "60"}, "no frame from 60 s on"),
    ],
)
def test_a_wrong_argument_is_one_line_and_writes_nothing(
    clip: Path, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    arguments = {"method": "identity", **options}
    with pytest.raises(VidstyleError, match=message) as error:
        stylize_file(clip, tmp_path / "out.mp4", **arguments)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
    assert names_in(tmp_path) == ["in.mp4"]


def test_a_missing_input_suggests_the_nearest_name(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such video: .*in\.mp44 \(did you mean 'in\.mp4'\?\)"):
        stylize_file(tmp_path / "in.mp44")


def test_an_empty_name_is_not_the_present_folder() -> None:
    with pytest.raises(UsageError, match="the name of the video is empty: give one"):
        stylize_file("", method="identity")


def test_a_pipe_is_no_video(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="pipe is not a file: write its video to one first"):
        stylize_file(tmp_path / "pipe", method="identity")


def test_the_published_network_repaints_a_real_clip(
    shared_clips: Path, shared_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Candy looks like candy: far more colourful than the grey pavement that it is painted on."""
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    clip = shared_clips / "street_dog_720p_audio.mp4"
    arguments = {"output_size": "128", "end": "0.1"}
    plain = stylize_file(clip, tmp_path / "plain.mp4", method="identity", **arguments)  # type: ignore[arg-type]
    candy = stylize_file(
        clip,
        tmp_path / "candy.mp4",
        method="johnson",
        styles=["candy"],
        **arguments,  # type: ignore[arg-type]
    )
    assert candy.frames == plain.frames == 3
    assert colourfulness(candy.output) > 2 * colourfulness(plain.output)


def colourfulness(path: Path) -> float:
    """The mean distance of R, G and B from grey, in levels of 255."""
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(float)
    return float(np.abs(picture - picture.mean(2, keepdims=True)).mean())
