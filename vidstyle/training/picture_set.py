"""Folders of pictures as one tensor in memory."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.stylizers.resampling import squared
from vidstyle.video.pictures import SUFFIXES, pictures_in, read_picture


@dataclass(frozen=True)
class PictureSet:
    """Square pictures of one size.

    Attributes:
        pixels: uint8 tensor (N, 3, size, size), RGB.
        paths: where they came from, N of them.
        skipped: files that could not be read as pictures.
    """

    pixels: Tensor
    paths: tuple[Path, ...]
    skipped: tuple[Path, ...]

    @classmethod
    def load(cls, places: Sequence[Path], *, size: int, limit: int = 0) -> "PictureSet":
        """Read all pictures in these folders (not in folders inside them), and single files.

        Args:
            places: folders and files.
            size: the shorter side is scaled to this, then the middle is cut.
            limit: at most so many, taken evenly from all; 0 is all.

        Raises:
            UsageError: a place does not exist, or there is not one picture to be read.
        """
        files = [file for place in places for file in _files(place)]
        if limit and len(files) > limit:
            files = [files[index * len(files) // limit] for index in range(limit)]
        pixels, paths, skipped = [], [], []
        for file in files:
            picture = _read_square(file, size)
            if picture is None:
                skipped.append(file)
                continue
            pixels.append(torch.from_numpy(picture).permute(2, 0, 1).contiguous())
            paths.append(file)
        if not pixels:
            named = ", ".join(str(place) for place in places)
            broken = f"; {len(skipped)} broken" if skipped else ""
            raise UsageError(f"no pictures in {named} ({', '.join(SUFFIXES)}{broken})")
        return cls(torch.stack(pixels), tuple(paths), tuple(skipped))

    def __len__(self) -> int:
        return len(self.paths)

    def digest(self) -> str:
        """A text that differs where a pixel does."""
        return hashlib.sha256(self.pixels.cpu().contiguous().numpy().data).hexdigest()

    def to(self, device: torch.device) -> "PictureSet":
        """The same pictures in another device's memory."""
        return PictureSet(self.pixels.to(device), self.paths, self.skipped)

    def pictures(self, indices: Tensor) -> Tensor:
        """Whole pictures: float (n, 3, size, size) in [0, 1] of indices (n,)."""
        return self.pixels[indices.to(self.pixels.device)].float() / 255.0

    def crops(self, indices: Tensor, corners: Tensor, flips: Tensor, *, size: int) -> Tensor:
        """Squares cut from the pictures.

        Args:
            indices: long (n,), which pictures.
            corners: long (n, 2), top and left, in pixels.
            flips: bool (n,), which to mirror, left for right.
            size: of the squares, in pixels.

        Returns:
            Float tensor (n, 3, size, size), RGB in [0, 1].
        """
        device = self.pixels.device
        indices, corners, flips = indices.to(device), corners.to(device), flips.to(device)
        along = torch.arange(size, device=device)
        columns = torch.where(flips[:, None], along.flip(0), along) + corners[:, 1:]
        rows = along + corners[:, :1]
        chosen = self.pixels[indices[:, None, None], :, rows[:, :, None], columns[:, None, :]]
        return chosen.permute(0, 3, 1, 2).float() / 255.0

    def random_crops(self, count: int, *, size: int, generator: torch.Generator) -> Tensor:
        """Squares of pictures, both drawn evenly, half of them mirrored; see `crops`.

        Args:
            count: how many.
            size: of the squares, in pixels.
            generator: makes the draws.
        """
        chosen = torch.randint(len(self), (count,), generator=generator)
        spare = self.pixels.shape[2] - size
        corners = torch.randint(spare + 1, (count, 2), generator=generator)
        flips = torch.rand(count, generator=generator) < 0.5
        return self.crops(chosen, corners, flips, size=size)


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise UsageError(f"no such folder: {place}")
    return [place] if place.is_file() else pictures_in(place)


def _read_square(path: Path, size: int) -> NDArray[np.uint8] | None:
    """The picture's middle, uint8 (size, size, 3); None where it is no picture."""
    try:
        return squared(read_picture(path), size)
    except VidstyleError:
        return None
