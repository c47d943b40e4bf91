import re
from dataclasses import replace

import pytest
import torch

from tests.stylizers.gatys.tiny import tiny_features
from vidstyle.errors import VidstyleError
from vidstyle.stylizers.gatys import memory
from vidstyle.stylizers.gatys.feature_networks import LoadedFeatures
from vidstyle.stylizers.gatys.memory import check_fits, needed_bytes
from vidstyle.stylizers.gatys.options import Optimizer
from vidstyle.stylizers.gatys.style_distance import SLICED


def test_what_is_kept_of_a_pass_is_counted() -> None:
    needed = needed_bytes(tiny_features(), 64, 96, count=1, optimizer=Optimizer.ADAM)

    # At least the two feature maps, and eight pictures.
    pixels = 64 * 96
    assert needed > 4 * (8 * pixels + 16 * pixels // 4) + 8 * 3 * 4 * pixels
    assert needed < 4 * 8 * pixels * 20


def test_it_goes_with_the_number_of_pixels_and_pictures() -> None:
    loaded = tiny_features()

    def needed(height: int, width: int, count: int) -> int:
        return needed_bytes(loaded, height, width, count=count, optimizer=Optimizer.LBFGS)

    assert needed(64, 128, 1) == pytest.approx(2 * needed(64, 64, 1), rel=0.01)
    assert needed(64, 64, 3) == pytest.approx(3 * needed(64, 64, 1), rel=0.01)


def test_half_precision_needs_less() -> None:
    full, half = tiny_features(), tiny_features()
    half.network.to(torch.bfloat16)

    def needed(loaded: object) -> int:
        return needed_bytes(loaded, 64, 64, count=1, optimizer=Optimizer.ADAM)  # type: ignore[arg-type]

    assert needed(half) < 0.8 * needed(full)


def test_too_large_a_size_is_told_with_one_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = tiny_features()
    free = needed_bytes(loaded, 200, 320, count=2, optimizer=Optimizer.LBFGS)
    monkeypatch.setattr(memory, "free_bytes", lambda device: free)

    check_fits(loaded, 200, 320, count=2, optimizer=Optimizer.LBFGS)
    with pytest.raises(VidstyleError, match=r"640x400, 2 frames together, needs about") as caught:
        check_fits(loaded, 400, 640, count=2, optimizer=Optimizer.LBFGS)

    told = re.search(r"--size (\d+) or a smaller --batch", str(caught.value))
    assert told is not None
    assert int(told[1]) == 200


def test_where_memory_is_not_known_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda device: None)

    check_fits(tiny_features(), 10**5, 10**5, count=9, optimizer=Optimizer.LBFGS)


def test_what_a_style_loss_keeps_is_counted() -> None:
    loaded = tiny_features()
    sliced = replace(loaded, kind=replace(loaded.kind, distance=SLICED))

    def needed(loaded: LoadedFeatures) -> int:
        return needed_bytes(loaded, 64, 64, count=1, optimizer=Optimizer.ADAM)

    # Beside its values the place of each, in eight bytes, of eight channels and 16 at a quarter.
    assert needed(sliced) > needed(loaded) + 8 * (8 + 4) * 64 * 64
