"""The list of styles of a live run, and changes from one to another."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.cross_fade import Mixture
from vidstyle.runs.live.painter import Painter, Picture
from vidstyle.runs.live.styles import LiveStyles
from vidstyle.runs.loading import StyleWish
from vidstyle.stylizers import Style


class NamePainter(Painter):
    """What it keeps of a style is its name; it can be told to take its time."""

    most_parts = 4
    info = "names"

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.may_encode = Event()
        self.may_encode.set()

    def encode(self, style: Style) -> str:
        assert self.may_encode.wait(10)
        self.encoded.append(style.name)
        return style.name

    def prepare(self, *, height: int, width: int) -> None:
        raise AssertionError

    def paint(self, picture: Picture, mixture: Mixture, *, strength: float) -> Picture:
        raise AssertionError


class Stage:
    """Styles with all that is around them."""

    def __init__(self, *wishes: str | Style) -> None:
        self.complaints: list[BaseException] = []
        self.background = Background("test", on_error=self.complaints.append)
        self.painter = NamePainter()
        self.missing: set[str] = set()
        self.styles = LiveStyles(
            [StyleWish.parse(wish) for wish in wishes],
            painter=self.painter,
            resolve=self.resolve,
            background=self.background,
        )

    def resolve(self, wish: StyleWish) -> Style:
        if wish.text in self.missing:
            raise VidstyleError(f"no such style: {wish.text}")
        return wish.given or Style(name=wish.text, share=wish.share)

    def wait(self) -> None:
        """Until all that was asked for is done."""
        done = Event()
        self.background.soon(done.set)
        assert done.wait(10)

    def painted(self) -> dict[str, float]:
        """What is painted with once the fade is over."""
        return dict(self.styles.fade.at(0.0).parts)

    def paint_with(self, *wishes: str) -> None:
        parsed = [StyleWish.parse(wish) for wish in wishes]
        self.styles.paint_with(parsed, seconds=0, asked=0)

    def step(self, steps: int) -> None:
        self.styles.step(steps, seconds=0, asked=0)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage("a", "art/b.jpg", "c")
    yield stage
    stage.background.close(timeout=10)


def test_the_first_of_the_list_comes_first(stage: Stage) -> None:
    assert stage.painted() == {"a": 1}
    assert stage.styles.label == "a"
    assert stage.painter.encoded == ["a"]


@pytest.mark.parametrize(
    ("first", "second", "shares"),
    [("a:3", "b:1", (0.75, 0.25)), ("a:1", "b:1", (0.5, 0.5)), ("a", "b:3", (0.25, 0.75))],
)
def test_with_shares_the_mix_comes_first(
    first: str, second: str, shares: tuple[float, float]
) -> None:
    stage = Stage(first, second)
    assert stage.painted() == dict(zip("ab", shares, strict=True))
    assert stage.styles.label == "a + b"
    stage.background.close(timeout=10)


def test_steps_go_round(stage: Stage) -> None:
    seen = []
    for steps in (1, 1, 1, -1, -1):
        stage.step(steps)
        stage.wait()
        seen.append(stage.styles.label)
    assert seen == ["b", "c", "a", "c", "b"]


def test_a_style_is_picked_by_path_name_or_number(stage: Stage) -> None:
    for wish, label in [("art/b.jpg", "b"), ("c", "c"), ("b", "b"), ("1", "a"), ("new.jpg", "new")]:
        stage.paint_with(wish)
        stage.wait()
        assert stage.styles.label == label
    stage.step(1)
    stage.wait()
    assert stage.styles.label == "b"


@pytest.mark.parametrize("wish", ["2", "of-it.pth"])
def test_a_style_from_python_is_picked_as_it_is(wish: str) -> None:
    stage = Stage("a", Style(name="mine", checkpoint=Path("of-it.pth")))
    stage.paint_with(wish)
    stage.wait()
    assert stage.painter.encoded == ["a", "mine"]
    stage.background.close(timeout=10)


def test_the_list_is_encoded_once_others_each_time(stage: Stage) -> None:
    stage.styles.preload()
    for wish in ("c", "new", "a", "new"):
        stage.paint_with(wish)
        stage.wait()
    assert sorted(stage.painter.encoded) == ["a", "art/b.jpg", "c", "new", "new"]


def test_one_that_cannot_be_had_leaves_the_one_before_it(stage: Stage) -> None:
    stage.missing = {"nonsense"}
    stage.painter.may_encode.clear()
    stage.step(1)
    stage.paint_with("nonsense")
    stage.painter.may_encode.set()
    stage.wait()
    assert stage.painted() == {"art/b.jpg": 1}
    assert [str(complaint) for complaint in stage.complaints] == ["no such style: nonsense"]


def test_what_is_encoded_is_taken_at_once(stage: Stage) -> None:
    stage.styles.preload()
    stage.wait()
    stage.painter.may_encode.clear()
    stage.step(1)
    assert stage.painted() == {"art/b.jpg": 1}
    stage.painter.may_encode.set()


def test_what_is_not_is_taken_once_it_is_encoded(stage: Stage) -> None:
    stage.painter.may_encode.clear()
    stage.paint_with("new")
    assert stage.painted() == {"a": 1}
    stage.painter.may_encode.set()
    stage.wait()
    assert stage.painted() == {"new": 1}


def test_a_style_that_was_long_in_coming_does_not_replace_a_later_wish(stage: Stage) -> None:
    stage.painter.may_encode.clear()
    stage.paint_with("slow")
    stage.paint_with("a")
    stage.painter.may_encode.set()
    stage.wait()
    assert stage.painted() == {"a": 1}


def test_a_mix_has_its_shares(stage: Stage) -> None:
    stage.paint_with("a:1", "3:3")
    stage.wait()
    assert stage.painted() == {"a": 0.25, "c": 0.75}


def test_a_mix_of_nothing_is_of_the_present_style_and_the_next(stage: Stage) -> None:
    stage.step(-1)
    stage.paint_with()
    stage.wait()
    assert stage.painted() == {"c": 0.5, "a": 0.5}


def test_what_cannot_be_had_is_told_and_changes_nothing(stage: Stage) -> None:
    stage.missing = {"art/b.jpg"}
    stage.step(1)
    stage.wait()
    assert stage.painted() == {"a": 1}
    assert [str(complaint) for complaint in stage.complaints] == ["no such style: art/b.jpg"]
    stage.step(1)
    stage.wait()
    assert stage.painted() == {"c": 1}


def test_numbers_out_of_the_list_are_refused(stage: Stage) -> None:
    for number in ("0", "4", "9" * 5000):
        with pytest.raises(UsageError, match=f"no style {number}: the list has 3"):
            stage.paint_with(number)


def test_a_list_of_one_has_nothing_to_step_to() -> None:
    stage = Stage("a")
    with pytest.raises(UsageError, match="no other style"):
        stage.step(1)
    with pytest.raises(UsageError, match="no other style"):
        stage.paint_with()
    stage.background.close(timeout=10)
