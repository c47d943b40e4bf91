"""What a sweep is, as its TOML file says it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from hashlib import sha256
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, PlainValidator, ValidationError

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.sections import Place, Section, complaint
from vidstyle.settings import read_toml, with_settings
from vidstyle.stylizers.gatys.options import (
    OF_VIDEOS,
    Features,
    GatysOptions,
    Optimizer,
    Preset,
    Start,
)


def _plain(value: object) -> object:
    # Not by a union: to that, true is 1, and what fits nowhere is told as no text.
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    if isinstance(value, str | float | int) and not isinstance(value, bool):
        return value
    raise ValueError("it must be a name, a number or a list of names")


Value: TypeAlias = Annotated[str | float | int | list[str], PlainValidator(_plain)]
"""Of an option, as TOML has it."""

_PARSERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "features": Features.parse,
        "optimizer": Optimizer.parse,
        "start": Start.parse,
        "preset": Preset.parse,
    }
)
"""Of options that are chosen by name."""

_OF_LAYERS = ("content_layers", "style_layers")

# Bytes. File systems take 255, suffixes among them.
_LONGEST_NAME = 200

# The last does not change a picture by design.
_NOT_OF_PICTURES = frozenset((*OF_VIDEOS, "precision"))


class SweepSection(Section):
    """`[sweep]`: where to, and what results are compared with.

    Attributes:
        folder: where results and tables go.
        size: pixels of the shorter side that contents are optimised at.
        reference: the method whose pictures the results are compared with, as pseudo ground truth:
            "adain" or "adain-vgg19". Pairs that name a reference have their own.
    """

    folder: Place
    size: int = Field(default=256, ge=32)
    reference: Literal["adain", "adain-vgg19"] = "adain"


class Pair(Section):
    """`[[pairs]]`: a content and a style, and the picture that results are compared with.

    Attributes:
        content: a picture, or a clip.
        style: a picture.
        frame: of the clip, from 0.
        reference: a picture of the content in the style; None: made by `sweep.reference`.
    """

    content: Place
    style: Place
    frame: int = Field(default=0, ge=0)
    reference: Place | None = None

    @property
    def name(self) -> str:
        """Short, for files and tables."""
        frame = f"-{self.frame}" if self.frame else ""
        return short_name(f"{self.content.stem}{frame}-{self.style.stem}")


class Sweep(Section):
    """A whole sweep.

    Attributes:
        sweep: where to, and what results are compared with.
        pairs: each is painted with every combination.
        grid: values of gatys' options, by name; all combinations are tried.
        options: those that are the same for all.
    """

    sweep: SweepSection
    pairs: tuple[Pair, ...] = Field(min_length=1)
    grid: dict[str, tuple[Value, ...]] = Field(min_length=1)
    options: dict[str, Value] = Field(default_factory=dict)

    def points(self) -> "list[Point]":
        """All combinations, each once, the last option of the grid changing first.

        Raises:
            UsageError: there is no such option, or a value of it cannot work.
        """
        names = [pair.name for pair in self.pairs]
        for name in names:
            if names.count(name) > 1:
                raise UsageError(f"two pairs are called {name}: give their files other names")
        for name, values in self.grid.items():
            _check_known(name)
            if not values:
                raise UsageError(f"grid.{name} has no values: name at least one")
        for name in self.options:
            _check_known(name)
            if name in self.grid:
                raise UsageError(f"{name} is in grid and in options: leave one of them out")
        points: dict[GatysOptions, Point] = {}
        for values in product(*self.grid.values()):
            point = Point(dict(zip(self.grid, values, strict=True)), self.options)
            points.setdefault(point.options, point)
        return list(points.values())


class Point:
    """One combination of a grid's values.

    Attributes:
        values: of the grid's options, by name, as the file has them.
        options: all of gatys' options.

    Raises:
        UsageError: the values cannot work, alone or together.
    """

    def __init__(self, values: Mapping[str, Value], common: Mapping[str, Value]) -> None:
        self.values = dict(values)
        try:
            self.options = GatysOptions(
                **{name: _parsed(name, value) for name, value in {**common, **values}.items()}
            )
        except (TypeError, AttributeError) as error:
            raise UsageError(f"{self.label}: a value is of the wrong kind ({error})") from error

    @property
    def label(self) -> str:
        """The values, for tables and plots."""
        return ", ".join(_shown(name, value) for name, value in self.values.items())

    @property
    def slug(self) -> str:
        """The values, for names of files."""
        return "-".join(_shown(name, value).replace(" ", "") for name, value in self.values.items())


def read_sweep(path: Path, *, settings: Mapping[str, Any] | None = None) -> Sweep:
    """The sweep that a TOML file describes.

    Args:
        path: of the file.
        settings: values that take the place of the file's, by full name: `{"sweep.size": 96}`.

    Raises:
        UsageError: there is no such file, or it is not TOML, or a key or value is wrong.
    """
    content = read_toml(path)
    try:
        sweep = Sweep.model_validate(with_settings(content, settings or {}))
        sweep.points()
    except ValidationError as error:
        told = complaint(error, Sweep, {"sweep": SweepSection, "pairs": Pair})
        raise UsageError(f"{path}: {told}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    return sweep


def short_name(name: str) -> str:
    """The name, or where it is too long for a file its beginning and 12 digits for the whole."""
    text = os.fsencode(name)
    if len(text) <= _LONGEST_NAME:
        return name
    beginning = text[: _LONGEST_NAME - 13].decode(errors="ignore")
    return f"{beginning}-{sha256(text).hexdigest()[:12]}"


def _check_known(name: str) -> None:
    known = {field.name for field in fields(GatysOptions)} - _NOT_OF_PICTURES
    if name not in known:
        raise UsageError(
            f"gatys has no option {name} for pictures{did_you_mean(name, known)}: "
            f"it has {', '.join(sorted(known))}"
        )


def _parsed(name: str, value: Value) -> Any:
    if name in _PARSERS:
        if not isinstance(value, str):
            raise UsageError(f"{name} {value!r} must be a name")
        return _PARSERS[name](value)
    if name in _OF_LAYERS and not isinstance(value, list):
        raise UsageError(f"{name} {value!r} must be a list of names, such as [{value!r}]")
    return tuple(value) if isinstance(value, list) else value


def _shown(name: str, value: Value) -> str:
    """Choices by their own name; numbers with that of the option."""
    if name in _PARSERS:
        return str(value)
    text = "+".join(value) if isinstance(value, list) else str(value)
    return f"{name.removesuffix('_weight').replace('_', ' ')} {text}"
