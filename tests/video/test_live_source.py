"""The newest picture, always: test patterns, files and streams, and the end of them."""

import threading
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.harness import within
from tests.video.making import Sound, Video, make_clip
from tests.video.sending import Sender, level, running, wait_until
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.live_input import LiveInput
from vidstyle.video.live_source import TIME_BASE, LiveSource
from vidstyle.video.orientation import Orientation
from vidstyle.video.source import SourceError


def times(frames: list[Frame]) -> list[float]:
    """When each was captured."""
    return [frame.captured for frame in frames if frame.captured is not None]


def check_order(frames: list[Frame]) -> None:
    """What holds of live frames wherever they come from."""
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert all(frame.time_base == TIME_BASE for frame in frames)
    assert frames[0].pts == 0
    assert all(a.pts < b.pts for a, b in pairwise(frames))
    captured = times(frames)
    assert captured == sorted(captured)
    for frame, moment in zip(frames, captured, strict=True):
        assert frame.pts == pytest.approx((moment - captured[0]) * 1e6, abs=len(frames))


def check_pace(frames: list[Frame]) -> None:
    """None comes before its time; under load some come late."""
    shown = []
    for frame in frames:
        assert isinstance(frame.picture, av.VideoFrame)
        assert frame.picture.pts is not None
        assert frame.picture.time_base is not None
        shown.append(float(frame.picture.pts * frame.picture.time_base))
    for moment, time in zip(times(frames), shown, strict=True):
        assert moment - times(frames)[0] >= time - shown[0] - 1e-6


# Test patterns


def test_a_test_pattern_has_the_size_and_rate_that_are_asked() -> None:
    live_input = LiveInput.parse("test:", size=Size(96, 64), rate=Fraction(100))
    source = LiveSource(live_input)
    frames = within(lambda: list(islice(source, 5)))
    check_order(frames)
    assert (source.info.size, source.info.rate) == (Size(96, 64), Fraction(100))
    assert "96x64" in str(frames[0].picture)
    check_pace(frames)


def test_a_test_pattern_can_be_any_filter_graph_and_ends_with_it() -> None:
    with running("test:color=red:size=32x32:rate=100:duration=0.2") as run:
        frames = run.rest()
        check_order(frames)
        assert len(frames) + run.source.dropped == 20
        assert run.events.empty()


def test_an_unknown_test_pattern_is_an_error() -> None:
    with pytest.raises(SourceError, match="cannot draw the test pattern 'nosuch'"):
        LiveSource(LiveInput.parse("test:nosuch"))


# Files


def test_a_file_is_played_in_real_time(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=10, rate=Fraction(50)), Sound())
    with running(str(clip)) as run:
        frames = run.rest()
        assert len(frames) + run.source.dropped == 10
        assert run.source.info.rate == 50
        assert run.source.info.file is None
    check_order(frames)
    check_pace(frames)
    assert run.events.empty()


def test_a_varying_rate_is_played_as_it_is(tmp_path: Path) -> None:
    pts = [0, 10, 100, 110, 250]
    clip = make_clip(tmp_path / "in.mkv", Video(pts=pts, time_base=Fraction(1, 1000)))
    with running(str(clip)) as run:
        frames = run.rest()
        assert len(frames) + run.source.dropped == 5
    check_order(frames)
    check_pace(frames)


def test_a_file_can_be_played_over_and_over(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=4, rate=Fraction(100)))
    with running(str(clip), loop=True) as run:
        frames = [run.next() for _ in range(13)]
        assert run.events.empty()
    check_order(frames)
    assert times(frames)[-1] - times(frames)[0] >= 12 / 100 - 1e-6


def test_a_turned_file_says_how_it_is_turned(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(width=64, height=48, rotation=90))
    with running(str(clip)) as run:
        assert run.source.info.size == Size(48, 64)
        assert run.source.info.orientation == Orientation(quarter_turns=1)


def test_a_file_that_is_no_video_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "in.mp4"
    path.write_bytes(b"no video")
    with pytest.raises(SourceError, match="cannot be read as a video"):
        LiveSource(LiveInput.parse(str(path)))


