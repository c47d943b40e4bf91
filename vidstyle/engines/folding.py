"""What an exported network would compute anew for every frame, computed once."""

import torch
from torch import Tensor


def fold_constants(module: torch.fx.GraphModule) -> None:
    """Replace, in place, what neither inputs nor weights lead to by buffers of its values.

    TorchInductor folds no tensors that begin with `arange` or `eye`: on a GPU, it starts kernels
    for each step that leads from them to a matrix. What is computed of weights stays, so that they
    can be replaced.

    Args:
        module: from `ExportedProgram.module`.
    """
    graph = module.graph
    interpreter = torch.fx.Interpreter(module)
    known = interpreter.env
    for node in graph.nodes:
        if node.op == "call_function" and known.keys() >= set(node.all_input_nodes):
            known[node] = interpreter.run_node(node)
    for node, value in known.items():
        if isinstance(value, Tensor) and not known.keys() >= set(node.users):
            name = f"folded_{node.name}"
            # A copy of its own: exported buffers must not share memory.
            module.register_buffer(name, value.clone(memory_format=torch.contiguous_format))
            with graph.inserting_before(node):
                node.replace_all_uses_with(graph.get_attr(name))
    graph.eliminate_dead_code()
    module.recompile()
