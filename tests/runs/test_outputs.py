"""Where a run's output goes."""

import os
from pathlib import Path

import pytest

from vidstyle.errors import UsageError
from vidstyle.runs.outputs import Output, plan_output
from vidstyle.video.codecs import Codec


def plan(source: Path, wanted: str | Path | None = None, codec: Codec | None = None) -> Output:
    return plan_output(source, wanted, codec=codec, label="starry", overwrite=False)


@pytest.mark.parametrize(
    ("source", "codec", "expected"),
    [
        ("in.mp4", None, Output(Path("in-starry.mp4"), Codec.H264)),
        ("in.mkv", None, Output(Path("in-starry.mkv"), Codec.H264)),
        ("in.webm", None, Output(Path("in-starry.webm"), Codec.VP9)),
        ("in.gif", None, Output(Path("in-starry.gif"), Codec.GIF)),
        ("in.avi", None, Output(Path("in-starry.mp4"), Codec.H264)),
        ("in.TS", None, Output(Path("in-starry.mp4"), Codec.H264)),
        ("in", None, Output(Path("in-starry.mp4"), Codec.H264)),
        ("my%20dog.mp4", None, Output(Path("my%20dog-starry.mp4"), Codec.H264)),
        ("in.mp4", Codec.PRORES, Output(Path("in-starry.mov"), Codec.PRORES)),
        ("in.mp4", Codec.GIF, Output(Path("in-starry.gif"), Codec.GIF)),
        ("in.mp4", Codec.PNG, Output(Path("in-starry"), Codec.PNG)),
    ],
)
def test_a_name_beside_the_input(
    tmp_path: Path, source: str, codec: Codec | None, expected: Output
) -> None:
    output = plan(tmp_path / source, codec=codec)
    assert output == Output(tmp_path / expected.path, expected.codec)


@pytest.mark.parametrize("name", ["frames", "frames.v2"])
def test_a_folder_of_pictures_becomes_a_folder_beside_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert plan(tmp_path / name) == Output(tmp_path / f"{name}-starry", Codec.PNG)


@pytest.mark.parametrize(("source", "within"), [(".", "frames"), ("..", "frames/inside")])
def test_the_folder_around_has_a_name_too(
    tmp_path: Path, source: str, within: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / within).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / within)
    assert plan(Path(source)) == Output(tmp_path / "frames-starry", Codec.PNG)


def test_what_ends_in_a_slash_is_a_folder(tmp_path: Path) -> None:
    assert plan(tmp_path / "in.mp4", f"{tmp_path}/out.d/") == Output(tmp_path / "out.d", Codec.PNG)


def test_a_folder_of_pictures_becomes_a_video_where_a_codec_is_named(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    expected = Output(tmp_path / "frames-starry.mp4", Codec.HEVC)
    assert plan(tmp_path / "frames", codec=Codec.HEVC) == expected


@pytest.mark.parametrize(
    ("name", "codec", "message"),
    [
        ("out.xyz", None, "use a name that ends in"),
        ("out.webm", Codec.H264, r"h264 does not go into \.webm files: write to \.mp4"),
        ("out.mp4", Codec.GIF, r"gif does not go into \.mp4 files"),
        ("missing/out.mp4", None, "does not exist"),
        ("-", None, "'-' is no place to write to"),
        ("x" * 250 + ".mp4", None, "File name too long: choose another"),
    ],
)
def test_a_place_that_cannot_work_is_refused(
    tmp_path: Path, name: str, codec: Codec | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        plan(tmp_path / "in.mp4", tmp_path / name, codec)


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "in.mp4"
    source.write_bytes(b"x")
    (tmp_path / "link.mp4").symlink_to(source)
    for same in (source, tmp_path / "." / "in.mp4", tmp_path / "link.mp4"):
        with pytest.raises(UsageError, match="is the input itself"):
            plan_output(source, same, codec=None, label="x", overwrite=True)


def test_what_else_is_read_is_never_overwritten(tmp_path: Path) -> None:
    for name in ("in.mp4", "mask.mp4"):
        (tmp_path / name).write_bytes(b"video")
    with pytest.raises(UsageError, match=r"mask\.mp4 is read by this run"):
        plan_output(
            tmp_path / "in.mp4",
            tmp_path / "mask.mp4",
            codec=None,
            label="x",
            overwrite=True,
            also_read=[tmp_path / "mask.mp4"],
        )


@pytest.mark.parametrize("source", ["frames", "frames/%06d.png", "frames/*.png"])
@pytest.mark.parametrize("output", ["frames", "frames/%06d.png"])
def test_pictures_are_never_written_over_their_sources(
    tmp_path: Path, source: str, output: str
) -> None:
    (tmp_path / "frames").mkdir()
    with pytest.raises(UsageError, match="is the input itself"):
        plan_output(
            tmp_path / source, tmp_path / output, codec=None, label="starry", overwrite=True
        )


@pytest.mark.parametrize(("name", "codec"), [("plain", None), ("out.mp4", Codec.PNG)])
def test_a_file_never_becomes_a_folder(tmp_path: Path, name: str, codec: Codec | None) -> None:
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(UsageError, match="is a file: choose another name"):
        plan_output(
            tmp_path / "in.mp4", tmp_path / name, codec=codec, label="starry", overwrite=True
        )


def test_an_output_that_exists_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    taken = tmp_path / "out.mp4"
    taken.write_bytes(b"mine")
    with pytest.raises(UsageError, match="add --overwrite"):
        plan(tmp_path / "in.mp4", taken)
    assert plan_output(tmp_path / "in.mp4", taken, codec=None, label="x", overwrite=True) == Output(
        taken, Codec.H264
    )


def test_a_folder_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Permissions do not bind root, who runs the tests in a container.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(UsageError, match="cannot be written"):
        plan(tmp_path / "in.mp4", tmp_path / "out.mp4")


def test_of_a_folder_that_is_there_its_own_permission_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) == tmp_path / "open")
    assert plan(tmp_path / "in.mp4", tmp_path / "open").is_pictures
    with pytest.raises(UsageError, match="closed cannot be written to"):
        plan(tmp_path / "in.mp4", tmp_path / "closed")


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A device is lost where a file takes its name."""
    source = tmp_path / "in.mp4"
    source.touch()
    os.mkfifo(tmp_path / "out.mp4")
    with pytest.raises(UsageError, match=r"out\.mp4 is no file: choose another name"):
        plan_output(source, tmp_path / "out.mp4", codec=None, label="", overwrite=True)
    with pytest.raises(UsageError, match="the output's name is empty"):
        plan_output(source, "", codec=None, label="", overwrite=True)
