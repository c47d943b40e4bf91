"""What the user is told while something runs."""

from collections.abc import Callable
from typing import TypeAlias

OnMessage: TypeAlias = Callable[[str], None]
"""Gets one line for the user."""
