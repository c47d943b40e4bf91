import numpy as np
import torch

from benchmarks.ship_weights.fitted_codes import StyleWeights, fitted_codes
from tests.training.conftest import MakeConfig, make_config
from vidstyle.training.models import LiteModel, make_model
from vidstyle.video.pictures import pictures_in

__all__ = ["make_config"]


def test_fitted_codes_are_nearer_to_their_pictures(make_config: MakeConfig) -> None:
    training = make_config(losses={"style_layers": ["relu1_1"], "weights": {"style": 1.0}})
    torch.manual_seed(0)
    model = make_model(training.network)
    assert isinstance(model, LiteModel)
    codes = np.zeros((3, model.network.code_size), np.float32)
    before = {name: tensor.clone() for name, tensor in model.network.state_dict().items()}
    losses: list[float] = []

    fitted = fitted_codes(
        model.network,
        codes,
        pictures_in(training.data.style[0]),
        training=training,
        steps=60,
        on_step=lambda _step, found: losses.append(found["style"]),
    )

    assert np.mean(losses[-12:]) < 0.9 * np.mean(losses[:12])
    assert fitted.shape == codes.shape
    assert not codes.any()
    for name, tensor in model.network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_a_style_weighs_less_the_nearer_it_is() -> None:
    weights = StyleWeights([0.3, 0.3, 0.3], largest=2.0)
    start = weights[1]
    for _ in range(60):
        weights.learn(0, 0.2)
        weights.learn(1, 0.3)
        weights.learn(2, 0.4)
    assert 0 < weights[0] < start == weights[1] < 2.0
    # No more than the largest, however far away it is.
    assert weights[2] == 2.0
    before = weights[0]
    weights.learn(0, 0.4)
    assert before < weights[0] < 2.0


def test_weights_stay_where_no_nearness_is_wanted() -> None:
    weights = StyleWeights([0.0], largest=2.0)
    weights.learn(0, 0.1)
    assert weights[0] == 2.0
