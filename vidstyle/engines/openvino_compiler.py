"""OpenVINO's part in building: engines for this CPU, in bf16, fp32 or int8."""

from pathlib import Path
from typing import Any

from vidstyle.cores import usable_cores
from vidstyle.engines.compiler import CALIBRATION_PICTURES, Blueprint, Compiler
from vidstyle.engines.engine import Backend, Goal, Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Network, tried_size
from vidstyle.engines.openvino import MODEL, WEIGHTS, OpenVINOEngine, has_bfloat16, machine_facts

# Of eager convolutions on one core of a current CPU; and what memory takes for each pixel, in all
# calls together, which more cores shorten little.
_MULTIPLY_ADDS_A_SECOND, _SECONDS_A_PIXEL = 30e9, 0.65e-6
# Importing PyTorch, loading, converting and storing; and a call of eager to trace, with one of the
# engine's own to compare.
_FIXED_SECONDS, _CALLS = 2.2, 1.2
# Quantisation: importing NNCF, and calls for each calibration picture.
_INT8_FIXED_SECONDS, _INT8_CALLS = 3.0, 1.5


class OpenVINOCompiler(Compiler):
    """Makes OpenVINO engines.

    Args:
        goal: what engines are to be good at; it is settled when they are loaded.
    """

    backend = Backend.OPENVINO
    device = "cpu"
    takes_any_size = True
    traces = True

    def __init__(self, *, goal: Goal = Goal.LATENCY) -> None:
        self._goal = goal
        quick = (Precision.BF16,) if has_bfloat16() else ()
        self.best = (*quick, Precision.FP32)
        self.possible = (*self.best, Precision.INT8)

    def facts(self) -> dict[str, Any]:
        return machine_facts()

    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        from vidstyle.engines.openvino_model import convert, quantise, save

        model = convert(
            blueprint.module, inputs=blueprint.network.inputs, example=blueprint.examples[0]
        )
        if blueprint.precision is Precision.INT8:
            model = quantise(model, calibration=blueprint.examples)
        save(model, folder)
        return [MODEL, WEIGHTS]

    def load(self, folder: Path, key: EngineKey) -> OpenVINOEngine:
        return OpenVINOEngine(folder, key=key, goal=self._goal)

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        height, width = tried_size(network)
        pixels = height * width
        call = pixels * network.multiply_adds / (_MULTIPLY_ADDS_A_SECOND * usable_cores())
        seconds = _FIXED_SECONDS + pixels * _SECONDS_A_PIXEL + _CALLS * call
        if precision is Precision.INT8 and network.per_frame:
            calls = _INT8_CALLS * CALIBRATION_PICTURES
            seconds += _INT8_FIXED_SECONDS + calls * (pixels * _SECONDS_A_PIXEL + call)
        return seconds
