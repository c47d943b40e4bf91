"""The CPU, as far as an engine depends on it."""

from typing import Any

import numpy as np


def instruction_sets() -> tuple[str, ...]:
    """The vector instruction sets that this CPU has, in NumPy's names: ("X86_V3", "X86_V4")."""
    config: Any = np.show_config(mode="dicts")
    found = config["SIMD Extensions"]
    return (*found.get("baseline", ()), *found.get("found", ()))
