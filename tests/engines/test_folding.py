"""Folding constants of exported networks, so that a GPU need not compute them for each frame."""

import torch
from torch import Tensor, nn

from vidstyle.engines.folding import fold_constants
from vidstyle.nets.smoothing import correction


class Smoothed(nn.Module):
    """What plain surfaces become, and a convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 1)

    def forward(self, levels: Tensor) -> Tensor:
        weighted: Tensor = self.convolution(levels.float() + correction(levels, cell=8))
        return weighted * (self.convolution.weight.half().float().sum() + torch.arange(4.0).sum())


def test_only_inputs_and_weights_are_computed_with_for_each_frame() -> None:
    levels = torch.randint(0, 256, (1, 3, 32, 64), dtype=torch.uint8)
    module = Smoothed().eval().requires_grad_(False)
    exported = torch.export.export(module, (levels,)).module()
    before = len(exported.graph.nodes)

    fold_constants(exported)

    program = torch.export.export(exported, (levels,))
    assert len(program.graph.nodes) < before - 50
    made = [n for n in program.graph.nodes if n.op == "call_function" and not n.all_input_nodes]
    assert not made
    assert torch.equal(program.module()(levels), module(levels))


def test_weights_can_still_be_replaced() -> None:
    levels = torch.randint(0, 256, (1, 3, 32, 64), dtype=torch.uint8)
    first, second = (Smoothed().eval().requires_grad_(False) for _ in range(2))
    exported = torch.export.export(first, (levels,)).module()

    fold_constants(exported)

    missing = exported.load_state_dict(second.state_dict(), strict=False).missing_keys
    assert all(name.startswith("folded_") for name in missing)
    assert torch.equal(exported(levels), second(levels))
