"""A whole run in miniature: a few pictures, a tiny network, a loss network of two layers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from vidstyle.losses.features import LossNetwork
from vidstyle.training import setup
from vidstyle.training.config import LossesSection, TrainingConfig, parse_config
from vidstyle.training.style_trainer import StyleTrainer
from vidstyle.weights.store import WeightStore

MakeConfig = Callable[..., TrainingConfig]


class TinyFeatures(nn.Module):
    """Stands in for VGG-19: one random convolution for each layer's name."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.first = nn.Parameter(torch.randn(6, 3, 3, 3, generator=generator))
        self.second = nn.Parameter(torch.randn(8, 6, 3, 3, generator=generator) / 5)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        first = torch.relu(torch.nn.functional.conv2d(pictures, self.first, padding=1))
        second = torch.nn.functional.conv2d(first, self.second, padding=1, stride=4)
        return {"relu1_1": first, "relu4_1": torch.relu(second)}


def tiny_loss_network(_section: LossesSection, _store: WeightStore) -> LossNetwork:
    return LossNetwork(TinyFeatures())


def set_up(config: TrainingConfig, *, store: WeightStore | None = None) -> StyleTrainer:
    """The trainer of a network that paints after style pictures."""
    trainer = setup.make_trainer(config, store=store)
    assert isinstance(trainer, StyleTrainer)
    return trainer


def write_pictures(folder: Path, count: int, *, size: int = 40) -> Path:
    """Pictures of soft random colours."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(count)
    for number in range(count):
        coarse = random.integers(0, 256, (5, 6, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, (size + 8, size), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    return folder


@pytest.fixture
def make_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeConfig:
    """Makes configurations of tiny runs; arguments replace parts of sections."""
    monkeypatch.setattr(setup, "make_loss_network", tiny_loss_network)
    content = write_pictures(tmp_path / "content", 5)
    style = write_pictures(tmp_path / "style", 3)

    def make(**sections: dict[str, Any]) -> TrainingConfig:
        base: dict[str, dict[str, Any]] = {
            "run": {
                "folder": tmp_path / "run",
                "steps": 4,
                "log_every": 1,
                "sample_every": 0,
                "device": "cpu",
            },
            "data": {
                "content": [content],
                "style": [style],
                "size": 40,
                "style_size": 32,
                "crop": 32,
                "batch": 2,
                "identity": 1,
            },
            "network": {
                "kind": "adain-lite",
                "half": 4,
                "quarter": 8,
                "eighth": 8,
                "quarter_blocks": [0, 1],
                "eighth_blocks": 1,
                "mixing_rank": 2,
                "style_width": 4,
                "style_hidden": 8,
            },
            "losses": {
                "style_layers": ["relu1_1", "relu4_1"],
                "weights": {
                    "content": 1.0,
                    "style": 1.0,
                    "total_variation": 0.1,
                    "output_temporal": 1.0,
                    "feature_temporal": 0.1,
                    "identity": 0.5,
                },
            },
            "temporal": {"pictures": 1},
        }
        for name, changes in sections.items():
            whole = "kind" in changes or name not in base
            base[name] = changes if whole else {**base[name], **changes}
        return parse_config(base)

    return make
