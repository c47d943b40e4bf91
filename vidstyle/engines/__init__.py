"""Networks as fast callables on arrays; torch is imported only by what needs it."""

from vidstyle.engines.engine import AUTO, Backend, Engine, EngineInfo, Goal, Precision
from vidstyle.engines.network import Input, Network, OpenEngine, open_eager

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
