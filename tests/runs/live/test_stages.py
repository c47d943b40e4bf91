"""Frames of a live run between their source and their outputs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from threading import Event

import av
import numpy as np
import pytest

from tests.runs.live.parts import GREY, PATIENCE, Brightness, Fixed, Lockstep, live_frame
from vidstyle.pipeline import Pipeline, Policy, Stage
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.cross_fade import CrossFade, Mixture
from vidstyle.runs.live.finish import LiveFinishing
from vidstyle.runs.live.sizes import WorkSizes
from vidstyle.runs.live.stages import Arrival, LiveFrame, Look, Painting, RateCap
from vidstyle.runs.live.styles import LiveStyles
from vidstyle.runs.loading import StyleWish
from vidstyle.runs.sizes import SizeWish
from vidstyle.stylizers import Style
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.mask import Mask, Moments
from vidstyle.video.source import VideoInfo

DARK, LIGHT = Mixture(((50.0, 1.0),), "dark"), Mixture(((200.0, 1.0),), "light")


@pytest.fixture
def background() -> Iterator[Background]:
    def fail(error: BaseException) -> None:
        raise error

    background = Background("test", on_error=fail)
    yield background
    background.close(timeout=PATIENCE)


def arrival(
    background: Background,
    *,
    work: str | None = None,
    output: str | None = None,
    aspect: Fraction = Fraction(1),
) -> Arrival:
    info = VideoInfo(
        size=Size(64, 48),
        time_base=Fraction(1, 1_000_000),
        rate=Fraction(25),
        sample_aspect_ratio=aspect,
    )
    sizes = WorkSizes(
        SizeWish.parse(work) if work else None, prepare=lambda size: None, background=background
    )
    sizes.begin(Size(64, 48))
    return Arrival(SizeWish.parse(output) if output else None, sizes, info=info, settings=Fixed())


def arrived(frame: Frame) -> LiveFrame:
    return LiveFrame(**vars(frame), original=frame.rgb, content=frame.rgb, state=Fixed().state)


@pytest.mark.parametrize(
    ("aspect", "output", "size"),
    [
        (Fraction(64, 45), None, (48, 92)),
        (Fraction(8, 9), None, (48, 56)),
        (Fraction(64, 45), "24", (24, 46)),
        (Fraction(64, 45), "64x48", (48, 64)),
        (Fraction(255), None, (48, 64)),
    ],
)
def test_frames_arrive_with_square_pixels(
    background: Background, aspect: Fraction, output: str | None, size: tuple[int, int]
) -> None:
    seen = arrival(background, output=output, aspect=aspect)(live_frame(0))
    assert seen.original.shape[:2] == size


def test_a_frame_arrives_at_its_sizes_with_its_times(background: Background) -> None:
    frame = live_frame(7, captured=3.5)
    seen = arrival(background, work="24", output="36")(frame)
    assert seen.content.shape == seen.rgb.shape == (24, 32, 3)
    assert seen.original.shape == (36, 48, 3)
    assert (seen.index, seen.pts, seen.captured) == (7, 280_000, 3.5)


def test_where_sizes_are_alike_nothing_is_copied(background: Background) -> None:
    frame = live_frame(0)
    seen = arrival(background)(frame)
    assert seen.content is seen.original is frame.picture


def test_a_decoded_picture_becomes_rgb(background: Background) -> None:
    decoded = av.VideoFrame.from_ndarray(GREY, "rgb24").reformat(format="yuv420p")
    seen = arrival(background)(replace(live_frame(0), picture=decoded))
    assert np.abs(seen.original.astype(int) - GREY).max() <= 1


def test_frames_are_painted_as_the_run_is_set() -> None:
    settings = Fixed()
    painting = Painting(Brightness(), CrossFade(DARK, most_parts=4), settings)
    assert painting(arrived(live_frame(0))).rgb.max() == 50
    settings.state = replace(settings.state, original=True)
    assert painting(arrived(live_frame(1))).rgb is not None
    assert painting(arrived(live_frame(1))).rgb[1, 1, 0] == 128
    settings.state = replace(settings.state, original=False, preserve_color=True)
    frame = live_frame(2)
    plain = painting(arrived(frame)).rgb
    assert np.ptp(plain) == 0  # Of the paint, as light as the frame.
    assert plain.mean() == pytest.approx(frame.rgb.mean(), abs=1)


def test_frames_that_are_painted_alike_have_equal_looks() -> None:
    settings, fade = Fixed(), CrossFade(DARK, most_parts=4)
    painting = Painting(Brightness(), fade, settings)
    first, second = (painting(arrived(live_frame(0, captured=float(t)))).look for t in (1, 2))
    assert first == second
    settings.state = replace(settings.state, strength=0.5)
    third = painting(arrived(live_frame(0, captured=3.0))).look
    assert third != second
    fade.to(LIGHT, seconds=5, asked=3)
    fading = [painting(arrived(live_frame(0, captured=float(t)))).look for t in (4, 5)]
    assert len({third, *fading}) == 3


def test_a_frozen_picture_is_repeated_while_time_goes_on() -> None:
    settings, finishing = Fixed(), LiveFinishing(detail=0.0)
    painting = Painting(Brightness(), CrossFade(DARK, most_parts=4), settings)
    first = finishing(painting(arrived(live_frame(0))))
    settings.state = replace(settings.state, freeze=True)
    second = finishing(painting(arrived(live_frame(1))))
    assert second.rgb is first.rgb
    assert second.original is first.original
    assert second.pts > first.pts
    settings.state = replace(settings.state, freeze=False)
    third = finishing(painting(arrived(live_frame(2))))
    assert third.original[0, 0, 0] == 2


def noisy(index: int, *, look: Look | None, **values: object) -> LiveFrame:
    """A still camera's frame, painted with strokes that dance."""
    dance = np.random.default_rng(index).integers(0, 255, GREY.shape, np.uint8)
    frame = arrived(replace(live_frame(0), index=index))
    return replace(frame, picture=dance, look=look, state=Fixed(**values).state)


