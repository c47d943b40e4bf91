"""Graphs that get the levels of 8-bit pictures as floats."""

import torch
from torch import Tensor, nn

from vidstyle.engines.float_levels import FloatLevels
from vidstyle.engines.planar import JFIF, PlanarTransfer
from vidstyle.nets.graphs import LiteTransfer, PictureTransfer
from vidstyle.nets.smoothing import MIDDLE


class Kept(nn.Module):
    """Pairs as quads."""

    def forward(self, pairs: Tensor, code: Tensor) -> Tensor:
        levels = (pairs[:, :6] + pairs[:, 6:] + MIDDLE) / 255.0
        return torch.cat([levels[:, :, ::2], levels[:, :, 1::2]], dim=1)


def test_pixels_are_rearranged_as_floats_and_come_out_as_bytes() -> None:
    frames = torch.randint(0, 256, (1, 17, 24, 3), dtype=torch.uint8)
    code, strength = torch.zeros(1, 4), torch.ones(1)
    graph = FloatLevels(LiteTransfer(Kept()))

    # What is near the mean of its surroundings is made smooth.
    assert (graph(frames, code, strength).float() - frames.float()).abs().max() <= 2
    assert_ends_with_bytes(graph, (frames, code, strength))


def test_planes_are_floats_all_the_way() -> None:
    planes = torch.randint(60, 200, (1, 48, 40), dtype=torch.uint8)
    graph = FloatLevels(PlanarTransfer(PictureTransfer(nn.Identity())))

    assert_ends_with_bytes(graph, (planes, torch.ones(1), JFIF))


def assert_ends_with_bytes(graph: nn.Module, example: tuple[Tensor, ...]) -> None:
    program = torch.export.export(graph, example)
    values = [node.meta.get("val") for node in program.graph.nodes if node.op == "call_function"]
    types = [value.dtype for value in values if isinstance(value, Tensor)]
    first = types.index(torch.uint8)
    assert first >= len(types) - 2, "only the last steps are done with bytes"
