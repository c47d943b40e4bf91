"""Renaming where the system refuses it for a moment, as Windows does."""

import os
from pathlib import Path

import pytest

from vidstyle.files import move, written_whole


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what could not be renamed at once: each of all things is refused once."""
    refused: list[str] = []
    replace = os.replace

    def refuse_once(source: Path, target: Path) -> None:
        if source.name not in refused:
            refused.append(source.name)
            raise PermissionError
        replace(source, target)

    monkeypatch.setattr(os, "rename", refuse_once)
    monkeypatch.setattr(os, "replace", refuse_once)
    return refused


def test_a_folder_is_moved_when_a_scanner_lets_go_of_it(
    tmp_path: Path, refusals: list[str]
) -> None:
    (tmp_path / "new").mkdir()
    move(tmp_path / "new", tmp_path / "final")
    assert refusals == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["final"]


def test_a_file_is_replaced_when_its_reader_lets_go_of_it(
    tmp_path: Path, refusals: list[str]
) -> None:
    final = tmp_path / "final"
    final.write_text("old")
    with written_whole(final) as partial:
        partial.write_text("new")
    assert len(refusals) == 1
    assert final.read_text() == "new"
