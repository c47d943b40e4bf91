"""Every fact that makes a stored engine valid, and the name that follows from them."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Self

from vidstyle.engines.engine import Backend, EngineInfo, Precision
from vidstyle.engines.network import Input, size_label

ENGINE_FORMAT = 11
"""To be raised when a network, its graph or the way engines are stored changes."""

# The others are their names.
_WORDS = {"inputs": "input shapes", "instructions": "instruction sets"}


@dataclass(frozen=True, kw_only=True)
class EngineKey:
    """What an engine fits; another value anywhere is another engine.

    Attributes:
        network: its name.
        weights: sha256 of its weights.
        inputs: types and shapes.
        precision: what it computes in.
        backend: what runs it.
        backend_version: of the library that built it.
        device: the model of the CPU or GPU.
        instructions: the vector instruction sets of a CPU, the compute capability of a GPU.
        driver: its version, where the engine depends on it.
        structure: see `Network`.
        engine_format: vidstyle's own.
    """

    network: str
    weights: str
    inputs: tuple[Input, ...]
    precision: Precision
    backend: Backend
    backend_version: str
    device: str
    instructions: tuple[str, ...]
    driver: str = ""
    structure: str = ""
    engine_format: int = ENGINE_FORMAT

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Self:
        """The key that `as_dict` gave.

        Raises:
            KeyError, TypeError, ValueError: `facts` are not those of a key.
        """
        inputs = tuple(Input(dtype=i["dtype"], shape=tuple(i["shape"])) for i in facts["inputs"])
        if not inputs or len(inputs[0].shape) not in (3, 4):
            raise ValueError("the first input is neither pictures nor planes of them")
        precision, backend = Precision(facts["precision"]), Backend(facts["backend"])
        texts = [facts[name] for name in ("network", "weights", "backend_version", "device")]
        lengths = [length for each in inputs for length in each.shape if length is not None]
        if not all(isinstance(text, str) for text in (*texts, *facts["instructions"])):
            raise TypeError("names are texts")
        if not all(isinstance(length, int) for length in lengths):
            raise TypeError("lengths are whole numbers")
        converted = {
            "inputs": inputs,
            "precision": precision,
            "backend": backend,
            "instructions": tuple(facts["instructions"]),
        }
        return cls(**{**facts, **converted})

    def as_dict(self) -> dict[str, Any]:
        """The key for a JSON file."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """12 hex digits that stand for all facts."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return sha256(text.encode()).hexdigest()[:12]

    @property
    def size(self) -> str:
        """The size of the pictures; see `Network.size`."""
        return size_label(self.inputs)

    @property
    def batch(self) -> int:
        """How many pictures the engine takes at a time."""
        return self.inputs[0].shape[0] or 1

    def together(self, count: int) -> Self:
        """The key of the engine that takes so many pictures at a time."""
        pictures = self.inputs[0]
        changed = replace(pictures, shape=(count, *pictures.shape[1:]))
        return replace(self, inputs=(changed, *self.inputs[1:]))

    @property
    def file_name(self) -> str:
        """A name that can be read and that no other key has."""
        words = (self.network, self.size, self.precision, self.backend, self.digest)
        return "-".join(re.sub(r"[^\w.-]+", "_", word) for word in words)

    @property
    def compute_capability(self) -> str:
        """Of the GPU that the engine is for, as "sm_90"; empty where it is for a CPU."""
        is_for_gpu = self.instructions[:1] and self.instructions[0].startswith("sm_")
        return self.instructions[0] if is_for_gpu else ""

    def info_on(self, device: str) -> EngineInfo:
        """What an engine with this key is when it runs on that device, as "cuda:0"."""
        return EngineInfo(
            network=self.network, backend=self.backend, precision=self.precision, device=device
        )

    def differs_in_weights_alone(self, other: "EngineKey") -> bool:
        """Whether the engine of one could be made from that of the other."""
        same_weights = replace(self, network=other.network, weights=other.weights)
        return bool(self.structure) and self != other and same_weights == other

    def same_use(self, other: "EngineKey") -> bool:
        """Whether both are for the same network, inputs, precision, backend and GPU generation."""
        mine, others = (
            (key.network, key.inputs, key.precision, key.backend, key.compute_capability)
            for key in (self, other)
        )
        return mine == others

    def differences(self, other: "EngineKey") -> str:
        """What differs in `other`, in words: "backend version, CPU"."""
        mine, others = self.as_dict(), other.as_dict()
        names = [name for name in mine if mine[name] != others[name]]
        return ", ".join(_WORDS.get(name, name.replace("_", " ")) for name in names)
