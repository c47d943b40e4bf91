from importlib.util import find_spec

import pytest
import torch

from vidstyle.nets.resnet import RESNET18_LAYERS, ResNet18Features
from vidstyle.nets.timm_encoder import TimmEncoder


def test_features_have_the_published_sizes() -> None:
    network = ResNet18Features(RESNET18_LAYERS)

    features = network(torch.rand(2, 3, 64, 96))

    assert {name: tuple(layer.shape) for name, layer in features.items()} == {
        "conv1": (2, 64, 32, 48),
        "layer1": (2, 64, 16, 24),
        "layer2": (2, 128, 8, 12),
        "layer3": (2, 256, 4, 6),
        "layer4": (2, 512, 2, 3),
    }


@pytest.mark.skipif(find_spec("timm") is None, reason="needs timm")
def test_weights_of_timm_fit_and_give_the_same() -> None:
    torch.manual_seed(0)
    theirs = TimmEncoder("resnet18", stride=8).eval()
    ours = ResNet18Features(["conv1", "layer2"])
    ours.load_state_dict(theirs.network.state_dict())
    picture = torch.rand(1, 3, 48, 48)

    torch.testing.assert_close(ours(picture)["layer2"], theirs(picture))


def test_old_weights_that_count_no_batches_fit_too() -> None:
    state = ResNet18Features(["layer4"]).state_dict()
    old = {name: tensor for name, tensor in state.items() if "num_batches" not in name}

    ResNet18Features(["layer1"]).load_state_dict(old)


def test_what_is_missing_is_told() -> None:
    state = ResNet18Features(["layer1"]).state_dict()

    with pytest.raises(RuntimeError, match="layer2"):
        ResNet18Features(["layer2"]).load_state_dict(state)


@pytest.mark.parametrize("layers", [[], ["layer1", "layer9"]])
def test_only_its_layers_can_be_had(layers: list[str]) -> None:
    with pytest.raises(ValueError, match="layers must be some of conv1"):
        ResNet18Features(layers)
