"""The styles that adain-lite knows by name: what it makes of well-known paintings."""

import csv
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from benchmarks.ship_weights.card import as_toml, entry
from vidstyle.errors import VidstyleError
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.video.pictures import pictures_in, read_picture
from vidstyle.weights.style_codes import STYLE_CODES, WEIGHTS_NOTE

_PUBLIC_DOMAIN = ("PD", "CC0")

Fit = Callable[[NDArray[np.float32], Sequence[Path]], NDArray[np.float32]]
"""From codes (S, C) and the pictures they are of to better codes."""


def named_styles(
    stylizer: AdaINLite,
    weights: bytes,
    *,
    samples: Path,
    paintings: Path,
    fit: Fit,
    source: str,
) -> dict[str, bytes]:
    """The file of style codes and its card, by file name.

    Args:
        stylizer: the network.
        weights: its weights file, which the codes are tied to.
        samples: the folder of the project's own style pictures.
        paintings: a folder of pictures in the public domain, as the table `<folder>_manifest.csv`
            beside it says.
        fit: makes the codes better than the network's style encoder does.
        source: how they were made.

    Raises:
        VidstyleError: a picture is not known to be in the public domain.
    """
    own = [(path, "drawn by samples/") for path in pictures_in(samples)]
    works = sorted([*own, *_public_domain(paintings)], key=lambda work: work[0].stem)
    pictures = [path for path, _ in works]
    found = np.concatenate([stylizer.encode(read_picture(path)) for path in pictures])
    fitted = fit(found, pictures).astype(np.float16)
    codes = {path.stem: code for path, code in zip(pictures, fitted, strict=True)}
    note = {WEIGHTS_NOTE: sha256(weights).hexdigest()}
    data = safetensors.numpy.save(codes, metadata=note)
    card = {
        "network": entry(STYLE_CODES, "style-codes", data, source=source),
        "works": {path.stem: licence for path, licence in works},
    }
    return {f"{STYLE_CODES}.safetensors": data, f"{STYLE_CODES}.toml": as_toml(card)}


def _public_domain(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each painting, with what it is and its licence."""
    with folder.with_name(f"{folder.name}_manifest.csv").open(newline="") as file:
        known = {row["file"]: row["work_and_licence"] for row in csv.DictReader(file)}
    for path in pictures_in(folder):
        work = known.get(path.name, "")
        if not any(terms in work for terms in _PUBLIC_DOMAIN):
            raise VidstyleError(f"{path} is not known to be in the public domain ({work or '?'})")
        yield path, work
