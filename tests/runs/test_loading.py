"""From names and paths to a stylizer."""

from pathlib import Path

import numpy as np
import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.loading import StyleWish, known_styles, load_stylizer
from vidstyle.stylizers import Method
from vidstyle.video.pictures import write_picture


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("starry.jpg", StyleWish("starry.jpg")),
        ("starry.jpg:0.7", StyleWish("starry.jpg", 0.7)),
        ("candy:2", StyleWish("candy", 2.0)),
        (r"C:\styles\starry.jpg", StyleWish(r"C:\styles\starry.jpg")),
    ],
)
def test_a_style_and_its_share(text: str, expected: StyleWish) -> None:
    assert StyleWish.parse(text) == expected


def test_a_colon_in_a_file_name_is_no_share(tmp_path: Path) -> None:
    path = tmp_path / "a:0.5"
    path.write_bytes(b"")
    assert StyleWish.parse(path) == StyleWish(str(path))


@pytest.mark.parametrize("share", ["much", "0", "-1", "inf", "nan"])
def test_a_wrong_share_is_one_clear_line(share: str) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        StyleWish.parse(f"starry.jpg:{share}")


def test_a_missing_style_says_how_to_name_one() -> None:
    with pytest.raises(UsageError, match=r"adain needs a style: --style picture\.jpg"):
        load_stylizer("adain")
    with pytest.raises(UsageError, match="johnson needs a style: --style candy or"):
        load_stylizer("johnson")


def test_a_typo_in_a_path_suggests_the_nearest_file(tmp_path: Path) -> None:
    write_picture(tmp_path / "starry.jpg", np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(UsageError, match=r"no such style: .*stary\.jpg .*'starry\.jpg'"):
        load_stylizer("adain", styles=[tmp_path / "stary.jpg"])


def test_a_typo_in_a_name_suggests_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"no such style: cady \(did you mean 'candy'\?\)"):
        load_stylizer("johnson", styles=["cady"])


def test_a_name_of_the_other_method_says_so() -> None:
    with pytest.raises(UsageError, match="candy' is a style of johnson: add --method johnson"):
        load_stylizer("adain", styles=["candy"])


def test_missing_weights_say_where_to_put_them() -> None:
    with pytest.raises(VidstyleError, match=r"put johnson_candy\.fp16\.safetensors .* into"):
        load_stylizer("johnson", styles=["candy"])


def test_only_styles_with_weights_are_known(
    shared_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert known_styles()[Method.JOHNSON] == []
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    assert known_styles()[Method.JOHNSON] == ["candy", "mosaic", "udnie"]
