"""Videos by optimisation, with the network that comes with vidstyle."""

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from tests.pipeline.harness import PATIENCE
from tests.video.making import Video, make_clip, rgb_of, times_of
from vidstyle.errors import InterruptedRunError, UsageError, VidstyleError
from vidstyle.runs.file import stylize_file
from vidstyle.runs.painted_video import PaintedVideo
from vidstyle.runs.progress import Progress
from vidstyle.runs.video_way import FileResult
from vidstyle.runs.work_folder import WorkFolder
from vidstyle.stylizers.gatys.options import Features, GatysOptions, Preset
from vidstyle.video.file_sink import FileSink
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import write_picture

FRAMES = 5
OPTIONS = GatysOptions(features=Features.SHIPPED, iterations=2, following_iterations=1, scales=1)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    picture = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    write_picture(tmp_path / "style.png", picture)
    return make_clip(tmp_path / "in.mp4", Video(frames=FRAMES), container="mp4")


def paint(
    clip: Path,
    *,
    options: GatysOptions = OPTIONS,
    output: str | Path = "out.mp4",
    overwrite: bool = False,
    start: float | None = None,
    report: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> FileResult:
    return stylize_file(
        clip,
        output if isinstance(output, Path) else clip.parent / output,
        method="gatys",
        styles=[clip.with_name("style.png")],
        gatys=options,
        device="cpu",
        overwrite=overwrite,
        start=start,
        report=report,
        on_progress=on_progress,
    )


class Hold:
    """Holds the painting after a number of finished frames, until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._reached, self._may_go_on = Event(), Event()

    def after(self, frames: int) -> None:
        keep, kept = WorkFolder.keep, 0

        def keep_and_wait(*arguments: Any, **named: Any) -> None:
            nonlocal kept
            keep(*arguments, **named)
            kept += 1
            if kept == frames:
                self._reached.set()
                assert self._may_go_on.wait(PATIENCE)

        self._patch.setattr(WorkFolder, "keep", keep_and_wait)

    @property
    def holds(self) -> bool:
        return self._reached.is_set()

    def let_go(self) -> None:
        self._may_go_on.set()

    def interrupt(self, *, times: int = 1) -> Callable[[Progress], None]:
        """Presses Ctrl-C while the painting is held; it goes on when that has been seen."""
        pressed = False

        def look(progress: Progress) -> None:
            nonlocal pressed
            if pressed:
                self.let_go()
            elif self.holds:
                pressed = True
                for _ in range(times):
                    signal.raise_signal(signal.SIGINT)
                if times > 1:  # The last that is told.
                    self.let_go()

        return look


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Hold:
    return Hold(monkeypatch)


def test_a_video_is_painted_and_keeps_its_times(clip: Path) -> None:
    options = replace(OPTIONS, iterations=15)
    result = paint(clip, options=options, report=clip.with_name("run.json"))

    out = clip.with_name("out.mp4")
    assert result.frames == FRAMES
    assert times_of(out) == times_of(clip)
    assert np.abs(rgb_of(out).astype(int) - rgb_of(clip)).mean() > 2
    assert sorted(path.name for path in clip.parent.iterdir()) == [
        "in.mp4",
        "out.mp4",
        "run.json",
        "style.png",
    ]
    painted = json.loads(clip.with_name("run.json").read_text())["painted"]
    assert [each["first"] for each in painted] == list(range(FRAMES))
    assert painted[-1]["losses"]["style"] > 0


def test_pictures_are_painted_into_the_present_folder(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clip.with_name("frames")
    folder.mkdir()
    monkeypatch.chdir(folder)
    paint(clip, output=Path("%d.png"))
    assert len(list(folder.iterdir())) == FRAMES
    assert not clip.with_name("frames.work").exists()


def test_the_progress_tells_the_losses(clip: Path, hold: Hold) -> None:
    seen: list[str] = []

    def look(progress: Progress) -> None:
        if hold.holds:
            seen.append(progress.detail)
            hold.let_go()

    hold.after(1)
    paint(clip, on_progress=look)

    assert seen[0].startswith("2 of 2 at 64x48, content ")
    assert "style" in seen[0]


def test_the_progress_of_its_writing_is_told(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, picture = Event(), PaintedVideo.picture

    def wait(video: PaintedVideo, index: int) -> RgbPicture:
        assert told.wait(PATIENCE)
        return picture(video, index)

    def look(progress: Progress) -> None:
        if progress.figures.stages[-1].name == "sink":
            told.set()

    monkeypatch.setattr(PaintedVideo, "picture", wait)
    paint(clip, on_progress=look)


def test_an_interrupted_run_plays_and_is_gone_on_with(clip: Path, hold: Hold) -> None:
    out, work = clip.with_name("out.mp4"), clip.with_name("out.mp4.work")

    hold.after(2)
    first = paint(clip, on_progress=hold.interrupt())

    assert first.interrupted
    assert first.frames == len(times_of(out)) == 2
    assert any("--overwrite" in note for note in first.notes)
    assert len(list(work.glob("forward-*.png"))) == 2

    second = paint(clip, overwrite=True)

    assert not second.interrupted
    assert [each.first for each in second.painted] == [2, 3, 4]
    assert len(times_of(out)) == FRAMES
    assert not work.exists()


def test_twice_stops_at_once_and_says_what_is_kept(clip: Path, hold: Hold) -> None:
    hold.after(1)
    with pytest.raises(InterruptedRunError, match=r"is kept in .*out\.mp4\.work"):
        paint(
            clip,
            options=replace(OPTIONS, following_iterations=4000),
            on_progress=hold.interrupt(times=2),
        )

    assert not clip.with_name("out.mp4").exists()
    assert clip.with_name("out.mp4.work").is_dir()


def test_twice_while_it_is_written_says_what_is_kept(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aborted = Event()
    picture, abort = PaintedVideo.picture, FileSink.abort

    def press_ctrl_c(video: PaintedVideo, index: int) -> RgbPicture:
        while not aborted.wait(0.05):  # Two at once could count for one.
            signal.raise_signal(signal.SIGINT)
        return picture(video, index)

    def abort_and_tell(sink: FileSink) -> None:
        aborted.set()
        abort(sink)

    monkeypatch.setattr(PaintedVideo, "picture", press_ctrl_c)
    monkeypatch.setattr(FileSink, "abort", abort_and_tell)
    with pytest.raises(InterruptedRunError, match=r"is kept in .*out\.mp4\.work"):
        paint(clip)

    assert not clip.with_name("out.mp4").exists()
    assert len(list(clip.with_name("out.mp4.work").glob("forward-*.png"))) == FRAMES


def test_an_interruption_before_the_first_frame_leaves_nothing(clip: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if not pressed.is_set():
            pressed.set()
            signal.raise_signal(signal.SIGINT)

    pressed = Event()
    with pytest.raises(InterruptedRunError, match="before the first frame"):
        paint(clip, options=replace(OPTIONS, iterations=10_000), on_progress=interrupt)

    assert not clip.with_name("out.mp4").exists()
    assert not clip.with_name("out.mp4.work").exists()


def test_other_options_do_not_go_on_with_it(clip: Path, hold: Hold) -> None:
    hold.after(1)
    paint(clip, on_progress=hold.interrupt())
    clip.with_name("out.mp4").unlink()

    with pytest.raises(UsageError, match="another setting of iterations"):
        paint(clip, options=replace(OPTIONS, iterations=3, following_iterations=1))
    with pytest.raises(UsageError, match="another setting of start time"):
        paint(clip, start=0.04)


def test_another_input_does_not_go_on_with_it_and_leaves_it_alone(clip: Path, hold: Hold) -> None:
    hold.after(1)
    paint(clip, on_progress=hold.interrupt())
    clip.with_name("out.mp4").unlink()
    frames = sorted(clip.with_name("out.mp4.work").glob("forward-*.png"))
    clip.write_bytes(make_clip(clip.with_name("other.mp4"), Video(frames=3)).read_bytes())

    with pytest.raises(UsageError, match="another setting of input"):
        paint(clip)

    assert frames
    assert sorted(clip.with_name("out.mp4.work").glob("forward-*.png")) == frames


def test_a_run_that_fails_before_its_first_frame_leaves_nothing(clip: Path) -> None:
    with pytest.raises(VidstyleError, match="not finite"):
        paint(clip, options=replace(OPTIONS, style_weight=1e38, preset=Preset.STUDY))

    assert not clip.with_name("out.mp4.work").exists()


def test_pictures_may_go_into_a_new_folder_by_a_pattern(clip: Path) -> None:
    paint(clip, output="new/%03d.png")

    assert len(list(clip.with_name("new").glob("00*.png"))) == FRAMES


def test_the_backward_pass_paints_a_whole_video(clip: Path) -> None:
    result = paint(clip, options=replace(OPTIONS, backward=True, batch=2))

    assert result.frames == FRAMES
    assert result.figures.stages[0].count == 2 * FRAMES
    assert times_of(clip.with_name("out.mp4")) == times_of(clip)


def test_sizes_and_masks_come_after_the_painting(clip: Path) -> None:
    """What is painted is small, what is written is large and mixed."""
    mask = np.zeros((12, 16, 3), np.uint8)
    mask[6:] = 255
    write_picture(clip.with_name("mask.png"), mask)
    before = rgb_of(clip)

    result = stylize_file(
        clip,
        clip.with_name("out.mp4"),
        method="gatys",
        styles=[clip.with_name("style.png")],
        gatys=replace(OPTIONS, iterations=15),
        size="24",
        mask=clip.with_name("mask.png"),
        device="cpu",
        quality=100,
    )

    assert str(result.size) == "64x48"
    change = np.abs(rgb_of(result.output).astype(int) - before).mean((1, 2))
    assert change[:20].max() < 2
    assert change[30:].min() > 2


def test_two_styles_by_mask_are_refused(clip: Path) -> None:
    write_picture(clip.with_name("mask.png"), np.zeros((12, 16, 3), np.uint8))
    style = clip.with_name("style.png")
    with pytest.raises(UsageError, match="gatys paints inside of a mask alone: leave --style-out"):
        stylize_file(
            clip,
            method="gatys",
            styles=[style],
            mask=clip.with_name("mask.png"),
            styles_outside=[style],
            gatys=OPTIONS,
        )


def test_pictures_can_be_written_too(clip: Path) -> None:
    stylize_file(
        clip,
        clip.with_name("frames"),
        method="gatys",
        styles=[clip.with_name("style.png")],
        gatys=OPTIONS,
        device="cpu",
    )

    assert len(list(clip.with_name("frames").glob("*.png"))) == FRAMES
