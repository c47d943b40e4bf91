"""What the losses compare with, computed on the way or once for all."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.files import written_whole
from vidstyle.losses.content import content_targets
from vidstyle.losses.features import Features, LossNetwork, StyleTargets
from vidstyle.messages import ignore
from vidstyle.training.config import LossesSection
from vidstyle.training.moments import condensed

OnMeasured = Callable[[int, int], None]
"""Told now and then how many pictures have been measured, and how many there are to measure."""

# Pictures that go through the loss network at a time.
_CHUNK = 8

# What `Targets.read` is called among other tensors.
_READ = "read"

# Pictures between two times that somebody is told.
_TOLD_EVERY = 512


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
            normalised=self._losses.content == "normalised",
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
        on_measured: OnMeasured = ignore,
    ) -> "Targets":
        """Measure all pictures.

        Args:
            gauge: what measures.
            crops: from indices (n,) to photographs' crops (n, 3, h, w).
            photographs: how many there are.
            paintings: from indices (n,) to style pictures (n, 3, h, w).
            styles: how many there are.
            read_styles: what the model reads of style pictures (n, 3, h, w).
            on_measured: told of the progress.
        """

        def measure_style(chunk: Tensor) -> dict[str, Tensor]:
            pictures = paintings(chunk)
            read = {} if read_styles is None else {_READ: read_styles(pictures)}
            return gauge.styles(pictures).tensors() | read

        everything = photographs + styles
        content = _filled(
            photographs,
            lambda chunk: gauge.content(crops(chunk)),
            lambda done: on_measured(done, everything),
        )
        statistics = _filled(
            styles, measure_style, lambda done: on_measured(photographs + done, everything)
        )
        read = statistics.pop(_READ, None)
        return cls(content, StyleTargets.from_tensors(statistics), read)

    def save(self, path: Path, *, key: str) -> None:
        """Write; `VidstyleError` where that fails."""
        tensors = {f"content.{name}": layer for name, layer in self.content.items()}
        tensors |= {f"styles.{name}": each for name, each in self.styles.tensors().items()}
        if self.read is not None:
            tensors[_READ] = self.read
        with written_whole(path) as partial:
            # safetensors makes files for their owner alone, whatever the umask.
            partial.touch()
            mode = partial.stat().st_mode
            try:
                safetensors.torch.save_file(tensors, partial, metadata={"key": key})
            except safetensors.SafetensorError as error:
                raise VidstyleError(f"cannot write {path}: {error}") from error
            partial.chmod(mode)

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
        read = tensors.pop(_READ, None)
        for name, tensor in tensors.items():
            kind, rest = name.split(".", 1)
            kinds[kind][rest] = tensor
        return cls(kinds["content"], StyleTargets.from_tensors(kinds["styles"]), read)


def _filled(
    count: int,
    measure: Callable[[Tensor], Mapping[str, Tensor]],
    on_measured: Callable[[int], None],
) -> dict[str, Tensor]:
    """What is measured of pictures 0 to `count`, (count, …), by name, in main memory."""
    whole: dict[str, Tensor] = {}
    for chunk in torch.split(torch.arange(count), _CHUNK):
        for name, part in measure(chunk).items():
            # Filled bit by bit: joining parts would double what are gigabytes, and small parts that
            # stay between large ones that go leave memory which nothing large fits into any more.
            if name not in whole:
                whole[name] = torch.empty((count, *part.shape[1:]), dtype=part.dtype)
            whole[name][chunk] = part.cpu()
        done = int(chunk[-1]) + 1
        if done % _TOLD_EVERY == 0 or done == count:
            on_measured(done)
    return whole


def key_of(*facts: object) -> str:
    """A short text that tells whether stored targets are of these facts."""
    text = json.dumps([str(fact) for fact in facts])
    return hashlib.sha256(text.encode()).hexdigest()
