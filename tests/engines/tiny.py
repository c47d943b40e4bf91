"""A network small enough to be built for real in every test."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vidstyle.engines import Input, Network, Precision
from vidstyle.engines.compiler import Compiler
from vidstyle.engines.record import EngineRecord
from vidstyle.engines.store import EngineStore
from vidstyle.engines.workshop import Trials, Workshop
from vidstyle.nets.graphs import PictureTransfer, StyleStatistics
from vidstyle.runs.parity import measure_parity
from vidstyle.runs.trial_pictures import trial_pictures

HEIGHT, WIDTH = 32, 48


def quickest() -> Precision:
    """What engines are built in on this machine's CPU where nothing else is asked for."""
    return _openvino().best[0]


class Wrong(nn.Module):
    """Computes one thing and records another while it is traced: what engines must be caught at."""

    def forward(self, pictures: Tensor) -> Tensor:
        return _recorded(1 - pictures, computed=pictures)


class MixingUp(nn.Module):
    """Records the result of another picture."""

    def forward(self, pictures: Tensor) -> Tensor:
        return _recorded(pictures.flip(0), computed=pictures)


def _recorded(recorded: Tensor, *, computed: Tensor) -> Tensor:
    recorded.numpy()[:] = computed.numpy()  # The tracer does not see it.
    return recorded


def smoothing() -> nn.Module:
    """A convolution that blurs and mixes the colours a little."""
    torch.manual_seed(0)
    convolution = nn.Conv2d(3, 3, 3, padding=1)
    with torch.no_grad():
        convolution.weight.mul_(0.3).add_(0.03)
    return convolution


def separable() -> nn.Module:
    """As `smoothing`, by way of more channels than a picture has; the one between is depthwise."""
    torch.manual_seed(0)
    convolutions = nn.Sequential(
        nn.Conv2d(3, 32, 1), nn.Conv2d(32, 32, 3, padding=1, groups=32), nn.Conv2d(32, 3, 1)
    )
    with torch.no_grad():
        for parameter in convolutions.parameters():
            parameter.abs_().mul_(0.5)
    return convolutions


def normalising(groups: int) -> nn.Module:
    """Group normalisation of three channels; with three groups it is instance normalisation."""
    normalisation = nn.GroupNorm(groups, 3)
    with torch.no_grad():
        normalisation.weight.copy_(torch.tensor([0.1, 0.2, 0.15]))
        normalisation.bias.copy_(torch.tensor([0.4, 0.5, 0.6]))
    return normalisation


def picture_network(inner: nn.Module | None = None, **changes: Any) -> Network:
    """From frames and a strength to frames; at HEIGHT and WIDTH unless changed."""
    facts: dict[str, Any] = {
        "name": "tiny",
        "weights": "0" * 64,
        "inputs": (
            Input(dtype="uint8", shape=(1, HEIGHT, WIDTH, 3)),
            Input(dtype="float32", shape=(1,)),
        ),
        "make": lambda: PictureTransfer(inner or smoothing()),
        "examples": lambda module, frame, style: (frame, np.ones(1, np.float32)),
    }
    return Network(**{**facts, **changes})


def statistics_network() -> Network:
    """From a style picture of any size to its statistics."""
    return Network(
        name="tiny style",
        weights="1" * 64,
        inputs=(Input(dtype="uint8", shape=(1, None, None, 3)),),
        make=lambda: StyleStatistics(smoothing()),
        examples=lambda module, frame, style: (style,),
        per_frame=False,
    )


def drawn_trials(precision: Precision) -> Trials:
    """Drawn pictures, also for int8."""
    drawn = trial_pictures(Precision.FP32, places=())
    return Trials(
        frames=lambda height, width: [*drawn.frames(height, width)] * 3, styles=drawn.styles
    )


def make_workshop(
    folder: Path, messages: list[str] | None = None, *, compiler: Compiler | None = None
) -> Workshop:
    """A workshop in `folder`, of OpenVINO engines by default, whose messages are collected."""
    say = (messages if messages is not None else []).append
    return Workshop(
        EngineStore(folder),
        compiler=compiler or _openvino(),
        measure=measure_parity,
        trials=drawn_trials,
        on_message=say,
    )


def psnr(record: EngineRecord) -> float:
    """How near the engine came to eager fp32, in dB."""
    assert record.parity is not None
    return record.parity.psnr


def inputs(seed: int = 0, *, count: int = 1) -> tuple[NDArray[Any], ...]:
    """Frames and a strength, as `picture_network` takes them."""
    frames = np.random.default_rng(seed).integers(0, 255, (count, HEIGHT, WIDTH, 3), np.uint8)
    return frames, np.ones(1, np.float32)


def _openvino() -> Compiler:
    # Where a GPU is tested it may not be installed.
    from vidstyle.engines.openvino_compiler import OpenVINOCompiler

    return OpenVINOCompiler()
