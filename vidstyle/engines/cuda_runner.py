"""A function on an NVIDIA GPU, picture after picture, without waiting for copies."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vidstyle.engines.device import is_out_of_memory
from vidstyle.engines.network import Input
from vidstyle.engines.portions import portions
from vidstyle.errors import VidstyleError

# Runs before the capture: libraries choose their kernels and take their workspaces in the first.
_WARM_UP_CALLS = 3

# One portion is copied while another is computed.
_SLOTS = 2

# Pictures for one call: so many that the first copy in and the last one out hardly count.
_BATCH = 8


class CudaRunner:
    """Runs a function as one CUDA graph, on pictures that come from and go to the host's memory.

    While one portion of them is computed, the next one is copied to the GPU and the one before from
    it: through page-locked memory, each way on a stream of its own.

    Attributes:
        batch: how many pictures a call is best given.

    Args:
        function: tensors on the device in, one tensor out for each picture. What it does must be
            the same at every call: its kernels are recorded once and only repeated from then on.
        inputs: types and shapes; the first is a portion of pictures (N, H, W, 3), or of planes.
        device: "cuda" with an index.

    Raises:
        RuntimeError: the device has no room; see `room_on`.
    """

    def __init__(
        self,
        function: Callable[..., Tensor],
        *,
        inputs: Sequence[Input],
        device: torch.device,
    ) -> None:
        self._device = device
        self._portion = inputs[0].fixed_shape[0]
        self.batch = self._portion * max(_SLOTS, _BATCH // self._portion)
        with torch.cuda.device(device):
            self._upload, self._compute, self._download = (_stream() for _ in range(3))
            self._inputs = [_empty(wanted, device).zero_() for wanted in inputs]
            # What has been filled above must be there for the other streams.
            torch.cuda.synchronize()
            self._graph, self._output = self._recorded(function)
            self._slots = [_Slot(self._inputs[0], self._output) for _ in range(_SLOTS)]
            torch.cuda.synchronize()

    @torch.inference_mode()
    def __call__(self, pictures: NDArray[Any], *others: NDArray[Any]) -> NDArray[Any]:
        """The results for all pictures, one after the other.

        Args:
            pictures: (N, …) of the type and size that the function takes.
            others: its other inputs, the same for all pictures.
        """
        parts = portions(pictures, size=self._portion)
        one = self._slots[0].received.numpy()
        results = np.empty((len(parts), *one.shape), one.dtype)
        with torch.cuda.device(self._device):
            self._place(others)
            for index in range(len(parts) + _SLOTS):
                slot = self._slots[index % _SLOTS]
                if index >= _SLOTS:
                    slot.fetch(results[index - _SLOTS])
                if index < len(parts):
                    self._send(slot, parts[index])
        return results.reshape(-1, *one.shape[1:])[: len(pictures)]

    def seconds_alone(self, *, calls: int = 100) -> float:
        """Seconds that a portion takes on the GPU, without any copies."""
        begin, end = (_event(timed=True) for _ in range(2))
        with torch.cuda.device(self._device), torch.cuda.stream(self._compute):
            begin.record()
            for _ in range(calls):
                self._graph.replay()
            end.record()
        end.synchronize()
        return float(begin.elapsed_time(end)) / 1000 / calls

    def _recorded(self, function: Callable[..., Tensor]) -> tuple[torch.cuda.CUDAGraph, Tensor]:
        """The function's kernels as a graph that reads `_inputs`, and what it writes."""
        with torch.inference_mode():
            with torch.cuda.stream(self._compute):
                for _ in range(_WARM_UP_CALLS):
                    function(*self._inputs)
            self._compute.synchronize()
            graph = torch.cuda.CUDAGraph()
            # Other threads may use the GPU meanwhile; only this one must do nothing but record.
            with torch.cuda.graph(graph, stream=self._compute, capture_error_mode="thread_local"):
                output = function(*self._inputs)
        return graph, output

    def _place(self, others: Sequence[NDArray[Any]]) -> None:
        """Copy the small inputs; the graph of an earlier call has ended."""
        with torch.cuda.stream(self._compute):
            for tensor, array in zip(self._inputs[1:], others, strict=True):
                tensor.copy_(torch.from_numpy(np.require(array, requirements=["C", "W"])))

    def _send(self, slot: "_Slot", part: NDArray[Any]) -> None:
        """Begin with a portion; nothing here waits for the GPU."""
        np.copyto(slot.sent.numpy(), part)
        with torch.cuda.stream(self._upload):
            slot.pictures.copy_(slot.sent, non_blocking=True)
            slot.uploaded.record()
        with torch.cuda.stream(self._compute):
            self._compute.wait_event(slot.uploaded)
            self._inputs[0].copy_(slot.pictures)
            self._graph.replay()
            # The next replay writes over the graph's own output.
            slot.results.copy_(self._output)
            slot.computed.record()
        with torch.cuda.stream(self._download):
            self._download.wait_event(slot.computed)
            slot.received.copy_(slot.results, non_blocking=True)
            slot.downloaded.record()


class _Slot:
    """Memory for a portion on its way: page-locked on the host, and on the device.

    It is free again when its results have been fetched: then everything before has ended, too.
    """

    def __init__(self, pictures: Tensor, results: Tensor) -> None:
        self.sent = torch.empty(pictures.shape, dtype=pictures.dtype, pin_memory=True)
        self.pictures = torch.empty_like(pictures)
        self.results = torch.empty(results.shape, dtype=results.dtype, device=results.device)
        self.received = torch.empty(results.shape, dtype=results.dtype, pin_memory=True)
        self.uploaded, self.computed, self.downloaded = (_event() for _ in range(3))

    def fetch(self, target: NDArray[Any]) -> None:
        """Wait for the results, and copy them to `target`."""
        self.downloaded.synchronize()
        np.copyto(target, self.received.numpy())


@contextmanager
def room_on(device: str, *, network: str, size: str) -> Iterator[None]:
    """What is raised inside where the GPU is too small becomes one line."""
    try:
        yield
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise VidstyleError(
            f"{device} is out of memory for {network} ({size}): use a smaller size"
        ) from error


def _stream() -> torch.cuda.Stream:
    return torch.cuda.Stream()  # type: ignore[no-untyped-call]  # Untyped in PyTorch.


def _event(*, timed: bool = False) -> torch.cuda.Event:
    return torch.cuda.Event(timed)  # type: ignore[no-untyped-call]  # As above.


def _empty(wanted: Input, device: torch.device) -> Tensor:
    return torch.empty(wanted.fixed_shape, dtype=getattr(torch, wanted.dtype), device=device)
