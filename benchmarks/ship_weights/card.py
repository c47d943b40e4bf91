"""Cards of shipped weights: TOML files that say what they are and how they were made."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeAlias

import safetensors.numpy

from vidstyle.evaluation.cost import NetworkCost

SIZE = (360, 640)
"""Height and width that the cost of a network is counted at."""

Table: TypeAlias = Mapping[str, str | int | float]
"""One table of a card."""


def entry(name: str, architecture: str, data: bytes, *, source: str) -> Table:
    """What the store has to know: the table `[network]`, see `weights.manifest.WeightsEntry`."""
    return {
        "name": name,
        "architecture": architecture,
        "file": f"{name}.safetensors",
        "sha256": sha256(data).hexdigest(),
        "bytes": len(data),
        "licence": "Apache-2.0",
        "source": source,
    }


def figures(data: bytes, cost: NetworkCost) -> Table:
    """How large a network is, from its weights file and what a frame of `SIZE` costs."""
    return {
        "parameters": sum(tensor.size for tensor in safetensors.numpy.load(data).values()),
        "parameters_per_frame": cost.parameters,
        "multiply_adds_per_pixel": round(cost.multiply_adds / (SIZE[0] * SIZE[1])),
    }


def as_toml(tables: Mapping[str, Table]) -> bytes:
    """A card as it is stored."""
    blocks = ["# Written by benchmarks/ship_weights."]
    for name, table in tables.items():
        # Text and numbers of JSON are TOML's.
        lines = [f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in table.items()]
        blocks.append("\n".join([f"[{name}]", *lines]))
    return ("\n\n".join(blocks) + "\n").encode()
