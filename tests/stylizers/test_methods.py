from functools import partial
from pathlib import Path

import pytest

from vidstyle.engines import open_eager
from vidstyle.errors import UsageError
from vidstyle.stylizers import Method, make_stylizer
from vidstyle.stylizers.adain import AdaIN
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.identity import Identity
from vidstyle.stylizers.johnson import Johnson
from vidstyle.stylizers.preserve_color import PreserveColor
from vidstyle.weights.store import WeightStore

CPU = partial(open_eager, device="cpu")


def test_methods_are_read_from_text() -> None:
    names = ("adain", "adain-vgg19", "adain-timm", "johnson", "cyclegan", "gatys", "identity")
    assert [Method.parse(name) for name in names] == list(Method)
    with pytest.raises(UsageError, match=f"method 'gan' is not one of {', '.join(names)}"):
        Method.parse("gan")


def test_johnson() -> None:
    stylizer = make_stylizer(Method.JOHNSON, strength=0.25, open_engine=CPU)

    assert isinstance(stylizer, Johnson)
    assert stylizer.strength == 0.25


def test_adain_needs_no_weights_from_elsewhere() -> None:
    stylizer = make_stylizer(Method.ADAIN, strength=0.25, open_engine=CPU)

    assert isinstance(stylizer, AdaINLite)
    assert stylizer.strength == 0.25


def test_adain_as_published(shared_weights: Path) -> None:
    store = WeightStore(folders=[shared_weights])

    stylizer = make_stylizer(Method.ADAIN_VGG19, strength=0.25, open_engine=CPU, store=store)

    assert isinstance(stylizer, AdaIN)
    assert stylizer.strength == 0.25


def test_identity() -> None:
    assert isinstance(make_stylizer(Method.IDENTITY), Identity)


def test_colours_are_kept_on_request() -> None:
    assert isinstance(make_stylizer(Method.IDENTITY, preserve_color=True), PreserveColor)


@pytest.mark.parametrize("method", list(Method))
def test_strength_is_checked_first(method: Method) -> None:
    with pytest.raises(UsageError, match=r"strength 2 must be from 0"):
        make_stylizer(method, strength=2)