def test_a_still_camera_gives_a_still_picture() -> None:
    finishing, look = LiveFinishing(detail=0.0), Look(DARK, 1.0, False)
    first, second, third = (
        finishing(noisy(index, look=look, stabilise=level)).rgb.astype(int)
        for index, level in enumerate((1.0, 1.0, 0.0))
    )
    assert np.abs(second - first).mean() < 0.2 * np.abs(third - second).mean()


def test_a_change_of_style_is_not_held_back() -> None:
    finishing = LiveFinishing(detail=0.0)
    finishing(noisy(0, look=Look(DARK, 1.0, False), stabilise=1.0))
    changed = noisy(1, look=Look(LIGHT, 1.0, False), stabilise=1.0)
    assert np.array_equal(finishing(changed).rgb, changed.rgb)


def test_a_source_fades_on_while_styles_change() -> None:
    scene = np.random.default_rng(0).integers(40, 220, GREY.shape).astype(np.uint8)
    looks = [Look(mixture, 1.0, False) for mixture in (DARK, LIGHT)]

    def finished(changes: bool) -> list[LiveFrame]:
        finishing = LiveFinishing(detail=0.0)
        return [
            finishing(
                replace(
                    arrived(live_frame(index).with_picture((scene * share).astype(np.uint8))),
                    picture=np.full_like(scene, 255),
                    look=looks[changes and index % 2],
                )
            )
            for index, share in enumerate(np.linspace(1, 0.3, 20))
        ]

    steady, changing = finished(changes=False), finished(changes=True)
    assert steady[-1].rgb.mean() < 200
    for one, other in zip(steady, changing, strict=True):
        assert np.array_equal(one.rgb, other.rgb)


def test_what_was_not_painted_is_not_held_on_to() -> None:
    finishing, look = LiveFinishing(detail=0.0), Look(DARK, 1.0, False)
    finishing(noisy(0, look=look, stabilise=1.0))
    assert finishing(noisy(1, look=look, original=True)).rgb[1, 1, 0] == 128
    after = noisy(2, look=look, stabilise=1.0)
    assert np.array_equal(finishing(after).rgb, after.rgb)


def test_a_run_that_begins_frozen_has_a_picture_all_the_same() -> None:
    painting = Painting(Brightness(), CrossFade(DARK, most_parts=4), Fixed(freeze=True))
    assert LiveFinishing(detail=0.0)(painting(arrived(live_frame(0)))).rgb.max() == 50


def test_a_smaller_picture_is_brought_back_to_the_output_s_size() -> None:
    frame = arrived(live_frame(0))
    lined = replace(frame, original=GREY.copy(), picture=np.full((24, 32, 3), 90, np.uint8))
    lined.original[::2] = 60
    plain, detailed = (LiveFinishing(detail=amount)(lined).rgb for amount in (0.0, 1.0))
    assert plain.shape == detailed.shape == (48, 64, 3)
    assert np.ptp(plain) == 0
    assert np.ptp(detailed) > 30
    large = replace(frame, picture=np.full((96, 128, 3), 9, np.uint8))
    assert LiveFinishing(detail=1.0)(large).rgb.shape == (48, 64, 3)


def test_two_styles_by_mask_and_the_source_outside_of_one() -> None:
    def painted(index: int, **values: object) -> LiveFrame:
        painting = Painting(
            Brightness(), CrossFade(DARK, most_parts=4), Fixed(**values), outside=LIGHT
        )
        return painting(arrived(live_frame(index)))

    finishing = LiveFinishing(detail=0.0, mask=lower_half())
    picture = finishing(painted(0)).rgb
    assert (picture[:24] == 200).all()
    assert (picture[24:] == 50).all()
    assert (finishing(painted(1, original=True)).rgb[1:] == GREY[1:]).all()
    alone = Painting(Brightness(), CrossFade(DARK, most_parts=4), Fixed())
    picture = finishing(alone(arrived(live_frame(2)))).rgb
    assert (picture[1:24] == 128).all()
    assert (picture[24:] == 50).all()


