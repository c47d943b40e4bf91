"""PyTorch as it is: the reference that every other backend is measured against."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vidstyle.engines.device import is_out_of_memory
from vidstyle.engines.engine import Backend, Engine, EngineInfo, Precision
from vidstyle.errors import VidstyleError

# Pictures that one call takes at once on a GPU; more of them would fill its memory.
_BATCH_ON_GPU = 4


class EagerEngine(Engine):
    """Runs a module operation by operation, in float32.

    Args:
        module: tensors in, one tensor out; it is moved to `device`.
        network: what the module is called in `info`.
        device: where it runs.
    """

    def __init__(self, module: nn.Module, *, network: str, device: torch.device) -> None:
        self._device = device
        self._module = channels_last(module.eval().requires_grad_(False).to(device))
        self.info = EngineInfo(
            network=network, backend=Backend.EAGER, precision=Precision.FP32, device=str(device)
        )
        if device.type == "cuda":
            self.batch = _BATCH_ON_GPU

    @torch.inference_mode()
    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        try:
            return self._fetched(self._module(*(self._placed(array) for array in inputs)))
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            shapes = ", ".join(str(array.shape) for array in inputs)
            raise VidstyleError(
                f"{self._device} is out of memory for {self.info.network} on {shapes}: "
                "use a smaller size or smaller batches"
            ) from error

    def _placed(self, array: NDArray[Any]) -> Tensor:
        """The array on the device."""
        if self._device.type != "cuda":
            # PyTorch warns of arrays that it could write to by mistake.
            own = np.require(array, requirements=["C", "W"])
            return torch.from_numpy(own).to(self._device)
        # Only page-locked memory is copied while the GPU computes.
        pinned = torch.empty(array.shape, dtype=_tensor_type(array), pin_memory=True)
        np.copyto(pinned.numpy(), array)
        return pinned.to(self._device, non_blocking=True)

    def _fetched(self, output: Tensor) -> NDArray[Any]:
        """The tensor as an array."""
        if self._device.type != "cuda":
            array: NDArray[Any] = output.cpu().numpy()
            return array
        pinned = torch.empty(output.shape, dtype=output.dtype, pin_memory=True)
        pinned.copy_(output, non_blocking=True)
        torch.cuda.current_stream(self._device).synchronize()
        array = pinned.numpy()
        return array


def channels_last(module: nn.Module) -> nn.Module:
    """The module with its weights in the memory format that 8-bit pictures arrive in."""
    layout: Any = {"memory_format": torch.channels_last}
    return module.to(**layout)


def _tensor_type(array: NDArray[Any]) -> torch.dtype:
    """The tensor type that holds the array's numbers."""
    return torch.from_numpy(np.empty(0, array.dtype)).dtype
