"""From a PyTorch module to an ONNX model."""

import warnings
from io import BytesIO
from typing import Any

import numpy as np
import torch
from torch import nn

from vidstyle.engines.network import Arrays
from vidstyle.errors import UsageError

_OPERATORS = 18
"""The version of ONNX's operators: of the newest that PyTorch's tracing exporter knows."""


def onnx_model(module: nn.Module, *, example: Arrays) -> bytes:
    """The module as an ONNX model, with the shapes of `example`.

    Args:
        module: tensors in, one tensor out.
        example: inputs to trace the module with.

    Raises:
        UsageError: the package onnx is not installed.
    """
    tensors = tuple(torch.from_numpy(np.array(array)) for array in example)
    file: Any = BytesIO()  # Which its type leaves out.
    with torch.no_grad(), warnings.catch_warnings():
        # That tracing is deprecated: what replaces it needs two packages more. That shapes become
        # constants: they are.
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(module.eval(), tensors, file, dynamo=False, opset_version=_OPERATORS)
        except torch.onnx.OnnxExporterError as error:
            raise UsageError(
                f'ONNX cannot be written ({error}): pip install "vidstyle[tensorrt-rtx]"'
            ) from error
    return bytes(file.getvalue())
