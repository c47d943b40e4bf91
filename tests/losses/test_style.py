from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from vidstyle.losses.features import StyleTargets
from vidstyle.losses.style import (
    gram_style_loss,
    statistics_style_loss,
)

StyleLoss = Callable[..., Tensor]
BOTH = pytest.mark.parametrize("loss", [statistics_style_loss, gram_style_loss])


def features(count: int = 2) -> dict[str, Tensor]:
    return {"relu1_1": torch.rand(count, 4, 6, 5), "relu2_1": torch.rand(count, 8, 3, 2)}


def targets(count: int = 2) -> StyleTargets:
    return StyleTargets.measure(features(count), grams=True)


def test_statistics_by_hand() -> None:
    # Mean 2, deviation 1 beside mean 5, deviation 2.
    output = {"relu1_1": torch.tensor([[[[1.0, 3.0]]]])}
    style = StyleTargets.measure({"relu1_1": torch.tensor([[[[3.0, 7.0]]]])})

    plain = statistics_style_loss(output, style, balanced=False)
    balanced = statistics_style_loss(output, style)

    assert plain.item() == pytest.approx(9 + 1, rel=1e-4)
    assert balanced.item() == pytest.approx(10 / (25 + 4), rel=1e-4)


def test_gram_by_hand() -> None:
    # Gram matrices: (1 + 9) / 2 = 5 beside (9 + 49) / 2 = 29.
    output = {"relu1_1": torch.tensor([[[[1.0, 3.0]]]])}
    style = StyleTargets.measure({"relu1_1": torch.tensor([[[[3.0, 7.0]]]])}, grams=True)

    assert gram_style_loss(output, style).item() == pytest.approx(24**2)
    balanced = gram_style_loss(output, style, balanced=True)
    assert balanced.item() == pytest.approx(24**2 / 29**2)


@BOTH
@pytest.mark.parametrize("balanced", [False, True])
def test_the_style_itself_has_no_loss(loss: StyleLoss, balanced: bool) -> None:
    style = features()

    value = loss(style, StyleTargets.measure(style, grams=True), balanced=balanced)

    assert value.item() == pytest.approx(0, abs=1e-6)


@BOTH
def test_where_things_are_does_not_count(loss: StyleLoss) -> None:
    output, style = features(), targets()
    moved = {name: layer.flip(2).roll(1, 3) for name, layer in output.items()}

    torch.testing.assert_close(loss(moved, style), loss(output, style))


@BOTH
def test_balanced_does_not_depend_on_the_scale_of_a_layer(loss: StyleLoss) -> None:
    output, style = features(), features()
    expected = loss(output, StyleTargets.measure(style, grams=True), balanced=True)

    for scaled in (output, style):
        scaled["relu2_1"] = scaled["relu2_1"] * 100

    measured = StyleTargets.measure(style, grams=True)
    torch.testing.assert_close(loss(output, measured, balanced=True), expected, rtol=1e-3, atol=0)


@BOTH
def test_one_style_for_all_outputs(loss: StyleLoss) -> None:
    output, style = features(3), targets(1)

    torch.testing.assert_close(
        loss(output, style), loss(output, style[torch.zeros(3, dtype=torch.long)])
    )


@BOTH
def test_a_batch_is_the_mean_of_its_pictures(loss: StyleLoss) -> None:
    output, style = features(2), targets(2)

    alone = [
        loss({name: layer[i : i + 1] for name, layer in output.items()}, style[i : i + 1])
        for i in range(2)
    ]

    torch.testing.assert_close(loss(output, style), torch.stack(alone).mean())


@BOTH
def test_layers_add_up(loss: StyleLoss) -> None:
    output, style = features(), targets()

    parts = [
        loss(
            {layer: output[layer]},
            StyleTargets.from_tensors(
                {name: t for name, t in style.tensors().items() if name.startswith(layer)}
            ),
        )
        for layer in output
    ]

    torch.testing.assert_close(loss(output, style), torch.stack(parts).sum())


@BOTH
def test_gradients_reach_the_output(loss: StyleLoss) -> None:
    output = torch.rand(2, 4, 6, 5, requires_grad=True)
    style = StyleTargets.measure({"relu1_1": torch.rand(2, 4, 6, 5)}, grams=True)

    (gradient,) = torch.autograd.grad(loss({"relu1_1": output}, style), [output])

    assert gradient.isfinite().all()
    assert gradient.abs().sum() > 0


def test_gradients_of_a_flat_output_are_finite() -> None:
    output = torch.zeros(1, 4, 6, 5, requires_grad=True)
    style = StyleTargets.measure({"relu1_1": torch.rand(1, 4, 6, 5)})

    loss = statistics_style_loss({"relu1_1": output}, style)

    (gradient,) = torch.autograd.grad(loss, [output])
    assert gradient.isfinite().all()


def test_gram_loss_needs_gram_targets() -> None:
    with pytest.raises(ValueError, match="grams=True"):
        gram_style_loss(features(), StyleTargets.measure(features()))
