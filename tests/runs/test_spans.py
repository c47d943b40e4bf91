"""Times as users write them."""

from fractions import Fraction

import pytest

from vidstyle.errors import UsageError
from vidstyle.runs.spans import parse_span, parse_time
from vidstyle.video.source import Span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("12.5", Fraction(25, 2)),
        (".5", Fraction(1, 2)),
        ("1:02.5", Fraction(125, 2)),
        ("1:00:00", 3600),
        ("0:01:30.25", Fraction(361, 4)),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_times_are_exact(text: str, seconds: Fraction) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3", "1:2:3:4", "1e3", "nan", "1:.5:2", "9" * 20])
def test_a_wrong_time_is_one_clear_line(text: str) -> None:
    with pytest.raises(UsageError, match="is not a time"):
        parse_time(text)


def test_numbers_are_seconds() -> None:
    assert parse_span(0, 2.5) == Span(Fraction(0), Fraction(5, 2))


def test_either_end_may_be_open() -> None:
    assert parse_span(None, None) == Span()
    assert parse_span("1", None) == Span(Fraction(1), None)
    assert parse_span(None, "2") == Span(None, Fraction(2))


@pytest.mark.parametrize(("start", "end"), [("2", "2"), ("3", "2"), (None, "0")])
def test_an_end_before_the_start_is_refused(start: str | None, end: str) -> None:
    with pytest.raises(UsageError, match="not after the start"):
        parse_span(start, end)
