"""What the losses compare with, computed on the way or once for all."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.files import written_whole
from vidstyle.losses.content import ContentVariant, content_targets
from vidstyle.losses.features import Features, LossNetwork, StyleTargets
from vidstyle.training.config import LossesSection
from vidstyle.training.moments import condensed

_Part = TypeVar("_Part")

# Pictures that go through the loss network at a time.
_CHUNK = 8


class Gauge:
    """The loss network, and what of its features each loss needs.

    Args:
        network: what compares pictures.
        losses: what is compared.
    """

    def __init__(self, network: LossNetwork, losses: LossesSection) -> None:
        self._network = network
        self._losses = losses
        self._dtype = next(network.parameters()).dtype

    @torch.no_grad()
    def content(self, pictures: Tensor) -> dict[str, Tensor]:
        """Features of pictures (N, 3, H, W) that the content loss compares, in half precision."""
        return content_targets(
            self._network(pictures.to(self._dtype)),
            variant=ContentVariant(self._losses.content),
            layers=self._losses.content_layers,
        )

    @torch.no_grad()
    def styles(self, pictures: Tensor) -> StyleTargets:
        """Statistics of style pictures (N, 3, H, W)."""
        features = self._network(pictures.to(self._dtype))
        layers = {layer: features[layer] for layer in self._losses.style_layers}
        if self._losses.style in ("gram", "balanced-gram"):
            return StyleTargets.measure(layers, grams=True)
        return StyleTargets.measure({name: condensed(layer) for name, layer in layers.items()})


@dataclass(frozen=True)
class Targets:
    """The targets of all pictures of a run, in main memory.

    Attributes:
        content: of each photograph's one crop, by layer.
        styles: of each style.
        read: of each style, what the model reads; None where that is its picture.
    """

    content: Features
    styles: StyleTargets
    read: Tensor | None = None

    @classmethod
    def compute(
        cls,
        gauge: Gauge,
        *,
        crops: Callable[[Tensor], Tensor],
        photographs: int,
        paintings: Callable[[Tensor], Tensor],
        styles: int,
        read_styles: Callable[[Tensor], Tensor] | None = None,
    ) -> "Targets":
        """Measure all pictures.

        Args:
            gauge: what measures.
            crops: from indices (n,) to photographs' crops (n, 3, h, w).
            photographs: how many there are.
            paintings: from indices (n,) to style pictures (n, 3, h, w).
            styles: how many there are.
            read_styles: what the model reads of style pictures (n, 3, h, w).
        """

        def measured(count: int, measure: Callable[[Tensor], _Part]) -> list[_Part]:
            return [measure(chunk) for chunk in torch.split(torch.arange(count), _CHUNK)]

        content: dict[str, Tensor] = {}
        for chunk in torch.split(torch.arange(photographs), _CHUNK):
            for layer, features in gauge.content(crops(chunk)).items():
                # Filled bit by bit: these take gigabytes, and joining parts would double that.
                if layer not in content:
                    shape = (photographs, *features.shape[1:])
                    content[layer] = torch.empty(shape, dtype=features.dtype)
                content[layer][chunk] = features.cpu()
        statistics = measured(styles, lambda chunk: gauge.styles(paintings(chunk)).to("cpu"))
        read = None
        if read_styles is not None:
            read = torch.cat(measured(styles, lambda chunk: read_styles(paintings(chunk)).cpu()))
        return cls(content, StyleTargets.join(statistics), read)

    def save(self, path: Path, *, key: str) -> None:
        """Write; `VidstyleError` where that fails."""
        tensors = {f"content.{name}": layer for name, layer in self.content.items()}
        tensors |= {f"styles.{name}": each for name, each in self.styles.tensors().items()}
        if self.read is not None:
            tensors["read"] = self.read
        with written_whole(path) as partial:
            try:
                safetensors.torch.save_file(tensors, partial, metadata={"key": key})
            except safetensors.SafetensorError as error:
                raise VidstyleError(f"cannot write {path}: {error}") from error

    @classmethod
    def load(cls, path: Path, *, key: str) -> "Targets | None":
        """Read what `save` wrote; None where there is nothing, or it has another key."""
        try:
            with safetensors.safe_open(path, "pt") as file:
                if file.metadata() != {"key": key}:
                    return None
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, safetensors.SafetensorError):
            # Not there, or not whole: it is computed again and written over.
            return None
        kinds: dict[str, dict[str, Tensor]] = {"content": {}, "styles": {}}
        read = tensors.pop("read", None)
        for name, tensor in tensors.items():
            kind, rest = name.split(".", 1)
            kinds[kind][rest] = tensor
        return cls(kinds["content"], StyleTargets.from_tensors(kinds["styles"]), read)


def key_of(*facts: object) -> str:
    """A short text that tells whether stored targets are of these facts."""
    text = json.dumps([str(fact) for fact in facts])
    return hashlib.sha256(text.encode()).hexdigest()
