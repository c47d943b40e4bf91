"""Networks as fast callables on arrays; torch is imported only by what needs it."""

from vidstyle.engines.engine import Backend, Engine, EngineInfo, Precision, Target

__all__ = ["Backend", "Engine", "EngineInfo", "Precision", "Target"]
