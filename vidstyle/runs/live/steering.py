"""What a user can tell a live run: lines of text, and keys that stand for such lines."""

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.runs.live.commands import Command
from vidstyle.runs.live.verbs import VERBS

KEYS: dict[str, str] = {key: line for verb in VERBS for key, line in verb.keys.items()}
"""From the names of keys to the lines that they stand for."""

_BY_WORD = {word: verb for verb in VERBS for word in (verb.name, *verb.aliases)}


def parse_command(line: str) -> Command:
    """The command of a line such as `strength +0.1`.

    Raises:
        UsageError: it is none.
    """
    if "\0" in line:
        raise UsageError("a line cannot hold a NUL character: it is in no name of a file")
    word, rest = [*line.split(maxsplit=1), "", ""][:2]
    verb = _BY_WORD.get(word.lower())
    if verb is None:
        hint = did_you_mean(word.lower(), _BY_WORD)
        raise UsageError(f"no such command: '{word}'{hint}: 'help' lists them")
    try:
        return verb.parse(rest.strip())
    except UsageError as error:
        raise UsageError(f"{error} ({verb.usage})") from None


def help_rows() -> list[tuple[str, str, str]]:
    """Keys, line and meaning of every verb."""
    return [(verb.keys_label, verb.usage, verb.help) for verb in VERBS]


def help_lines() -> list[str]:
    """The rows as lines, in columns."""
    rows = help_rows()
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [f"{keys:{widths[0]}}  {usage:{widths[1]}}  {text}" for keys, usage, text in rows]
