"""Methods whose styles change while they paint."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.stylizers.fakes import FakeEngine
from tests.stylizers.lite_weights import adain_lite_weights
from vidstyle.engines import open_eager
from vidstyle.errors import UsageError
from vidstyle.runs.live.cross_fade import Mixture
from vidstyle.runs.live.painter import CodePainter, Painter, StylizerPainter
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.identity import Identity
from vidstyle.stylizers.johnson import Johnson
from vidstyle.stylizers.style import Style

BLACK = np.zeros((40, 48, 3), np.uint8)


def lite(network: FakeEngine | None = None) -> CodePainter:
    """Styles are their mean colours; pictures become that colour."""
    encoder = FakeEngine(lambda picture: picture.mean((1, 2), dtype=np.float32))
    transfer = network or FakeEngine(
        lambda frames, code, strength: np.asarray(
            np.round(frames * (1 - strength) + code * strength), np.uint8
        )
    )
    return CodePainter(AdaINLite(encoder=encoder, transfer=transfer))


def johnson() -> StylizerPainter:
    """Styles are names of numbers; pictures become that bright."""

    def engine(style: Style) -> FakeEngine:
        level = float(style.name)
        return FakeEngine(
            lambda frames, strength: np.asarray(
                np.round(frames * (1 - strength) + level * strength), np.uint8
            )
        )

    return StylizerPainter(lambda: Johnson(engine))


def style(level: int) -> Style:
    return Style(name=str(level), picture=np.full((40, 40, 3), level, np.uint8))


def mixed(painter: Painter, *parts: tuple[int, float]) -> Mixture:
    return Mixture(tuple((painter.encode(style(level)), share) for level, share in parts))


def level(painter: Painter, mixture: Mixture, *, strength: float = 1.0) -> int:
    """The one level of the painted picture."""
    (found,) = np.unique(painter.paint(BLACK, mixture, strength=strength)).tolist()
    return int(found)


@pytest.mark.parametrize("make", [lite, johnson])
def test_a_mixture_lies_between_its_styles(make: Callable[[], Painter]) -> None:
    painter = make()
    assert level(painter, mixed(painter, (80, 1.0))) == 80
    assert level(painter, mixed(painter, (80, 0.25), (200, 0.75))) == 170
    assert level(painter, mixed(painter, (80, 0.5), (200, 0.25), (100, 0.25))) in (114, 115, 116)


@pytest.mark.parametrize("make", [lite, johnson])
def test_strength_is_that_of_each_frame(make: Callable[[], Painter]) -> None:
    painter = make()
    mixture = mixed(painter, (200, 1.0))
    assert [level(painter, mixture, strength=s) for s in (1.0, 0.5, 0.0)] == [200, 100, 0]


def test_a_mixture_of_codes_runs_the_network_once() -> None:
    network = FakeEngine(lambda frames, code, strength: frames)
    painter = lite(network)
    painter.paint(BLACK, mixed(painter, (80, 0.5), (200, 0.5)), strength=1.0)
    assert len(network.calls) == 1


def test_a_style_that_comes_as_a_code_is_taken_as_it_is() -> None:
    painter = lite()
    code = np.full((1, 3), 90, np.float32)
    assert painter.encode(Style(name="known", code=code)) is code


def test_a_style_without_a_picture_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a picture for style odd"):
        lite().encode(Style(name="odd"))


def test_stylizers_are_prepared_for_the_size_that_is_painted() -> None:
    sizes: list[tuple[str, int, int]] = []

    class Prepared(Identity):
        def set_style(self, styles: object) -> None:
            self.name = styles[0].name  # type: ignore[index]

        def prepare(self, *, height: int, width: int) -> None:
            sizes.append((self.name, height, width))

    painter = StylizerPainter(Prepared)
    kept = [painter.encode(style(1))]
    painter.prepare(height=36, width=64)
    kept.append(painter.encode(style(2)))
    painter.prepare(height=18, width=32)
    assert sizes[:2] == [("1", 36, 64), ("2", 36, 64)]
    assert sorted(sizes[2:]) == [("1", 18, 32), ("2", 18, 32)]
    kept.clear()
    painter.prepare(height=9, width=16)
    assert len(sizes) == 4


def test_the_light_network_fades_from_style_to_style(tmp_path: Path) -> None:
    weights = adain_lite_weights(tmp_path / "net.safetensors")
    painter = CodePainter(AdaINLite.load(weights, open_engine=partial(open_eager, device="cpu")))
    first, second = mixed(painter, (20, 1.0)), mixed(painter, (220, 1.0))
    picture = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    steps = [
        painter.paint(picture, first.toward(second, progress), strength=1.0).astype(float)
        for progress in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    whole = np.abs(steps[-1] - steps[0]).mean()
    assert whole > 1
    for before, after in pairwise(steps):
        assert 0 < np.abs(after - before).mean() < whole
