"""Pictures, one by one."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vidstyle.errors import InterruptedRunError, UsageError, VidstyleError
from vidstyle.runs.image import stylize_image
from vidstyle.stylizers import Style
from vidstyle.video.pictures import read_picture, read_with_opacity, write_picture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    picture = np.random.default_rng(0).integers(0, 255, (20, 30, 3), np.uint8)
    write_picture(tmp_path / "photo.png", picture)
    return tmp_path / "photo.png"


def test_one_picture_to_a_name(photo: Path, tmp_path: Path) -> None:
    result = stylize_image(photo, tmp_path / "out.png", method="identity")
    assert result.outputs == (tmp_path / "out.png",)
    np.testing.assert_array_equal(read_picture(tmp_path / "out.png"), read_picture(photo))


def test_the_default_name_lies_beside_the_picture(photo: Path) -> None:
    (output,) = stylize_image(photo, method="identity").outputs
    assert output == photo.with_name("photo-identity.png")


def test_folders_and_pictures_into_a_folder(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for index in range(2):
        write_picture(tmp_path / "more" / f"{index}.jpg", np.zeros((9, 7, 3), np.uint8))
    stylize_image([photo, tmp_path / "more"], tmp_path / "out", method="identity")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["0.jpg", "1.jpg", "photo.png"]


def test_a_size_is_kept_to(photo: Path, tmp_path: Path) -> None:
    stylize_image(photo, tmp_path / "out.png", method="identity", output_size="40")
    assert read_picture(tmp_path / "out.png").shape == (40, 60, 3)


def test_a_style_is_never_written_over(photo: Path, tmp_path: Path) -> None:
    style = tmp_path / "style.png"
    style.write_bytes(photo.read_bytes())
    with pytest.raises(UsageError, match=r"style\.png is an input itself"):
        stylize_image(photo, style, styles=[style], overwrite=True)


def test_a_style_may_be_an_array(photo: Path, tmp_path: Path) -> None:
    style = Style(name="mine", picture=np.full((40, 40, 3), 90, np.uint8))
    write_picture(tmp_path / "grey.png", np.full((40, 40, 3), 90, np.uint8))
    (output,) = stylize_image(photo, styles=[style], backend="eager").outputs
    assert output == photo.with_name("photo-mine.png")
    (expected,) = stylize_image(photo, styles=[tmp_path / "grey.png"], backend="eager").outputs
    np.testing.assert_array_equal(read_picture(output), read_picture(expected))


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
def test_what_is_transparent_stays_so(photo: Path, tmp_path: Path, suffix: str) -> None:
    clear = np.full((20, 30), 255, np.uint8)
    clear[:, :15] = 0
    write_picture(photo, read_picture(photo), clear)
    target = tmp_path / f"out{suffix}"
    result = stylize_image(photo, target, method="identity", output_size="40")
    _, opacity = read_with_opacity(target)
    assert opacity is not None
    assert opacity.shape == (40, 60)
    assert (opacity[:, :28].max(), opacity[:, 32:].min()) == (0, 255)
    assert result.notes == ()


def test_it_is_told_where_nothing_can_be_transparent(photo: Path, tmp_path: Path) -> None:
    write_picture(photo, read_picture(photo), np.full((20, 30), 99, np.uint8))
    result = stylize_image(photo, tmp_path / "out.jpg", method="identity")
    (note,) = result.notes
    assert "out.jpg is not transparent as photo.png is" in note
    assert result.failed == 0


def test_the_network_may_work_smaller_and_nothing_else_does(photo: Path, tmp_path: Path) -> None:
    stylize_image(photo, tmp_path / "small.png", method="identity", size="16", detail=0.0)
    stylize_image(photo, tmp_path / "crisp.png", method="identity", size="16", detail=1.0)
    source, small, crisp = (
        read_picture(path).astype(int)
        for path in (photo, tmp_path / "small.png", tmp_path / "crisp.png")
    )
    assert small.shape == crisp.shape == source.shape
    assert np.abs(crisp - source).mean() < 0.9 * np.abs(small - source).mean()


@pytest.mark.parametrize("inverted", [False, True])
def test_a_mask_of_any_size_says_where_the_style_goes(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inverted: bool
) -> None:
    monkeypatch.setattr(
        "vidstyle.stylizers.identity.Identity.stylize", lambda _, frames: np.full_like(frames, 9)
    )
    mask = np.zeros((15, 31, 3), np.uint8)
    mask[:, 16:] = 255
    write_picture(tmp_path / "mask.png", mask)
    stylize_image(
        photo,
        tmp_path / "out.png",
        method="identity",
        mask=tmp_path / "mask.png",
        invert_mask=inverted,
    )
    result, source = read_picture(tmp_path / "out.png"), read_picture(photo)
    kept, painted = (slice(16, None), slice(0, 14)) if inverted else (slice(0, 14), slice(16, None))
    np.testing.assert_array_equal(result[:, kept], source[:, kept])
    assert (result[:, painted] == 9).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detail": -1.0}, "detail -1 must be from 0"),
        ({"mask": "nowhere.png"}, r"no such mask: nowhere\.png"),
        ({"invert_mask": True}, "--invert-mask needs a mask"),
        ({"styles_outside": ["candy"]}, "--style-outside needs a mask"),
    ],
)
def test_a_wrong_argument_is_one_line(
    photo: Path, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        stylize_image(photo, tmp_path / "out.png", method="identity", **options)
    assert not (tmp_path / "out.png").exists()


def test_a_broken_picture_does_not_stop_the_others(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    result = stylize_image(
        [tmp_path / "broken.jpg", photo],
        tmp_path / "out",
        method="identity",
        report=tmp_path / "run.json",
    )
    assert (len(result.outputs), result.failed) == (1, 1)
    assert "broken.jpg is not a picture" in result.notes[0]
    assert json.loads((tmp_path / "run.json").read_text())["failed"] == 1


def test_nothing_readable_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(VidstyleError, match=r"broken\.jpg is not a picture"):
        stylize_image(tmp_path / "broken.jpg", tmp_path / "out.png", method="identity")
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("photo.png", "is an input itself"),
        ("taken.png", "add --overwrite"),
        ("missing/out.png", "does not exist"),
        ("out.mp4", "cannot write"),
        ("-", "'-' is no place to write to"),
        ("plain", "is a file: choose another name"),
    ],
)
def test_a_place_that_cannot_work_is_refused(
    photo: Path, tmp_path: Path, output: str, message: str
) -> None:
    for name in ("taken.png", "plain"):
        (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(UsageError, match=message):
        stylize_image(photo, tmp_path / output, method="identity")
    assert (tmp_path / "taken.png").read_bytes() == b"mine"


def test_an_empty_name_is_not_the_present_folder() -> None:
    with pytest.raises(UsageError, match="the name of the picture is empty: give one"):
        stylize_image("", method="identity")


def test_two_pictures_of_one_name_are_refused(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    write_picture(tmp_path / "more" / "photo.png", np.zeros((9, 7, 3), np.uint8))
    with pytest.raises(UsageError, match="same name"):
        stylize_image([photo, tmp_path / "more"], tmp_path / "out", method="identity")


@pytest.mark.parametrize("what", ["empty", "missing"])
def test_an_input_without_pictures_is_refused(tmp_path: Path, what: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"no such picture|no pictures"):
        stylize_image(tmp_path / what, method="identity")


def test_no_result_replaces_another_input(photo: Path, tmp_path: Path) -> None:
    other = photo.rename(tmp_path / "photo-identity.png")
    write_picture(photo, np.zeros((9, 7, 3), np.uint8))
    before = other.read_bytes()
    with pytest.raises(UsageError, match=r"photo-identity\.png is an input itself"):
        stylize_image([photo, other], method="identity", overwrite=True)
    assert other.read_bytes() == before


def test_what_ends_in_a_slash_is_a_folder(photo: Path, tmp_path: Path) -> None:
    stylize_image(photo, f"{tmp_path}/out.d/", method="identity")
    assert [path.name for path in (tmp_path / "out.d").iterdir()] == ["photo.png"]


def test_a_new_folder_is_made_once_all_else_is_well(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such style"):
        stylize_image(photo, tmp_path / "out", styles=["nosuch"])
    assert not (tmp_path / "out").exists()


def test_a_kind_that_cannot_be_written_becomes_png(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(photo.read_bytes())
    beside = stylize_image(tmp_path / "a.gif", method="identity").outputs
    inside = stylize_image([photo, tmp_path / "a.gif"], tmp_path / "out", method="identity").outputs
    assert [path.name for path in beside + inside] == ["a-identity.png", "photo.png", "a.png"]


def test_a_name_that_cannot_be_written_is_told_before_anything_else(
    photo: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"cannot write '.*a\.gif': name a picture"):
        stylize_image(photo, tmp_path / "a.gif", styles=["nosuch"])


def test_a_folder_that_cannot_be_written_is_refused(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    for output in (None, tmp_path / "out.png", tmp_path, tmp_path / "new"):
        with pytest.raises(UsageError, match="cannot be written to"):
            stylize_image(photo, output, method="identity", overwrite=True)


def test_ctrl_c_keeps_what_is_complete_and_says_so(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses = iter([True])

    def press(_: object, frames: np.ndarray) -> np.ndarray:
        if next(presses, False):
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.3)  # Longer than the run needs to see it.
        return frames

    monkeypatch.setattr("vidstyle.stylizers.identity.Identity.stylize", press)
    paths = [tmp_path / f"{number}.png" for number in range(30)]
    for path in paths:
        path.write_bytes(photo.read_bytes())
    result = stylize_image(paths, tmp_path / "out", method="identity", report=tmp_path / "run.json")
    assert result.interrupted
    assert 0 < len(result.outputs) < 30
    assert json.loads((tmp_path / "run.json").read_text())["interrupted"]


def test_ctrl_c_before_the_first_picture_is_not_called_a_failure_to_read(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.3)  # Longer than the run needs to see it.
        return read_with_opacity(path)

    monkeypatch.setattr("vidstyle.runs.picture_jobs.read_with_opacity", press)
    with pytest.raises(InterruptedRunError, match="before the first picture was finished"):
        stylize_image(photo, tmp_path / "out.png", method="identity")
