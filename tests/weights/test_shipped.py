"""What lies in the package: whole, small enough, of one piece, and painting."""

import tomllib
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vidstyle.engines import open_eager
from vidstyle.stylizers import Method, Stylizer, make_stylizer
from vidstyle.stylizers.style import Style
from vidstyle.video.pictures import read_picture
from vidstyle.weights.manifest import SHIPPED, Manifest, WeightsEntry
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE, StyleCodes

CARDS = sorted(SHIPPED.glob("*.toml"))
ENTRIES = {path.stem: entry for path in CARDS for entry in Manifest.read(path).entries}
JOHNSON = [name for name in ENTRIES if name.startswith("johnson-")]
SAMPLES = Path(__file__).parents[2] / "samples"

LARGEST = 12 * 2**20
"""Bytes that everything may take."""


@pytest.fixture
def codes() -> StyleCodes:
    """Read as a run does, which refuses codes that belong to other weights."""
    found = StyleCodes.find(WeightStore())
    assert found is not None
    return found


def stylizer(method: Method) -> Stylizer:
    return make_stylizer(method, open_engine=partial(open_eager, device="cpu"))


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_each_file_is_the_one_of_its_card(entry: WeightsEntry) -> None:
    data = (SHIPPED / entry.file).read_bytes()

    assert (sha256(data).hexdigest(), len(data)) == (entry.sha256, entry.bytes)


def test_nothing_lies_there_without_a_card() -> None:
    files = list(SHIPPED.iterdir())

    assert {path.name for path in files} == {
        name for card in CARDS for name in (card.name, ENTRIES[card.stem].file)
    }
    assert sum(path.stat().st_size for path in files) <= LARGEST


@pytest.mark.parametrize("name", [ADAIN_LITE, *JOHNSON])
def test_each_network_tells_how_it_was_made(name: str) -> None:
    card = tomllib.loads((SHIPPED / f"{name}.toml").read_text())

    assert card["training"]["command"].startswith("vidstyle train configs/")
    assert len(card["training"]["commit"]) == 40
    assert card["training"]["steps"] > 0
    assert card["figures"]["multiply_adds_per_pixel"] <= 6_500
    assert card["figures"]["parameters_per_frame"] <= 1_500_000


def test_about_twenty_styles_have_a_name(codes: StyleCodes) -> None:
    card = tomllib.loads((SHIPPED / "adain-lite-styles.toml").read_text())

    assert len(codes.names) >= 20
    assert {"starry_night", "great_wave", "starry", "mosaic", "ink", "woodcut"} <= set(codes.names)
    assert set(card["works"]) == set(codes.names), "each is known to be in the public domain"


@pytest.mark.parametrize("name", ["mosaic", "woodcut"])
def test_a_code_belongs_to_its_picture(codes: StyleCodes, name: str) -> None:
    """Fitted codes wander: what they paint tells, not their numbers."""
    adain = stylizer(Method.ADAIN)
    frame = read_picture(SAMPLES / "starry.jpg")[np.newaxis, ::4, ::4]

    def painted(style: Style) -> NDArray[np.float32]:
        adain.set_style([style])
        return adain.stylize(frame).astype(np.float32)

    wanted = painted(Style(name=name, picture=read_picture(SAMPLES / f"{name}.jpg")))

    distances = {
        other: np.abs(painted(Style(name=other, code=codes.code(other))) - wanted).mean()
        for other in codes.names
    }
    assert min(distances, key=lambda other: distances[other]) == name


def test_adain_paints_in_the_colours_of_the_style() -> None:
    adain = stylizer(Method.ADAIN)
    frame = read_picture(SAMPLES / "woodcut.jpg")[np.newaxis, ::8, ::8]
    colours = {}
    for name in ("starry", "mosaic"):
        picture = read_picture(SAMPLES / f"{name}.jpg")
        adain.set_style([Style(name=name, picture=picture)])
        painted = adain.stylize(frame)
        assert painted.std() > 10
        colours[name] = (painted.mean((0, 1, 2)), picture.mean((0, 1)))

    painted_apart = colours["starry"][0] - colours["mosaic"][0]
    pictures_apart = colours["starry"][1] - colours["mosaic"][1]
    assert painted_apart @ pictures_apart > 0.2 * pictures_apart @ pictures_apart


@pytest.mark.parametrize("name", JOHNSON)
def test_each_johnson_style_paints(name: str) -> None:
    johnson = stylizer(Method.JOHNSON)
    frame = read_picture(SAMPLES / "woodcut.jpg")[np.newaxis, ::8, ::8]
    johnson.set_style([Style(name=name, checkpoint=SHIPPED / f"{name}.safetensors")])

    painted = johnson.stylize(frame)

    assert painted.std() > 10
    assert np.abs(painted.astype(int) - frame).mean() > 5
