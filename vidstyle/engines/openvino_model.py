"""From a PyTorch module to an OpenVINO model, in fp32 or int8."""

import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import openvino  # type: ignore[import-untyped]  # It comes without types.
import torch
from openvino import opset13 as opset
from openvino.frontend import FrontEndManager  # type: ignore[import-untyped]  # As above.
from openvino.frontend.pytorch.ts_decoder import (  # type: ignore[import-untyped]  # As above.
    TorchScriptPythonDecoder,
)
from torch import nn

from vidstyle.engines.network import Arrays, Input
from vidstyle.engines.openvino import MODEL
from vidstyle.errors import UsageError, VidstyleError

# How much of the ranges of convolutions' inputs goes into their weights.
_MOVED = 0.8

# Convolutions between no more channels than these gain little by int8.
_FEW_CHANNELS = 16


def convert(module: nn.Module, *, inputs: Sequence[Input], example: Arrays) -> openvino.Model:
    """The module as an OpenVINO model in fp32, with the shapes of `inputs`.

    Args:
        module: tensors in, one tensor out.
        inputs: types and shapes that the model is to take.
        example: inputs to trace the module with; of these shapes where they are fixed.
    """
    tensors = tuple(torch.from_numpy(np.require(a, requirements=["C", "W"])) for a in example)
    with torch.no_grad(), warnings.catch_warnings():
        # That tracing is deprecated: what replaces it, torch.export, cannot be converted as quickly
        # nor without log output. That shapes become constants: they are; all else shows in parity.
        warnings.simplefilter("ignore")
        trace: Any = torch.jit.trace
        freeze: Any = torch.jit.freeze
        # Frozen: OpenVINO misses a parameter of a module that has modules inside it as well.
        traced = freeze(trace(module.eval(), tensors, check_trace=False))
    frontend = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(traced)
    try:
        model: openvino.Model = frontend.convert(frontend.load(decoder))
    except RuntimeError as error:
        raise VidstyleError(f"OpenVINO cannot run {type(module).__name__}: {error}") from error
    for parameter, wanted in zip(model.get_parameters(), inputs, strict=True):
        lengths = [-1 if length is None else length for length in wanted.shape]
        parameter.set_element_type(openvino.Type(np.dtype(wanted.dtype)))
        parameter.set_partial_shape(openvino.PartialShape(lengths))
    model.validate_nodes_and_infer_types()
    _rewrite_instance_normalisation(model)
    return model


def _rewrite_instance_normalisation(model: openvino.Model) -> None:
    """Turn group normalisation with one channel a group into what is meant: MVN and an affine map.

    OpenVINO 2026.4 runs group normalisation in another memory layout, which costs johnson a
    quarter of its time, and for small pictures (320x180) crashes the process while it compiles it.

    Raises:
        VidstyleError: there is one with several channels a group.
    """
    for node in model.get_ops():
        if node.get_type_name() != "GroupNormalization":
            continue
        features, scale, shift = node.input_values()
        attributes = node.get_attributes()
        channels = scale.get_partial_shape()[0].get_length()
        if attributes["num_groups"] != channels:
            raise VidstyleError("OpenVINO cannot run group normalisation of several channels")
        axes = opset.constant(np.array([2, 3], np.int64))
        shape = opset.constant(np.array([1, channels, 1, 1], np.int64))
        normalised = opset.mvn(features, axes, True, attributes["epsilon"], "inside_sqrt")
        scaled = opset.multiply(normalised, opset.reshape(scale, shape, False))
        shifted = opset.add(scaled, opset.reshape(shift, shape, False))
        node.output(0).replace(shifted.output(0))
    model.validate_nodes_and_infer_types()


def quantise(model: openvino.Model, *, calibration: Sequence[Arrays]) -> openvino.Model:
    """The model in int8, by NNCF's post-training quantisation.

    Args:
        model: of `convert`.
        calibration: inputs like those to come; they tell the ranges of all activations.

    Raises:
        UsageError: NNCF is not installed.
    """
    nncf = _import_nncf()
    ranges = nncf.quantization.range_estimator.RangeEstimatorParametersSet
    with redirect_stdout(StringIO()):  # NNCF shows progress bars of its own.
        quantised: openvino.Model = nncf.quantize(
            model,
            nncf.Dataset(list(calibration)),
            subset_size=len(calibration),
            preset=nncf.QuantizationPreset.MIXED,
            # It moves ranges from activations to weights (Xiao et al. 2023, arXiv:2211.10438), for
            # 8 dB more than without on both families of networks.
            model_type=nncf.ModelType.TRANSFORMER,
            ignored_scope=nncf.IgnoredScope(names=_left_as_they_are(model)),
            advanced_parameters=nncf.AdvancedQuantizationParameters(
                # Of convolutions NNCF moves none by itself: 2 dB more for light networks.
                smooth_quant_alphas=nncf.AdvancedSmoothQuantParameters(convolution=_MOVED),
                # Ranges of the least error halve how far the style of light networks drifts. That
                # of others would drift twice as far: what lies outside matters there.
                activations_range_estimator_params=ranges.HISTOGRAM
                if _is_separable(model)
                else ranges.MEAN_MINMAX,
            ),
        )
    return quantised


def _left_as_they_are(model: openvino.Model) -> list[str]:
    """Names of the operations that lose more likeness by int8 than they gain time.

    Products of matrices are of weights alone, and limits are those of the levels that come out.
    Without the convolutions adain-lite is 3 dB nearer to fp32, which it needs to pass. Its time is
    the same where the rest is in bf16, a seventh more where that is in fp32.
    """
    return [
        node.get_friendly_name()
        for node in model.get_ops()
        if node.get_type_name() in ("GroupConvolution", "MatMul", "Maximum", "Minimum")
        or (node.get_type_name() == "Convolution" and _channels(node) <= _FEW_CHANNELS)
    ]


def _is_separable(model: openvino.Model) -> bool:
    return any(node.get_type_name() == "GroupConvolution" for node in model.get_ops())


def _channels(convolution: openvino.Node) -> int:
    """Of a convolution's input or output, whichever are more."""
    outputs, inputs, *_ = convolution.input(1).get_partial_shape().to_shape()
    return max(int(outputs), int(inputs))


def save(model: openvino.Model, folder: Path) -> None:
    """Write the model into `folder`.

    Raises:
        OSError: it cannot be written.
    """
    try:
        # Engines are small; half-precision weights would not be those of the checkpoint.
        openvino.save_model(model, folder / MODEL, compress_to_fp16=False)
    except RuntimeError as error:
        # OpenVINO does not say why; what can fail here is writing.
        raise OSError(f"OpenVINO could not write {MODEL}") from error


def _import_nncf() -> Any:
    try:
        import nncf  # type: ignore[import-untyped]  # It comes without types.
    except ImportError as error:
        raise UsageError(
            'int8 needs NNCF, which is not installed: pip install "vidstyle[int8]"'
        ) from error
    nncf.set_log_level(40)  # Errors alone.
    return nncf
