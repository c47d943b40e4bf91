"""Cards of shipped weights: TOML files that say what they are and how they were made."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeAlias

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


def as_toml(tables: Mapping[str, Table]) -> bytes:
    """A card as it is stored."""
    blocks = ["# Written by benchmarks/ship_weights."]
    for name, table in tables.items():
        # Text and numbers of JSON are TOML's.
        lines = [f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in table.items()]
        blocks.append("\n".join([f"[{name}]", *lines]))
    return ("\n\n".join(blocks) + "\n").encode()
