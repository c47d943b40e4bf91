"""Lines of text and keys as commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.errors import UsageError
from vidstyle.runs.live.commands import (
    Amount,
    Command,
    PaintWith,
    Quit,
    Record,
    SetFade,
    SetStabiliser,
    SetStrength,
    Setting,
    SetView,
    StepStyle,
    Switch,
    TakeStill,
    Turn,
)
from vidstyle.runs.live.steering import KEYS, help_lines, parse_command
from vidstyle.runs.live.verbs import VERBS
from vidstyle.runs.loading import StyleWish
from vidstyle.video.views import View


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("next", StepStyle(1)),
        ("  Previous ", StepStyle(-1)),
        ("style candy", PaintWith((StyleWish("candy"),))),
        ("style my pictures/a b.jpg", PaintWith((StyleWish("my pictures/a b.jpg"),))),
        ("style 'a b.jpg'", PaintWith((StyleWish("a b.jpg"),))),
        ("style C:\\art\\a.jpg", PaintWith((StyleWish("C:\\art\\a.jpg"),))),
        ("mix", PaintWith()),
        ("mix a:0.5 b", PaintWith((StyleWish("a", 0.5), StyleWish("b", 1.0)))),
        (
            "mix 'a b.jpg:2' C:\\c.jpg",
            PaintWith((StyleWish("a b.jpg", 2.0), StyleWish("C:\\c.jpg"))),
        ),
        ("strength 0.7", SetStrength(Amount(0.7))),
        ("strength +0.1", SetStrength(Amount(0.1, relative=True))),
        ("strength -0.1", SetStrength(Amount(-0.1, relative=True))),
        ("fade 2.5", SetFade(Amount(2.5))),
        ("color on", Turn(Setting.COLOR, Switch.ON)),
        ("colour off", Turn(Setting.COLOR, Switch.OFF)),
        ("original", Turn(Setting.ORIGINAL, Switch.TOGGLE)),
        ("stabilise OFF", SetStabiliser(Switch.OFF)),
        ("stabilize 0.8", SetStabiliser(0.8)),
        ("stabilise", SetStabiliser(Switch.TOGGLE)),
        ("still", TakeStill()),
        ("view split", SetView(View.SPLIT)),
        ("view toggle", SetView(None)),
        ("record", Record(Switch.TOGGLE)),
        ("quit", Quit()),
        ("strength\t 0.5", SetStrength(Amount(0.5, relative=False))),
    ],
)
def test_a_line_is_a_command(line: str, command: Command) -> None:
    assert parse_command(line) == command


def test_paths_are_taken_as_they_stand() -> None:
    still, record = parse_command("still out/a b.png"), parse_command('record on "my take.mp4"')
    assert isinstance(still, TakeStill)
    assert str(still.path) == "out/a b.png"
    assert isinstance(record, Record)
    assert (record.switch, str(record.path)) == (Switch.ON, "my take.mp4")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nxt", "no such command: 'nxt' (did you mean 'next'?)"),
        ("", "no such command: ''"),
        ("next 3", "'3' is too much (next)"),
        ("style", "which style is missing"),
        ("strength 2", "'2' is not a number from 0 to 1 (strength 0..1|+0.1|-0.1)"),
        ("strength nan", "'nan' is not a number"),
        ("strength much", "'much' is not a number"),
        ("fade inf", "'inf' is not a number from 0 to 60"),
        ("color maybe", "'maybe' is not one of on, off, toggle"),
        ("stabilise 1.5", "'1.5' is not a number from 0 to 1"),
        ("stabilise +0.1", "'+0.1' cannot be added"),
        ("view above", "'above' is not one of"),
        ("mix a:0 b", "'0' is not a share"),
        ("mix 'a b", "left open"),
        ("record off a.mp4", "'a.mp4' is too much"),
        ("quit now", "'now' is too much"),
    ],
)
def test_a_wrong_line_is_one_line_of_complaint(line: str, complaint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_command(line)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


@given(st.one_of(st.text(), st.builds("{} {}".format, st.sampled_from(VERBS), st.text())))
def test_whatever_is_written_is_a_command_or_a_complaint(line: str) -> None:
    try:
        command = parse_command(line)
    except UsageError:
        return
    assert isinstance(command, Command)


def test_every_key_stands_for_a_line_that_is_understood() -> None:
    assert all(isinstance(parse_command(line), Command) for line in KEYS.values())


def test_no_key_has_two_meanings() -> None:
    assert len(KEYS) == sum(len(verb.keys) for verb in VERBS)


def help_table() -> Iterator[str]:
    """Every verb, as the lines of a Markdown table."""
    yield "| line | keys | what it does |"
    yield "|---|---|---|"
    for verb in VERBS:
        usage = verb.usage.replace("|", "\\|")
        yield f"| `{usage}` | {verb.keys_label} | {verb.help} |"


def test_every_verb_has_a_key_and_stands_in_the_help() -> None:
    for verb, line in zip(VERBS, help_lines(), strict=True):
        assert verb.keys
        assert verb.usage in line


def test_the_documentation_has_the_same_table() -> None:
    documentation = Path(__file__).parents[3] / "docs" / "webcam.md"
    assert "\n".join(help_table()) in documentation.read_text()
