"""Options with a few values, as a user names them."""

import re
from enum import StrEnum
from typing import Self

from vidstyle.errors import UsageError, did_you_mean


class Choice(StrEnum):
    """An enum whose members a user picks by name."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """What the user may write."""
        return tuple(cls)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The member of that name.

        Raises:
            UsageError: there is none.
        """
        try:
            return cls(text.lower())
        except ValueError:
            words = re.sub(r"\B(?=[A-Z])", " ", cls.__name__).lower()
            raise UsageError(
                f"{words} {text!r} is not one of {', '.join(cls.names())}"
                f"{did_you_mean(text, cls.names())}"
            ) from None
