"""The running average of a network's weights, which is what a run results in."""

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel


def running_average(network: nn.Module, *, decay: float) -> AveragedModel:
    """An exponential average of `network`, to be brought on by `update_parameters`.

    The first steps count for less than `decay` says, so that the random weights of the start are
    soon forgotten.
    """

    def average(averaged: Tensor, current: Tensor, updates: Tensor | int) -> Tensor:
        steady = min(decay, (1.0 + float(updates)) / (10.0 + float(updates)))
        return torch.lerp(current, averaged, steady)

    return AveragedModel(network, avg_fn=average, use_buffers=True)
