"""An MP4 file that was cut off anywhere plays up to there, and promises no more."""

import shutil
from pathlib import Path

import pytest

from tests.video.making import times_of
from tests.video.test_recording_sink import kinds_of_boxes, record
from vidstyle.video.fragments import cut_to_whole_fragments


@pytest.fixture(scope="module")
def unfinished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is on the disk in the middle of a recording."""
    folder = tmp_path_factory.mktemp("unfinished")
    sink = record(folder / "out.mp4", 60)
    (partial,) = folder.iterdir()
    shutil.copy(partial, folder / "copy.mp4")
    sink.abort()
    return folder / "copy.mp4"


def test_whole_files_are_left_alone(tmp_path: Path, unfinished: Path) -> None:
    record(tmp_path / "whole.mp4", 60).close()
    for path in (tmp_path / "whole.mp4", unfinished):
        before = path.read_bytes()
        cut_to_whole_fragments(path)
        assert path.read_bytes() == before


def test_a_file_cut_off_anywhere_plays(tmp_path: Path, unfinished: Path) -> None:
    data = unfinished.read_bytes()
    second_fragment = data.index(b"moof", data.index(b"moof") + 4) - 4
    times = times_of(unfinished)
    played = 12
    for length in (*range(second_fragment, len(data), 97), *range(len(data) - 20, len(data) + 1)):
        path = tmp_path / "cut.mp4"
        path.write_bytes(data[:length])
        cut_to_whole_fragments(path)
        assert kinds_of_boxes(path)[-1] == b"mdat"
        left = times_of(path)
        assert left == times[: len(left)]
        assert len(left) >= played
        played = len(left)
    assert played == len(times)


def test_what_is_no_box_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(b"\0\0\0\x0cfreexxxx" + b"\0\0\0")
    cut_to_whole_fragments(path)
    assert path.read_bytes() == b"\0\0\0\x0cfreexxxx"


def test_sizes_of_64_bits_and_none(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    long = b"\0\0\0\x01free" + (20).to_bytes(8, "big") + b"xxxx"
    to_the_end = b"\0\0\0\0mdat" + b"x" * 50
    for data in (long, long + to_the_end):
        path.write_bytes(data)
        cut_to_whole_fragments(path)
        assert path.read_bytes() == data
