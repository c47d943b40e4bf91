"""Engines built by Torch-TensorRT's dynamo path, for a GPU of this machine."""

import json
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch_tensorrt
from torch import nn

from vidstyle.engines.compiler import Blueprint, Compiler, first_line
from vidstyle.engines.cuda_runner import room_on
from vidstyle.engines.device import is_out_of_memory
from vidstyle.engines.engine import Backend, Engine, Precision
from vidstyle.engines.float_levels import FloatLevels
from vidstyle.engines.gpu import gpu_facts
from vidstyle.engines.half_precision import in_precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Network
from vidstyle.engines.store import CACHES
from vidstyle.engines.tensorrt_engine import PLAN, Flavour, TensorRTEngine
from vidstyle.errors import VidstyleError

# Kernels are chosen by timing them.
_BUILD_SECONDS = 90.0

# What a graph of `nets.graphs` ends with, once its result is in 8 bits.
_LAST_OPERATIONS = (
    torch.ops.aten.to.dtype,
    torch.ops.aten._to_copy.default,
    torch.ops.aten.contiguous.default,
    torch.ops.aten.clone.default,
)


class TorchTensorRTCompiler(Compiler):
    """Builds TensorRT engines, strongly typed; either flavour of Torch-TensorRT will do.

    Args:
        device: "cuda" with an index.
    """

    backend = Backend.TENSORRT
    possible = best = (Precision.FP16, Precision.FP32)

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._flavour = Flavour(torch_tensorrt.tensorrt_package_name)
        self.device = str(device)

    def facts(self) -> dict[str, Any]:
        tensorrt = f"{self._flavour} {import_module(self._flavour).__version__}"
        version = f"torch_tensorrt {torch_tensorrt.__version__} ({tensorrt})"
        return {"backend_version": version, **gpu_facts(self._device)}

    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        network, caches = blueprint.network, folder.parent / CACHES
        caches.mkdir(exist_ok=True)
        with room_on(self.device, network=network.name, size=network.size):
            try:
                plan = self._built(blueprint, caches)
            except Exception as error:  # Its converters have errors of their own, without a base.
                if is_out_of_memory(error):
                    raise
                raise VidstyleError(
                    f"TensorRT cannot build {network.name}: {first_line(error)}"
                ) from error
        (folder / PLAN).write_bytes(plan)
        return [PLAN]

    def load(self, folder: Path, key: EngineKey) -> Engine:
        with room_on(self.device, network=key.network, size=key.size):
            return TensorRTEngine(folder, key=key, flavour=self._flavour, device=self._device)

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        return _BUILD_SECONDS

    def _built(self, blueprint: Blueprint, caches: Path) -> bytes:
        module = FloatLevels(in_precision(blueprint.module, blueprint.precision)).to(self._device)
        example = tuple(
            torch.from_numpy(np.array(array)).to(self._device) for array in blueprint.examples[0]
        )
        structure = blueprint.network.structure
        # Weights that can be exchanged cost a little speed.
        is_shared = bool(structure)
        facts = sha256(json.dumps([structure, self.facts()]).encode()).hexdigest()
        plan = torch_tensorrt.dynamo.convert_exported_program_to_serialized_trt_engine(
            torch.export.export(with_float_result(module, example), example),
            arg_inputs=example,
            device=self._device,
            disable_tf32=blueprint.precision is Precision.FP32,
            # One size has many timings in common with another.
            timing_cache_path=str(caches / "timing.cache"),
            # It finds by itself the engine of a network that has the same operations, but does not
            # ask what that was built with, and for which GPU.
            immutable_weights=not is_shared,
            cache_built_engines=is_shared,
            reuse_cached_engines=is_shared,
            engine_cache_dir=str(caches / facts[:12]),
        )
        return bytes(plan)


def with_float_result(module: nn.Module, example: tuple[torch.Tensor, ...]) -> nn.Module:
    """The module without its last step, to 8-bit numbers: Torch-TensorRT cannot convert to them.

    Args:
        module: tensors in, one uint8 tensor out.
        example: inputs to trace the module with.
    """
    graph_module = torch.export.export(module, example).module()
    assert isinstance(graph_module, torch.fx.GraphModule)
    output = graph_module.graph.output_node()
    (result,) = torch.utils._pytree.tree_leaves(output.args)
    while result.target in _LAST_OPERATIONS and result.meta["val"].dtype == torch.uint8:
        result = result.args[0]
    output.args = ((result,),)
    graph_module.graph.eliminate_dead_code()
    graph_module.recompile()
    return graph_module
