"""Weights files of light networks, as training writes them: tiny, and never trained."""

from pathlib import Path
from typing import Any

import torch

from vidstyle.training.checkpoint import export
from vidstyle.training.models import make_model
from vidstyle.training.network_sections import AdaINLiteSection, SlimJohnsonSection

_SIZES: dict[str, Any] = {
    "half": 4,
    "quarter": 8,
    "eighth": 8,
    "quarter_blocks": (1, 1),
    "eighth_blocks": 1,
    "mixing_rank": 2,
}


def adain_lite_weights(path: Path, *, seed: int = 0) -> Path:
    """A network for any style; its styles differ plainly."""
    section = AdaINLiteSection(kind="adain-lite", style_width=4, style_hidden=16, **_SIZES)
    return _exported(section, path, seed)


def slim_johnson_weights(path: Path, *, seed: int = 0) -> Path:
    """A network for one style."""
    return _exported(SlimJohnsonSection(kind="slim-johnson", **_SIZES), path, seed)


def _exported(section: AdaINLiteSection | SlimJohnsonSection, path: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    network = make_model(section).network
    # Codes begin near zero, where every style looks alike.
    for name, parameter in network.named_parameters():
        if name in ("code", "style_encoder.perceptron.4.weight"):
            torch.nn.init.normal_(parameter)
    notes = {"step": "2", **{k: str(v) for k, v in section.model_dump(mode="json").items()}}
    export(network.state_dict(), path, about=notes)
    return path
