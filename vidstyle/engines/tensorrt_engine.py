"""TensorRT engines of either flavour at work: both have the same runtime."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from vidstyle.choice import Choice
from vidstyle.engines.cuda_runner import CudaRunner
from vidstyle.engines.engine import Engine
from vidstyle.engines.key import EngineKey
from vidstyle.engines.record import BadEngineError
from vidstyle.errors import VidstyleError
from vidstyle.files import write_whole

PLAN = "model.plan"
KERNELS = "kernels.cache"
"""What TensorRT-RTX compiles for the GPU when it first loads an engine there; it may be missing."""


class Flavour(Choice):
    """TensorRT's package."""

    DATACENTRE = "tensorrt"
    """For every NVIDIA GPU."""
    RTX = "tensorrt_rtx"
    """For GeForce and workstation cards: it compiles a part when the engine is loaded."""


class TensorRTEngine(Engine):
    """A serialised engine, run as a CUDA graph on one portion of pictures after the other.

    Attributes:
        runner: what runs it.

    Args:
        folder: where the engine is; its checksums have been checked.
        key: of the engine.
        flavour: what it was built with.
        device: "cuda" with an index.

    Raises:
        BadEngineError: TensorRT does not take the engine.
        RuntimeError, VidstyleError: the device has no room; see `room_on`.
    """

    def __init__(
        self, folder: Path, *, key: EngineKey, flavour: Flavour, device: torch.device
    ) -> None:
        self.info = key.info_on(str(device))
        with torch.cuda.device(device):
            execution = _Execution(folder, flavour, what=f"{key.network} ({key.size})")
            self.runner = CudaRunner(execution, inputs=key.inputs, device=device)
            execution.keep_kernels(folder / KERNELS)
        self.batch = self.runner.batch

    def __call__(self, *inputs: NDArray[Any]) -> NDArray[Any]:
        return self.runner(*inputs)


class _Execution:
    """Enqueues an engine's work on the stream that is current."""

    def __init__(self, folder: Path, flavour: Flavour, *, what: str) -> None:
        trt: Any = import_module(flavour)
        # TensorRT wants its logger and runtime to live as long as the engine.
        self._logger = trt.Logger(trt.Logger.ERROR)
        self._runtime = trt.Runtime(self._logger)
        self._engine = self._runtime.deserialize_cuda_engine((folder / PLAN).read_bytes())
        if self._engine is None:
            raise BadEngineError(f"engine {folder} cannot be loaded: {flavour} does not take it")
        self._what = what
        self._kernels: Any = None
        self._known_kernels = b""
        self._context = self._made_context(flavour, folder / KERNELS)
        if self._context is None:
            raise VidstyleError(f"the GPU has no room for {what}: use a smaller size")
        names = [self._engine.get_tensor_name(i) for i in range(self._engine.num_io_tensors)]
        is_input = {
            name: self._engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT for name in names
        }
        self._inputs = [name for name in names if is_input[name]]
        (output,) = (name for name in names if not is_input[name])
        is_bytes = self._engine.get_tensor_dtype(output) == trt.DataType.UINT8
        self._output = torch.empty(
            tuple(self._engine.get_tensor_shape(output)),
            dtype=torch.uint8 if is_bytes else torch.float32,
            device="cuda",
        )
        self._context.set_tensor_address(output, self._output.data_ptr())

    def __call__(self, *inputs: Tensor) -> Tensor:
        for name, tensor in zip(self._inputs, inputs, strict=True):
            self._context.set_tensor_address(name, tensor.data_ptr())
        if not self._context.execute_async_v3(torch.cuda.current_stream().cuda_stream):
            raise VidstyleError(f"TensorRT could not run {self._what}")
        # Torch-TensorRT cannot convert to 8-bit numbers, and leaves them as floats.
        return self._output.to(torch.uint8)

    def keep_kernels(self, path: Path) -> None:
        """Store what was compiled on loading, so that it is there the next time."""
        kernels = None if self._kernels is None else self._kernels.serialize()
        if kernels is None or bytes(kernels) == self._known_kernels:
            return
        with suppress(VidstyleError):  # A store that cannot be written to only costs time.
            write_whole(path, bytes(kernels))

    def _made_context(self, flavour: Flavour, kernels: Path) -> Any:
        if flavour is not Flavour.RTX:
            return self._engine.create_execution_context()
        config = self._engine.create_runtime_config()
        self._kernels = config.create_runtime_cache()
        if kernels.is_file():
            # Of another driver or GPU it is not taken, and nothing is lost.
            self._known_kernels = kernels.read_bytes()
            self._kernels.deserialize(self._known_kernels)
        config.set_runtime_cache(self._kernels)
        return self._engine.create_execution_context(config)
