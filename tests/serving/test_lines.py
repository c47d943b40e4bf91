"""Commands from several threads."""

from collections.abc import Iterator

import pytest

from vidstyle.serving.lines import Lines


def test_lines_of_all_who_write_come_in_order() -> None:
    lines = Lines()
    lines.put("one")
    lines.put("two")
    reading = iter(lines)
    assert [next(reading), next(reading)] == ["one", "two"]


def test_another_iterable_is_read_and_its_end_is_not_the_end() -> None:
    lines = Lines()
    lines.feed(["one", "two"])
    reading = iter(lines)
    assert [next(reading), next(reading)] == ["one", "two"]
    lines.put("three")
    assert next(reading) == "three"


def test_what_it_raises_is_raised_to_the_reader() -> None:
    def broken() -> Iterator[str]:
        yield "one"
        raise OSError("gone")

    lines = Lines()
    lines.feed(broken())
    reading = iter(lines)
    assert next(reading) == "one"
    with pytest.raises(OSError, match="gone"):
        next(reading)
