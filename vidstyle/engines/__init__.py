"""Networks as fast callables on arrays; torch is imported only by what needs it."""

import sys

from vidstyle.engines.engine import AUTO, Backend, Engine, EngineInfo, Goal, Precision
from vidstyle.engines.network import Input, Network, OpenEngine, open_eager

# OpenVINO and NNCF would report to their makers over the network that they are imported and used,
# from a forked process, which may hang for ever, and the end of this one with it. As if it were not
# installed:
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

__all__ = [
    "AUTO",
    "Backend",
    "Engine",
    "EngineInfo",
    "Goal",
    "Input",
    "Network",
    "OpenEngine",
    "Precision",
    "open_eager",
]
