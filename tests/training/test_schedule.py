import pytest

from vidstyle.training.config import OptimizerSection
from vidstyle.training.schedule import learning_rate


def test_cosine_falls_to_nothing() -> None:
    section = OptimizerSection(learning_rate=2.0, schedule="cosine")

    assert learning_rate(section, 0, 100) == 2.0
    assert learning_rate(section, 50, 100) == pytest.approx(1.0)
    assert learning_rate(section, 100, 100) == pytest.approx(0.0)


def test_inverse_decay_is_the_published_one() -> None:
    section = OptimizerSection(learning_rate=1e-4, schedule="inverse", decay=5e-5)

    assert learning_rate(section, 20_000, 160_000) == pytest.approx(1e-4 / 2)


def test_warmup_rises_to_the_full_rate() -> None:
    section = OptimizerSection(learning_rate=1.0, schedule="constant", warmup=4)

    rates = [learning_rate(section, step, 100) for step in range(6)]

    assert rates == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_a_rate_is_held_then_falls_in_a_straight_line() -> None:
    section = OptimizerSection(learning_rate=2e-4, schedule="linear", hold=0.5)

    rates = [learning_rate(section, step, 200) for step in (0, 100, 150, 200)]

    assert rates == pytest.approx([2e-4, 2e-4, 1e-4, 0.0])
