"""Reports of runs."""

import json
from importlib import metadata
from pathlib import Path

import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.report import check_report, made_with, write_report


def test_a_report_replaces_a_report(tmp_path: Path) -> None:
    for frames in (1, 2):
        check_report(tmp_path / "run.json")
        write_report(tmp_path / "run.json", {"frames": frames})
    assert json.loads((tmp_path / "run.json").read_text())["frames"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize("name", ["in.mp4", "in.png", "notes", "folder", "folder.json"])
def test_a_report_takes_the_place_of_nothing_else(tmp_path: Path, name: str) -> None:
    for folder in ("folder", "folder.json"):
        (tmp_path / folder).mkdir()
    with pytest.raises(UsageError, match=rf"{name} is no name for a report: .* ending in \.json"):
        check_report(tmp_path / name)


def test_a_package_that_is_absent_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "openvino":
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(metadata, "version", version)
    assert "torch" in made_with()
    assert "openvino" not in made_with()


def test_a_report_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing does not exist"):
        check_report(tmp_path / "missing" / "run.json")


def test_what_is_done_is_told_where_its_report_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(VidstyleError, match=r"cannot write .* \(out\.mp4 is complete\)"):
        write_report(tmp_path / "run.json", {}, done="out.mp4")


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(VidstyleError, match=r"cannot write .*run\.json"):
        write_report(tmp_path / "run.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
