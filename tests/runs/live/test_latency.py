"""How old pictures are when they are out."""

import numpy as np
import pytest

from vidstyle.runs.live.latency import Latency


def fed(*pictures: tuple[float, float]) -> Latency:
    """Given pairs of the moment that a picture was out, and its age then."""
    latency = Latency()
    for now, age in pictures:
        latency.add(captured=now - age, now=now)
    return latency


def test_percentiles_are_of_all_pictures() -> None:
    figures = fed(*((second, 0.010 if second % 10 else 0.100) for second in range(100))).figures()
    assert figures.count == 100
    assert figures.p50_ms == pytest.approx(10, rel=0.02)
    assert figures.p95_ms == pytest.approx(100, rel=0.02)


def test_recent_figures_forget() -> None:
    old = [(0.1 * index, 0.5) for index in range(30)]
    new = [(3 + 0.1 * index, 0.02) for index in range(60)]
    latency = fed(*old, *new)
    assert latency.recent().p99_ms == pytest.approx(20, rel=0.02)
    assert latency.figures().p99_ms == pytest.approx(500, rel=0.02)
    assert latency.recent().count < latency.figures().count == 90


def test_the_first_figures_are_there_at_once() -> None:
    assert fed((1.0, 0.03)).recent().p50_ms == pytest.approx(30, rel=0.02)


def test_growth_is_found_and_noise_is_none() -> None:
    generator = np.random.default_rng(0)
    moments = np.arange(0, 120, 1 / 30)
    noise = generator.normal(0.04, 0.005, moments.size)
    steady = fed(*zip(moments, noise, strict=True)).figures()
    assert abs(steady.growth_ms_per_minute) < 3 * steady.growth_error < 1
    growing = fed(*zip(moments, noise + moments * 1e-4, strict=True)).figures()
    assert growing.growth_ms_per_minute == pytest.approx(6, abs=3 * growing.growth_error)


def test_nothing_is_zeros() -> None:
    figures = Latency().figures()
    assert (figures.count, figures.p50_ms, figures.growth_ms_per_minute) == (0, 0, 0)
    assert str(figures) == "0/0/0 ms"
