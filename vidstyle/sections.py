"""The sections of a TOML file, as models that check themselves."""

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from vidstyle.errors import did_you_mean


def _without_nul(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("a path cannot hold a NUL character")
    return path


def _not_empty(path: object) -> object:
    # It would be the current folder.
    if path == "":
        raise ValueError("a path cannot be empty")
    return path


Place: TypeAlias = Annotated[Path, BeforeValidator(_not_empty), AfterValidator(_without_nul)]
"""Of a file or a folder, as a configuration has it."""


class Section(BaseModel):
    """A part of a configuration: unchangeable, without unknown keys, all numbers finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def complaint(
    error: ValidationError,
    whole: type[Section],
    sections: Mapping[str, Any],
    *,
    tags: Container[object] = (),
) -> str:
    """One line on the first thing that is wrong: where, what, and a known key that is near.

    Args:
        error: of validating `whole`.
        whole: the file.
        sections: those inside it, by the names that they have in the place of an error.
        tags: of unions: they are in the place of an error, but not in the file.
    """
    first = error.errors()[0]
    *outer, key = first["loc"]
    place = ".".join(str(part) for part in first["loc"] if part not in tags)
    match first["type"]:
        case "extra_forbidden":
            inside = [sections[str(part)] for part in outer if str(part) in sections]
            section = inside[-1] if inside else whole
            return f"unknown key {place}{did_you_mean(str(key), section.model_fields)}"
        case "missing":
            return f"{place} is missing"
        case "tuple_type":
            return f"{place} is {first['input']!r}: it must be a list, such as [{first['input']!r}]"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{place} is {first['input']!r}: it must be a table, of keys and their values"
        case _:
            # What TOML calls a list is a tuple here.
            text = first["msg"].removeprefix("Value error, ").replace("Tuple", "List")
            return f"{place} is {first['input']!r}: {text[0].lower()}{text[1:]}"
