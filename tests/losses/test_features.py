from pathlib import Path

import pytest
import torch
from torch import Tensor

from vidstyle.losses.features import STYLE_LAYERS, LossNetwork, StyleTargets, gram_matrix
from vidstyle.nets.vgg import VGG19Features
from vidstyle.weights.checkpoint import read_state_dict


@pytest.fixture(scope="module")
def network() -> LossNetwork:
    torch.manual_seed(0)
    return LossNetwork(VGG19Features(["relu1_1", "relu2_1"]))


def some_features(count: int = 2) -> dict[str, Tensor]:
    return {"relu1_1": torch.rand(count, 4, 6, 5), "relu2_1": torch.rand(count, 8, 3, 2)}


def test_features_are_those_of_the_network(network: LossNetwork) -> None:
    picture = torch.rand(1, 3, 16, 24)

    features = network(picture)

    assert list(features) == ["relu1_1", "relu2_1"]
    torch.testing.assert_close(features["relu2_1"], network.network(picture)["relu2_1"])


def test_it_is_frozen_but_gradients_reach_the_picture(network: LossNetwork) -> None:
    picture = torch.rand(1, 3, 16, 16, requires_grad=True)

    (gradient,) = torch.autograd.grad(network(picture)["relu2_1"].sum(), [picture])

    assert gradient.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_it_stays_in_evaluation_mode(network: LossNetwork) -> None:
    torch.nn.ModuleList([network]).train()

    assert not any(module.training for module in network.modules())


def test_vgg19_has_the_style_layers(shared_weights: Path) -> None:
    weights = read_state_dict(shared_weights / "vgg19_features_relu5_1.fp16.safetensors")

    features = LossNetwork.vgg19(weights)(torch.rand(1, 3, 32, 32))

    assert tuple(features) == STYLE_LAYERS
    assert features["relu5_1"].shape == (1, 512, 2, 2)


def test_vgg16_stops_where_its_weights_do(shared_weights: Path) -> None:
    weights = read_state_dict(shared_weights / "vgg16_features_relu3_3.fp16.safetensors")

    features = LossNetwork.vgg16(weights, layers=["relu2_2", "relu3_3"])(torch.rand(1, 3, 32, 32))

    assert features["relu2_2"].shape == (1, 128, 16, 16)
    with pytest.raises(ValueError, match="do not reach all of relu2_2, relu4_3"):
        LossNetwork.vgg16(weights, layers=["relu2_2", "relu4_3"])


def test_a_gram_matrix_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, -1.0]]]])

    # F Fᵀ = [[5, 1], [1, 10]], C H W = 4.
    expected = torch.tensor([[[1.25, 0.25], [0.25, 2.5]]])
    torch.testing.assert_close(gram_matrix(features), expected)


def test_a_gram_matrix_does_not_depend_on_where_things_are() -> None:
    features = torch.rand(2, 4, 6, 5)

    torch.testing.assert_close(gram_matrix(features.roll((2, 3), (2, 3))), gram_matrix(features))


def test_a_gram_matrix_does_not_overflow_in_half_precision() -> None:
    assert gram_matrix(torch.full((1, 2, 8, 8), 6e4).half()).isfinite().all()


def test_a_gram_matrix_is_as_exact_in_mixed_precision() -> None:
    features = torch.rand(1, 4, 6, 5)

    with torch.autocast("cpu", torch.bfloat16):
        mixed = gram_matrix(features)

    assert torch.equal(mixed, gram_matrix(features))


def test_style_targets_hold_means_and_deviations() -> None:
    features = {"relu1_1": torch.tensor([[[[1.0, 3.0]]], [[[5.0, 5.0]]]])}

    targets = StyleTargets.measure(features)

    assert len(targets) == 2
    torch.testing.assert_close(targets.means["relu1_1"], torch.tensor([[2.0], [5.0]]))
    deviations = torch.tensor([[1.0], [0.0]])
    torch.testing.assert_close(targets.deviations["relu1_1"], deviations, atol=4e-3, rtol=0)
    assert not targets.grams


def test_style_targets_can_be_picked_from() -> None:
    targets = StyleTargets.measure(some_features(5), grams=True)

    picked = targets[torch.tensor([4, 0])]

    assert (len(targets), len(picked)) == (5, 2)
    assert torch.equal(picked.means["relu2_1"][1], targets.means["relu2_1"][0])
    assert torch.equal(picked.grams["relu1_1"][0], targets.grams["relu1_1"][4])
    assert len(targets[1:3]) == 2


def test_style_targets_go_through_a_file_of_tensors() -> None:
    targets = StyleTargets.measure(some_features(), grams=True)

    tensors = targets.tensors()
    again = StyleTargets.from_tensors(tensors).to("cpu")

    assert sorted(tensors)[:3] == ["relu1_1.deviations", "relu1_1.grams", "relu1_1.means"]
    assert all(torch.equal(tensors[name], tensor) for name, tensor in again.tensors().items())
