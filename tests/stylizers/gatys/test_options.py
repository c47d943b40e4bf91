import pytest

from vidstyle.errors import UsageError
from vidstyle.stylizers.gatys.options import (
    GatysOptions,
    GatysPrecision,
    LossWeights,
    Measure,
    Optimizer,
    Preset,
    Start,
)


def test_the_weights_are_those_of_the_preset_where_none_is_given() -> None:
    options = GatysOptions(preset=Preset.TUTORIAL, total_variation_weight=2.5)

    assert options.weights == LossWeights(
        content=1, style=1e6, total_variation=2.5, measure=Measure.DEVIATIONS
    )


def test_the_study_has_its_own() -> None:
    weights = GatysOptions(preset=Preset.STUDY).weights

    assert (weights.content, weights.style, weights.measure) == (1e6, 1, Measure.LEVELS)


@pytest.mark.parametrize(
    ("optimizer", "step"), [(Optimizer.LBFGS, 1.0), (Optimizer.ADAM, 0.1), (Optimizer.ADAMW, 0.01)]
)
def test_each_optimizer_has_its_own_learning_rate(optimizer: Optimizer, step: float) -> None:
    assert GatysOptions(optimizer=optimizer).step == step
    assert GatysOptions(optimizer=optimizer, learning_rate=0.3).step == 0.3


def test_frames_after_the_first_take_fewer_iterations() -> None:
    assert GatysOptions(iterations=100).iterations_after_first == 34
    assert GatysOptions(iterations=100, following_iterations=7).iterations_after_first == 7


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"start": Start.NOISE, "iterations": 0}, "noise to start with needs iterations"),
        ({"iterations": -1}, "iterations -1 must be 0 or more"),
        ({"following_iterations": -1}, "iterations of following frames -1"),
        ({"scales": -1}, "scales -1"),
        ({"batch": 0}, "batch 0 must be 1 or more"),
        ({"seed": -1}, "seed -1"),
        ({"seed": 2**64}, "seed 18446744073709551616 must be below 2 to the 63rd"),
        ({"iterations": 1.5}, "iterations 1.5 must be a whole number"),
        ({"scales": 1.5}, "scales 1.5 must be a whole number"),
        ({"learning_rate": 0.0}, "learning rate 0 must be above 0"),
        ({"style_scale": float("nan")}, "style scale nan"),
        ({"distances": (1, 0)}, "must be 1 and more"),
        ({"distances": (2, 4)}, "must be 1 and more"),
        ({"content_weight": -1.0}, "content weight -1"),
        ({"temporal_weight": float("inf")}, "temporal weight inf"),
        ({"content_weight": 0.0, "style_weight": 0.0}, "nothing to optimise"),
    ],
)
def test_what_cannot_work_is_told(options: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        GatysOptions(**options)  # type: ignore[arg-type]


def test_an_unknown_precision_is_told_in_words() -> None:
    with pytest.raises(UsageError, match="gatys precision 'int8' is not one of auto, fp32, bf16"):
        GatysPrecision.parse("int8")