def test_a_file_that_is_lost_while_it_loops_is_waited_for(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", Video(frames=2, rate=Fraction(100)))
    with running(str(clip), loop=True) as run:
        run.next()
        clip.rename(tmp_path / "away.mp4")
        assert run.event().startswith(f"cannot open {clip}: no such file")
        make_clip(clip, Video(frames=2, width=32, height=32))
        assert "is back after" in run.event()
        assert run.events.empty()


# The newest


def test_a_slow_reader_gets_the_newest_and_misses_the_others() -> None:
    with Sender() as sender, running(sender.url) as run:
        sender.show(1)
        run.until(1)
        dropped = run.source.dropped
        for number in range(2, 42):
            sender.show(number)
        run.wait_for_drops(dropped + 39)
        assert level(run.next()) == 41


def test_what_came_before_the_first_reading_is_not_shown() -> None:
    with Sender() as sender, running(sender.url) as run:
        for number in range(1, 21):
            sender.show(number)
        run.wait_for_drops(19)
        # The very first picture, of the opening, is given if it is fresh.
        assert level(run.next()) in (0, 20)


@settings(deadline=None, max_examples=15)
@given(bursts=st.lists(st.integers(1, 8), min_size=1, max_size=12))
def test_whatever_the_reader_does_it_gets_the_last_that_was_sent(bursts: list[int]) -> None:
    with Sender() as sender, running(sender.url) as run:
        sender.show(1)
        frames = [run.until(1)]
        sent, dropped = 1, run.source.dropped
        for burst in bursts:
            for _ in range(burst):
                sent += 1
                sender.show(sent)
            dropped += burst - 1
            run.wait_for_drops(dropped)
            frames.append(run.next())
            assert level(frames[-1]) == sent
    assert all(a.pts < b.pts and a.index < b.index for a, b in pairwise(frames))
    assert times(frames) == sorted(times(frames))


# The end


def test_closing_ends_a_reader_who_waits() -> None:
    with Sender() as sender, running(sender.url) as run:
        sender.show(1)
        run.until(1)
        reader = threading.Thread(target=run.rest)
        reader.start()
        within(run.source.close)
        within(reader.join)


def test_closing_ends_a_reader_who_waits_for_a_frame_of_a_file(tmp_path: Path) -> None:
    video = Video(pts=[0, 9000], time_base=Fraction(1, 1000))
    with running(str(make_clip(tmp_path / "in.mkv", video))) as run:
        run.next()
        threading.Timer(0.05, run.source.close).start()
        assert run.rest() == []


def test_closing_ends_a_reader_who_waits_for_a_return() -> None:
    with Sender() as sender, running(sender.url) as run:
        sender.show(1)
        run.until(1)
        sender.vanish()
        run.event()
        threading.Timer(0.05, run.source.close).start()
        assert run.rest() == []
        assert run.events.empty()


def test_closed_before_it_is_read_it_has_no_frames() -> None:
    source = LiveSource(LiveInput.parse("test:"))
    source.close()
    source.close()
    assert list(source) == []


def test_no_thread_is_left() -> None:
    with Sender() as sender:
        with running(sender.url) as run:
            sender.show(1)
            run.until(1)
            assert threads_of(sender)
        sender.vanish()
        wait_until(lambda: not threads_of(sender))


def threads_of(sender: Sender) -> list[str]:
    return [thread.name for thread in threading.enumerate() if sender.url in thread.name]


def test_an_error_of_who_is_told_of_losses_is_an_error_of_the_source() -> None:
    def refuse(_event: str) -> None:
        raise ValueError("not now")

    with Sender() as sender:
        live_input = LiveInput.parse(sender.url)
        source = within(lambda: LiveSource(live_input, on_event=refuse))
        sender.show(1)
        frames = iter(source)
        within(lambda: next(frames))
        sender.vanish()
        with pytest.raises(ValueError, match="not now"):
            within(lambda: list(frames))
