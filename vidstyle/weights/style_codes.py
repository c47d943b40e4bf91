"""Styles by name: the codes that adain-lite has made of pictures, without the pictures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vidstyle.errors import VidstyleError
from vidstyle.weights.notes import open_tensors
from vidstyle.weights.store import WeightStore

ADAIN_LITE = "adain-lite"
"""The network that made the codes and that they steer."""

STYLE_CODES = "adain-lite-styles"
"""What the file of codes is called in the manifest."""

WEIGHTS_NOTE = "weights"
"""The note in the file that holds the sha256 of the network's weights."""


@dataclass(frozen=True, kw_only=True)
class StyleCodes:
    """A file of style codes, one tensor (code_size,) for each style.

    Attributes:
        path: of the file.
        weights: sha256 of the weights that the codes belong to; to others they mean nothing.
        names: of the styles, in alphabetical order.
    """

    path: Path
    weights: str
    names: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """What is in the file.

        Raises:
            VidstyleError: it cannot be read, or does not say which weights it belongs to.
        """
        with open_tensors(path) as tensors:
            weights = (tensors.metadata() or {}).get(WEIGHTS_NOTE)
            names = tuple(sorted(tensors.keys()))
        if weights is None:
            raise VidstyleError(f"{path} does not say which weights its style codes belong to")
        return cls(path=path, weights=weights, names=names)

    @classmethod
    def find(cls, store: WeightStore) -> Self | None:
        """The codes of `ADAIN_LITE`, if they are on this machine; none for weights of one's own.

        Raises:
            VidstyleError: the file cannot be used with the weights that `store` knows.
        """
        if ADAIN_LITE in store.own or STYLE_CODES not in store.manifest:
            return None
        path = store.find(STYLE_CODES)
        if path is None:
            return None
        codes = cls.read(path)
        wanted = store.manifest.entry(ADAIN_LITE).sha256
        if codes.weights != wanted:
            raise VidstyleError(
                f"the style codes in {path} belong to other weights of {ADAIN_LITE} (sha256 "
                f"{codes.weights}, not {wanted}): install vidstyle again"
            )
        return codes

    def code(self, name: str) -> NDArray[np.float32]:
        """The code of a style in `names`: float32 (1, code_size)."""
        with open_tensors(self.path) as tensors:
            return np.asarray(tensors.get_tensor(name), np.float32)[np.newaxis]
