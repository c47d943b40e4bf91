"""What the user is told while something runs."""

from collections.abc import Callable
from typing import TypeAlias

OnMessage: TypeAlias = Callable[[str], None]
"""Gets one line for the user."""

OnDownload: TypeAlias = Callable[[int, int], None]
"""Told the bytes done and the bytes in all while weights are downloaded."""


def ignore(*_: object) -> None:
    """Take anything and do nothing: the callback of a caller who does not listen."""
