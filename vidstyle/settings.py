"""What a TOML file says, and single values that take its place: `section.key=VALUE`."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vidstyle.errors import UsageError

# What begins so is meant as TOML: taken as plain text, a forgotten bracket would become a name.
_TOML_BEGINS = ("[", "{", '"', "'")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; `UsageError` where there is none, or it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from error


def parse_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Values by the keys' full names, for example `{"data.batch": 8}` of `data.batch=8`.

    Values are TOML; text that is none is a string, so that quotes can be left out:
    `run.folder=out/train/mine`.

    Raises:
        UsageError: there is no "=", or a value that begins as TOML is none.
    """
    return dict(_parse(text) for text in texts)


def with_settings(content: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested tables with these values by full name; tables that are not there yet are made.

    Raises:
        UsageError: a part of a name is a value, not a table.
    """
    changed = dict(content)
    for name, value in settings.items():
        *tables, key = name.split(".")
        table = changed
        for depth, part in enumerate(tables, start=1):
            inner = table.get(part, {})
            if not isinstance(inner, Mapping):
                raise UsageError(f"--set {name}: {'.'.join(tables[:depth])} has no keys in it")
            table[part] = dict(inner)
            table = table[part]
        table[key] = value
    return changed


def _parse(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set takes section.key=VALUE, for example data.batch=8, not {text!r}")
    return name.strip(), _value(name.strip(), value.strip())


def _value(name: str, text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        if text and not text.startswith(_TOML_BEGINS):
            return text
        raise UsageError(f"--set {name}: {text!r} is not TOML ({error})") from error
