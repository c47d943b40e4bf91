"""Weights files for tests."""

from pathlib import Path

import torch

from vidstyle.nets.johnson import TransformerNet


def johnson_checkpoint(path: Path, *, seed: int = 0) -> Path:
    """A johnson network that was never trained, with weights small enough to draw something."""
    torch.manual_seed(seed)
    torch.save(TransformerNet().state_dict(), path)
    return path