def lower_half() -> Mask:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[24:] = 255

    def moments() -> Moments:
        yield Fraction(0), picture

    return Mask(moments())


@pytest.mark.parametrize(
    ("camera", "cap", "seen"), [(30, 20, 20), (30, 30, 30), (30, 12, 12), (25, 60, 25)]
)
def test_the_rate_cap_lets_frames_through_evenly(camera: int, cap: int, seen: int) -> None:
    generator = np.random.default_rng(0)
    moments = np.arange(10 * camera) / camera + generator.normal(0, 0.001, 10 * camera)
    capped = RateCap([live_frame(i, captured=float(m)) for i, m in enumerate(moments)], rate=cap)
    kept = [frame.captured or 0.0 for frame in capped]
    assert len(kept) == pytest.approx(10 * seen, abs=2)
    assert capped.dropped == 10 * camera - len(kept)
    assert max(np.diff(kept)) < 1.6 * max(1 / cap, 1 / camera)


def stages(painter: Brightness, fade: CrossFade, background: Background) -> Sequence[Stage]:  # type: ignore[type-arg]
    return [
        Stage.each("preprocess", arrival(background)),
        Stage.each("model", Painting(painter, fade, Fixed())),
        Stage.each("finish", LiveFinishing(detail=0.0)),
    ]


def test_no_frame_waits_for_a_style_that_is_being_encoded(background: Background) -> None:
    """Frames come and go while the encoder is at work; the first one after it shows the style."""
    painter = Brightness()
    styles = LiveStyles(
        [StyleWish("50.0")],
        painter=painter,
        resolve=lambda wish: Style(name=wish.text),
        background=background,
    )
    changed = Event()

    def before(index: int) -> None:
        if index == 10:
            painter.may_encode.clear()
            styles.paint_with([StyleWish("200.0")], seconds=0, asked=0)
            background.soon(changed.set)
        elif index == 30:
            painter.may_encode.set()
            assert changed.wait(PATIENCE)

    lockstep = Lockstep(40, before=before)
    pipeline = Pipeline(
        lockstep,
        stages(painter, styles.fade, background),
        lockstep,
        capacity=1,
        policy=Policy.DROP_OLDEST,
    )
    figures = pipeline.run()
    levels = [frame.rgb[0, 0, 0] for frame in lockstep.frames]
    assert levels == [50] * 30 + [200] * 10
    assert [stage.dropped for stage in figures.stages] == [0] * 5


def test_two_hundred_changes_of_style_lose_no_frame(background: Background) -> None:
    painter, encoded = Brightness(), Event()
    styles = LiveStyles(
        [StyleWish(f"{level}.0") for level in (0, 100, 200)],
        painter=painter,
        resolve=lambda wish: Style(name=wish.text),
        background=background,
    )
    styles.preload()
    background.soon(encoded.set)
    assert encoded.wait(PATIENCE)

    def before(index: int) -> None:
        if index % 3 == 2:
            styles.step(1, seconds=0.001, asked=0)

    lockstep = Lockstep(600, before=before)
    Pipeline(
        lockstep,
        stages(painter, styles.fade, background),
        lockstep,
        capacity=1,
        policy=Policy.DROP_OLDEST,
    ).run()
    assert [frame.index for frame in lockstep.frames] == list(range(600))
    assert len({id(frame.change) for frame in lockstep.frames}) == 201


def test_a_slow_network_gets_the_newest_frame_not_the_next(background: Background) -> None:
    """So the latency is that of one frame, however long the network takes."""
    painter, arrivals = Brightness(), 50
    all_arrived = Event()
    arrive = arrival(background)

    def arrive_and_tell(frame: Frame) -> LiveFrame:
        if frame.index == arrivals - 1:
            all_arrived.set()
        return arrive(frame)

    def source() -> Iterator[Frame]:
        yield live_frame(0)
        assert painter.paints.wait(PATIENCE)
        yield from (live_frame(index) for index in range(1, arrivals))
        assert all_arrived.wait(PATIENCE)
        painter.may_paint.set()

    painter.may_paint.clear()
    painting = Painting(painter, CrossFade(DARK, most_parts=4), Fixed())
    Pipeline(
        source(),
        [Stage.each("preprocess", arrive_and_tell), Stage.each("model", painting)],
        Lockstep(0),
        capacity=1,
        policy=Policy.DROP_OLDEST,
    ).run()
    assert painter.painted[0] == 0
    assert painter.painted[1] >= arrivals - 3
    assert painter.painted[-1] == arrivals - 1
