from typing import Any, cast

import pytest
import torch

from tests.training.conftest import MakeConfig, set_up
from vidstyle.errors import UsageError
from vidstyle.training.models import Painted, StyleModel


def losses_of(make_config: MakeConfig, **sections: dict[str, Any]) -> dict[str, float]:
    parts = set_up(make_config(**sections))
    found = parts.objective(
        parts.model, parts.batches(0), generator=torch.Generator().manual_seed(0)
    )
    return {name: loss.item() for name, loss in found.items()}


def test_every_loss_with_a_weight_is_computed(make_config: MakeConfig) -> None:
    found = losses_of(make_config)

    assert list(found) == [
        "content",
        "style",
        "total_variation",
        "output_temporal",
        "feature_temporal",
        "identity",
    ]
    assert all(value > 0 for value in found.values())


def test_a_lattice_is_looked_for_in_crops_that_are_large_enough(make_config: MakeConfig) -> None:
    losses = {"weights": {"lattice": 1.0}}

    found = losses_of(make_config, data={"size": 64, "crop": 64}, losses=losses)

    assert list(found) == ["lattice"]
    with pytest.raises(UsageError, match=r"loss lattice needs data\.crop of 64 or more, not 63"):
        losses_of(make_config, data={"size": 64, "crop": 63}, losses=losses)


def test_a_loss_without_a_weight_is_not(make_config: MakeConfig) -> None:
    weights = {"style": 1.0, "content": 0.0}

    assert list(losses_of(make_config, losses={"weights": weights})) == ["style"]


@pytest.mark.parametrize("variant", ["balanced", "plain", "balanced-gram", "gram"])
def test_styles_can_be_compared_in_four_ways(make_config: MakeConfig, variant: str) -> None:
    found = losses_of(make_config, losses={"style": variant, "weights": {"style": 1.0}})

    assert found["style"] > 0


def test_what_is_painted_around_a_crop_does_not_count(make_config: MakeConfig) -> None:
    config = make_config(data={"context": 16}, losses={"weights": {"total_variation": 1.0}})
    parts = set_up(config)
    seen: list[torch.Tensor] = []

    class OnlyTheMiddleIsFlat(torch.nn.Module):
        def forward(self, content: torch.Tensor, *_: torch.Tensor) -> Painted:
            seen.append(content)
            pictures = torch.rand_like(content)
            pictures[..., 16:-16, 16:-16] = 0.5
            return Painted(pictures)

    batch = parts.batches(0)
    found = parts.objective(
        cast(StyleModel, OnlyTheMiddleIsFlat()), batch, generator=torch.Generator()
    )

    assert found["total_variation"].item() == 0
    assert seen[0].shape == (2, 3, 64, 64)
    assert torch.equal(seen[0][..., 16:-16, 16:-16], batch.content)


def test_the_total_is_weighted(make_config: MakeConfig) -> None:
    objective = set_up(make_config(losses={"weights": {"content": 2.0, "style": 0.5}})).objective

    total = objective.total({"content": torch.tensor(3.0), "style": torch.tensor(4.0)})

    assert total.item() == 8.0


@pytest.mark.parametrize(
    ("sections", "complaint"),
    [
        ({"losses": {"weights": {"styl": 1.0}}}, r"styl is no loss \(did you mean 'style'\?\)"),
        ({"losses": {"weights": {}}}, "no loss has a weight"),
        ({"temporal": {"pictures": 0}}, "loss output_temporal needs temporal.pictures"),
        ({"data": {"identity": 0}}, "loss identity needs data.identity"),
        ({"data": {"context": 32}}, "data.context is 32: it must be less than data.crop, 32"),
        ({"data": {"crop": 64}}, "data.crop is 64: it must fit in data.size, 40"),
        ({"network": {"kind": "slim-johnson"}}, "has 3 pictures: slim-johnson takes exactly one"),
        (
            {"network": {"kind": "slim-johnson"}, "data": {"limit": 1, "style_variants": 1}},
            "data.style_variants is not for slim-johnson",
        ),
    ],
)
def test_what_cannot_work_is_told_before_training(
    make_config: MakeConfig, sections: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        set_up(make_config(**sections))


def test_a_loss_that_the_network_does_not_offer_is_told(make_config: MakeConfig) -> None:
    with pytest.raises(UsageError, match="adain_content needs adain-vgg19"):
        losses_of(make_config, losses={"weights": {"adain_content": 1.0}})
