"""Graphs for backends that do nothing with 8-bit numbers but convert them: TensorRT."""

import torch
from torch import Tensor, nn


class FloatLevels(nn.Module):
    """A graph of `nets.graphs` that gets the levels of its 8-bit pictures as floats.

    Args:
        graph: pictures first.
    """

    def __init__(self, graph: nn.Module) -> None:
        super().__init__()
        self.network = graph

    def forward(self, pictures: Tensor, *others: Tensor) -> Tensor:
        """The graph's result for uint8 pictures, as uint8."""
        result: Tensor = self.network(pictures.float(), *others)
        return result.to(torch.uint8)
