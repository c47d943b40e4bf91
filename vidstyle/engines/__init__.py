"""Networks as fast callables on arrays; torch is imported only by what needs it."""

from vidstyle.engines.engine import AUTO, Backend, Engine, EngineInfo, Precision
from vidstyle.engines.network import Input, Network, OpenEngine

__all__ = ["AUTO", "Backend", "Engine", "EngineInfo", "Input", "Network", "OpenEngine", "Precision"]
