"""From names and paths to a stylizer."""

from pathlib import Path

import numpy as np
import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.loading import (
    DEFAULT_STYLES,
    StyleWish,
    build_command,
    chosen_styles,
    known_styles,
    load_stylizer,
    resolve_style,
    style_wishes,
)
from vidstyle.stylizers import Method, Style
from vidstyle.video.convert import Size
from vidstyle.video.pictures import write_picture
from vidstyle.weights.store import WeightStore


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


def test_a_style_from_python_is_taken_as_it_is() -> None:
    style = Style(name="mine", picture=np.zeros((8, 8, 3), np.uint8), share=0.7)
    (wish,) = style_wishes(style)
    assert (wish.label, wish.share) == ("mine", 0.7)
    assert resolve_style(wish, Method.ADAIN, WeightStore()) is style


def test_shares_are_not_lost_in_a_dict() -> None:
    with pytest.raises(UsageError, match=r"styles are a dict: give a list, with shares as in"):
        style_wishes({"great_wave": 0.7})


def test_a_colon_in_a_file_name_is_no_share(tmp_path: Path) -> None:
    path = tmp_path / "a:0.5"
    path.write_bytes(b"")
    assert StyleWish.parse(path) == StyleWish(str(path))


def test_results_of_training_are_called_by_their_folders() -> None:
    assert StyleWish("out/train/my/network.safetensors").label == "my"
    assert StyleWish("network.safetensors").label == "network"


def test_a_picture_is_no_network(tmp_path: Path) -> None:
    (tmp_path / "my.jpg").write_bytes(b"picture")
    with pytest.raises(UsageError, match=r"johnson takes names and checkpoints.*--method adain"):
        load_stylizer("johnson", styles=[str(tmp_path / "my.jpg")])


def test_a_folder_is_no_style(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a file: name a picture"):
        load_stylizer("adain", styles=[str(tmp_path)])


@pytest.mark.parametrize("share", ["much", "0", "-1", "inf", "nan"])
def test_a_wrong_share_is_one_clear_line(share: str) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        StyleWish.parse(f"starry.jpg:{share}")


def test_one_style_alone_need_not_be_in_a_list() -> None:
    ink = StyleWish("ink", 0.5)
    assert style_wishes("ink:0.5") == style_wishes(["ink:0.5"]) == style_wishes([ink]) == [ink]
    assert style_wishes(Path("a.jpg")) == [StyleWish("a.jpg")]


def test_a_size_may_be_given_as_text() -> None:
    sizes = [
        load_stylizer("adain", styles="ink", backend="eager", device="cpu", size=size)
        .stylize(np.zeros((1, 32, 48, 3), np.uint8))
        .shape
        for size in ("48x32", Size(48, 32))
    ]
    assert sizes == [(1, 32, 48, 3)] * 2
    with pytest.raises(UsageError, match="size 48 has no height"):
        load_stylizer("adain", styles="ink", size="48")


def test_the_command_that_builds_engines_names_the_networks_of_all_styles() -> None:
    wishes = [StyleWish("candy"), StyleWish("mosaic", 2.0)]
    command = build_command(Method.JOHNSON, wishes, "int8")
    assert command == (
        "vidstyle build-engine --method johnson --style candy --style mosaic --precision int8"
    )
    on_a_gpu = build_command(Method.ADAIN, wishes, "auto", device="cuda:1")
    assert on_a_gpu == "vidstyle build-engine --method adain --device cuda:1"


def test_a_missing_style_says_how_to_name_one() -> None:
    for method in ("adain-vgg19", "adain-timm", "gatys"):
        with pytest.raises(UsageError, match=rf"^{method} needs a style: --style picture\.jpg$"):
            load_stylizer(method)


@pytest.mark.parametrize("method", DEFAULT_STYLES)
def test_there_is_a_default_style_and_it_is_told(method: Method) -> None:
    told: list[str] = []
    wishes = chosen_styles((), method, on_message=told.append)
    (style,) = (resolve_style(wish, method, WeightStore()) for wish in wishes)
    assert told == [f"no style was given: {style.name} is taken (see --style, and vidstyle styles)"]
    assert chosen_styles("ink", method) == [StyleWish("ink")]


def test_networks_of_ones_own_have_no_default_style() -> None:
    assert chosen_styles((), Method.ADAIN, weights="own.safetensors") == []


def test_a_typo_in_a_path_suggests_the_nearest_file(tmp_path: Path) -> None:
    write_picture(tmp_path / "starry.jpg", np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(UsageError, match=r"no such style: .*stary\.jpg .*'starry\.jpg'"):
        load_stylizer("adain", styles=[tmp_path / "stary.jpg"])


@pytest.mark.parametrize(
    ("method", "typo", "name"),
    [("johnson", "cady", "candy"), ("adain", "stary_nigt", "starry_night")],
)
def test_a_typo_in_a_name_suggests_the_nearest_name(method: str, typo: str, name: str) -> None:
    with pytest.raises(UsageError, match=rf"no such style: {typo} \(did you mean '{name}'\?\)"):
        load_stylizer(method, styles=[typo])


@pytest.mark.parametrize(
    ("method", "name", "owner"),
    [
        ("adain", "candy", "johnson"),
        ("adain-vgg19", "venice_turner", "adain"),
        ("johnson", "venice_turner", "adain"),
    ],
)
def test_a_name_of_another_method_says_so(method: str, name: str, owner: str) -> None:
    with pytest.raises(UsageError, match=f"{name}' is a style of {owner}: add --method {owner}"):
        load_stylizer(method, styles=[name])


def test_a_named_style_needs_no_picture_and_a_file_of_its_name_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = resolve_style(StyleWish.parse("starry_night:2"), Method.ADAIN, WeightStore())
    assert (named.name, named.share, named.picture) == ("starry_night", 2, None)
    assert named.code is not None

    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "a.png", np.full((8, 8, 3), 7, np.uint8))
    (tmp_path / "a.png").rename("starry_night")
    own = resolve_style(StyleWish.parse("starry_night"), Method.ADAIN, WeightStore())
    assert own.code is None
    assert own.picture is not None


def test_missing_weights_say_where_to_put_them() -> None:
    with pytest.raises(VidstyleError, match=r"put candy\.pth .* into"):
        load_stylizer("johnson", styles=["candy"])


def test_only_styles_with_weights_are_known(
    shared_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = {"candy", "mosaic_classic", "udnie"}
    assert published.isdisjoint(known_styles()[Method.JOHNSON])
    monkeypatch.setenv("VIDSTYLE_WEIGHTS", str(shared_weights))
    assert published <= set(known_styles()[Method.JOHNSON])
    assert "starry_night" in known_styles()[Method.ADAIN]
