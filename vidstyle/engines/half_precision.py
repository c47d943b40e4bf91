"""Networks in half precision, but for their statistics."""

from copy import deepcopy

import torch
from torch import Tensor, nn

from vidstyle.engines.engine import Precision
from vidstyle.engines.planar import PlanarTransfer

_NORMALISATIONS = (nn.GroupNorm, nn.InstanceNorm2d, nn.BatchNorm2d, nn.LayerNorm)


def in_precision(module: nn.Module, precision: Precision) -> nn.Module:
    """A copy of a graph of `nets.graphs` that computes in fp16, or in fp32 as it is.

    Its pictures stay 8-bit, and style statistics, strength, the blend with the content and what is
    done to planes fp32: only the networks in it are converted.
    """
    module = deepcopy(module)
    if precision is Precision.FP16:
        graph = module.network if isinstance(module, PlanarTransfer) else module
        for name, network in list(graph.named_children()):
            setattr(graph, name, InHalfPrecision(network))
    return module


class InHalfPrecision(nn.Module):
    """A network that takes and gives float32, and computes in float16.

    Args:
        network: pictures or features first, its result is one tensor. It is converted in place.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network.half()
        # A sum of squares over a picture overflows in half precision.
        for parent in list(self.network.modules()):
            for name, child in parent.named_children():
                if isinstance(child, _NORMALISATIONS):
                    setattr(parent, name, _InSinglePrecision(child))

    def forward(self, features: Tensor, *others: Tensor) -> Tensor:
        """`others`, which steer the network, stay float32."""
        result: Tensor = self.network(features.half(), *others)
        return result.float()


class _InSinglePrecision(nn.Module):
    """A normalisation that computes in float32, between layers that do not."""

    def __init__(self, normalisation: nn.Module) -> None:
        super().__init__()
        self.normalisation = normalisation.float()

    def forward(self, features: Tensor) -> Tensor:
        normalised: Tensor = self.normalisation(features.float())
        return normalised.to(torch.float16)
