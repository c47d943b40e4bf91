"""Light networks and their sizes, from the notes that training leaves in their weights files."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from vidstyle.errors import VidstyleError
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.lite_trunk import LiteShape
from vidstyle.weights.checkpoint import load_checkpoint
from vidstyle.weights.notes import read_notes


def read_sizes(path: Path, *names: str) -> list[Any]:
    """Sizes by the names that they have in a training configuration's `[network]`.

    Raises:
        VidstyleError: the file does not tell one of them.
    """
    notes = read_notes(path)
    return [_value(notes, name, path) for name in names]


def read_lite_shape(path: Path) -> LiteShape:
    """The shape of the trunk whose weights are in a file.

    Raises:
        VidstyleError: the file does not tell it.
    """
    names = [field.name for field in fields(LiteShape)]
    sizes = dict(zip(names, read_sizes(path, *names), strict=True))
    return LiteShape(**{**sizes, "quarter_blocks": tuple(sizes["quarter_blocks"])})


def load_adain_lite(path: Path) -> AdaINLite:
    """The whole network in a file of `vidstyle train`; raises as `load_checkpoint` does too."""
    width, hidden = read_sizes(path, "style_width", "style_hidden")
    network = AdaINLite(read_lite_shape(path), style_width=width, style_hidden=hidden)
    load_checkpoint(network, path)
    return network


def _value(notes: Mapping[str, str], name: str, path: Path) -> Any:
    try:
        return json.loads(notes[name])
    except (KeyError, ValueError) as error:
        raise VidstyleError(
            f"{path} does not tell its {name}: it is no weights file of vidstyle train"
        ) from error
