"""OpenVINO's part in building: engines for this CPU, in bf16, fp32 or int8."""

from pathlib import Path
from typing import Any

from vidstyle.cores import usable_cores
from vidstyle.engines.compiler import CALIBRATION_PICTURES, Blueprint, Compiler
from vidstyle.engines.engine import Backend, Goal, Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Network, tried_size
from vidstyle.engines.openvino import MODEL, WEIGHTS, OpenVINOEngine, has_bfloat16, machine_facts

# Of eager convolutions on one core of a current CPU.
_MULTIPLY_ADDS_A_SECOND = 30e9
# Importing PyTorch, loading, converting and storing; and calls of eager: one to trace, one to
# compare, and as much as half of one for the engine's own.
_FIXED_SECONDS, _CALLS = 2.5, 2.5
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
        rate = _MULTIPLY_ADDS_A_SECOND * usable_cores()
        call = height * width * network.multiply_adds / rate
        seconds = _FIXED_SECONDS + _CALLS * call
        if precision is Precision.INT8 and network.per_frame:
            seconds += _INT8_FIXED_SECONDS + _INT8_CALLS * CALIBRATION_PICTURES * call
        return seconds
