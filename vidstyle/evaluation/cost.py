"""What a network costs: parameters, multiply-adds and activations."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.func import functional_call
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True)
class NetworkCost:
    """The cost of one pass of a network.

    Attributes:
        parameters: how many there are.
        multiply_adds: of convolutions and matrix products; one is two FLOPs. Everything else
            (normalisation, activations, interpolation) is left out, as is usual.
        activation_bytes: what convolutions and matrix products write, all together (Radosavović
            et al. 2020, arXiv:2003.13678): what tells speed on machines that wait for
            memory.
    """

    parameters: int
    multiply_adds: int
    activation_bytes: int


@torch.no_grad()
def network_cost(module: nn.Module, *example: Any) -> NetworkCost:
    """Count what one call of `module` costs.

    Operations are counted where they are carried out, so that those of functions count as those of
    modules do.

    Args:
        module: the network; left in the mode it is in.
        example: its arguments.
    """
    # The counter asks tensors that want gradients for what made them; views of parameters, such as
    # parts of a learned code, have nothing to name here.
    fixed = {name: parameter.detach() for name, parameter in module.named_parameters()}
    with _WrittenBytes() as written, FlopCounterMode(display=False) as flops:
        functional_call(module, fixed, example)
    return NetworkCost(
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        multiply_adds=flops.get_total_flops() // 2,
        activation_bytes=written.bytes,
    )


class _WrittenBytes(TorchDispatchMode):  # type: ignore[no-untyped-call]  # Untyped in PyTorch.
    """Adds up the outputs of convolutions and matrix products."""

    _COUNTED = (
        torch.ops.aten.convolution,
        torch.ops.aten.addmm,
        torch.ops.aten.mm,
        torch.ops.aten.bmm,
        torch.ops.aten.baddbmm,
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Untyped in PyTorch.
        self.bytes = 0

    def __torch_dispatch__(  # type: ignore[no-untyped-def]  # PyTorch's own has no types either.
        self, func, types, args=(), kwargs=None
    ):
        kwargs = kwargs or {}
        if func.overloadpacket in self._COUNTED:
            result = func(*args, **kwargs)
            self.bytes += result.nbytes
            return result
        # In inference mode a linear layer arrives whole: its matrix product shows when taken apart.
        with self:
            parts = func.decompose(*args, **kwargs)
        return func(*args, **kwargs) if parts is NotImplemented else parts
