"""The CPU, as far as an engine depends on it."""

import os
from typing import Any

import numpy as np


def instruction_sets() -> tuple[str, ...]:
    """The vector instruction sets that this CPU has, in NumPy's names: ("X86_V3", "X86_V4")."""
    config: Any = np.show_config(mode="dicts")
    found = config["SIMD Extensions"]
    return (*found.get("baseline", ()), *found.get("found", ()))


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
