"""The errors that a user can cause or meet: one line each, what, with which value, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class VidstyleError(Exception):
    """Something that the user can understand and act on; shown without a traceback."""

    exit_code = 1


class UsageError(VidstyleError):
    """An option or argument that cannot work, found before any work was done."""

    exit_code = 2


class InterruptedRunError(VidstyleError):
    """Ctrl-C ended a run; the message says what is kept."""

    exit_code = 130  # What a shell expects.


def refusal(error: OSError) -> str:
    """One line on what the system refuses: of the paths that a user may give it can be any."""
    where = "" if error.filename is None else f"{error.filename}: "
    return f"{where}{error.strerror or error}"


def check_range(name: str, value: float, *, most: float = 1.0) -> float:
    """The value of an option. `UsageError` where it is not from 0 to `most`."""
    if not 0.0 <= value <= most:
        raise UsageError(f"{name} {value:g} must be from 0 to {most:g}")
    return float(value)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`" (did you mean 'candy'?)"` where a known name is near, else an empty string."""
    nearest = get_close_matches(name, list(known), n=1)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""
