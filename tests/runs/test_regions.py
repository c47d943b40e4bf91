"""What a user says of regions."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vidstyle.errors import UsageError
from vidstyle.runs.loading import StyleWish
from vidstyle.runs.regions import RegionWish
from vidstyle.stylizers import Method
from vidstyle.video.pictures import write_picture


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    write_picture(tmp_path / "mask.png", np.full((4, 4, 3), 255, np.uint8))
    return tmp_path / "mask.png"


def test_without_a_mask_the_style_goes_everywhere() -> None:
    wish = RegionWish.of(None, invert=False, styles_outside=(), method=Method.ADAIN)
    with ExitStack() as stack:
        assert wish.open_mask(stack) is None


def test_a_mask_is_opened_the_way_that_is_asked_for(mask: Path) -> None:
    wish = RegionWish.of(mask, invert=True, styles_outside=["a.jpg:2"], method=Method.ADAIN)
    assert wish.styles_outside == (StyleWish("a.jpg", 2.0),)
    white, black = np.full((4, 4, 3), 255, np.uint8), np.zeros((4, 4, 3), np.uint8)
    with ExitStack() as stack:
        opened = wish.open_mask(stack)
        assert opened is not None
        assert opened.mix(white, black).max() == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"invert": True}, "--invert-mask needs a mask: add --mask PATH"),
        ({"styles_outside": ["candy"]}, "--style-outside needs a mask: add --mask PATH"),
        ({"mask": "msk.png"}, r"no such mask: .*msk\.png \(did you mean 'mask\.png'\?\)"),
        (
            {"mask": "mask.png", "styles_outside": ["candy"], "method": Method.GATYS},
            "gatys paints inside of a mask alone: leave --style-outside out",
        ),
    ],
)
def test_what_does_not_go_together_is_told(
    mask: Path, arguments: dict[str, Any], told: str
) -> None:
    values: dict[str, Any] = {"invert": False, "styles_outside": (), "method": Method.ADAIN}
    values |= arguments
    name = values.pop("mask", None)
    with pytest.raises(UsageError, match=told):
        RegionWish.of(name and mask.with_name(name), **values)
