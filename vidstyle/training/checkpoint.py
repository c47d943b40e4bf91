"""The state of a run on disk: whole or not at all."""

import io
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.files import write_whole
from vidstyle.training.trainer import TrainingState

# 3: the discriminators of cyclegan are called so.
_FORMAT = 3
_KEYS = {"format", "network", "step", "model", "average", "optimizer"}


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a run needs to go on as if it had never stopped.

    Attributes:
        network: what is trained: the configuration's `[network]`, its start, its optimiser and its
            one style.
        step: how many are done.
        state: of the trainer.
    """

    network: dict[str, Any]
    step: int
    state: TrainingState

    def save(self, path: Path) -> None:
        """Write; what was there before stays until all of it is written.

        Raises:
            VidstyleError: it cannot be written, for example for want of room.
        """
        # In memory first: torch hides the system's reason where a disk is full.
        buffer = io.BytesIO()
        facts = {"format": _FORMAT, "network": self.network, "step": self.step}
        torch.save({**facts, **vars(self.state)}, buffer)
        write_whole(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path, *, network: dict[str, Any]) -> "Checkpoint":
        """Read.

        Args:
            path: of the file.
            network: what the run trains, which must be what the checkpoint is of.

        Raises:
            VidstyleError: it cannot be read, or is of another run or of another vidstyle.
        """
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
        except OSError as error:
            raise VidstyleError(f"cannot read {path}: {error.strerror}") from error
        # Bytes that are no checkpoint make the parser fail in any way there is.
        except Exception as error:
            raise VidstyleError(
                f"{path} is damaged or no checkpoint of a run: delete it to begin anew"
            ) from error
        if not isinstance(content, dict) or content.keys() != _KEYS:
            raise VidstyleError(f"{path} is no checkpoint of a run: delete it to begin anew")
        difference = _difference(content["network"], network)
        if content["format"] != _FORMAT:
            difference = f"format is {content['format']} there, {_FORMAT} here"
        if difference:
            raise VidstyleError(
                f"{path} is of another run ({difference}): give another run.folder, or begin anew "
                "with --fresh"
            )
        state = {field.name: content[field.name] for field in fields(TrainingState)}
        return cls(network=content["network"], step=content["step"], state=TrainingState(**state))


def export(state: dict[str, Tensor], path: Path, *, about: dict[str, str]) -> None:
    """Write weights as safetensors in half precision, with notes; whole or not at all."""
    write_whole(path, safetensors.torch.save(halved(state), metadata=about))


def halved(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in half precision."""
    return {
        name: tensor.half().contiguous() if tensor.is_floating_point() else tensor.contiguous()
        for name, tensor in state.items()
    }


def is_finite(state: Any) -> bool:
    """Whether all tensors in nested dictionaries and sequences are finite."""
    match state:
        case Tensor():
            return bool(state.isfinite().all())
        case dict():
            return all(map(is_finite, state.values()))
        case list() | tuple():
            return all(map(is_finite, state))
        case _:
            return True


def _difference(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    for key in sorted(found.keys() | wanted.keys()):
        theirs, ours = found.get(key), wanted.get(key)
        if theirs != ours:
            return f"{key} is {theirs!r} there, {ours!r} here"
    return ""
