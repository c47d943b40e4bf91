"""All that can be said to a live run: one table for lines, keys, help and documentation."""

import math
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.runs.live.commands import (
    LONGEST_FADE,
    Amount,
    Command,
    PaintWith,
    Quit,
    Record,
    SetFade,
    SetStabiliser,
    SetStrength,
    Setting,
    SetView,
    StepStyle,
    Switch,
    TakeStill,
    Turn,
)
from vidstyle.runs.loading import StyleWish
from vidstyle.video.views import View


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One kind of command, as it is written and read.

    Attributes:
        name: the first word of the line.
        arguments: what may follow it.
        help: what it does.
        parse: from what follows the first word to the command.
        keys: from the names of keys to the lines that they stand for.
        aliases: other spellings of the name.
    """

    name: str
    arguments: str
    help: str
    parse: Callable[[str], Command]
    keys: dict[str, str]
    aliases: tuple[str, ...] = ()

    @property
    def keys_label(self) -> str:
        """Its keys, as a list for people."""
        keys = list(self.keys)
        return "1 … 9" if keys == list("123456789") else ", ".join(keys)

    @property
    def usage(self) -> str:
        """How it is written: `strength 0..1|+0.1|-0.1`."""
        return f"{self.name} {self.arguments}".strip()


def _style(rest: str) -> Command:
    if not rest:
        raise UsageError("which style is missing")
    return PaintWith((StyleWish(_unquoted(rest)),))


def _mix(rest: str) -> Command:
    lexer = shlex.shlex(rest, posix=True, punctuation_chars=False)
    # Paths of Windows have backslashes, and names may have any other sign.
    lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
    try:
        return PaintWith(tuple(StyleWish.parse(word) for word in lexer))
    except ValueError:
        raise UsageError(f"a quotation mark is left open in {rest}") from None


def _step(steps: int, rest: str) -> Command:
    _nothing(rest)
    return StepStyle(steps)


def _strength(rest: str) -> Command:
    return SetStrength(_amount(rest, most=1.0))


def _fade(rest: str) -> Command:
    return SetFade(_amount(rest, most=LONGEST_FADE))


def _stabilise(rest: str) -> Command:
    try:
        return SetStabiliser(Switch.parse(rest or "toggle"))
    except UsageError:
        amount = _amount(rest, most=1.0)
    if amount.relative:
        raise UsageError(f"'{rest}' cannot be added: give a number from 0 to 1")
    return SetStabiliser(amount.value)


def _turn(setting: Setting, rest: str) -> Command:
    return Turn(setting, Switch.parse(rest or "toggle"))


def _view(rest: str) -> Command:
    return SetView(None if rest.lower() in ("", "toggle") else View.parse(rest))


def _still(rest: str) -> Command:
    return TakeStill(Path(_unquoted(rest)) if rest else None)


def _record(rest: str) -> Command:
    word, _, path = rest.partition(" ")
    switch = Switch.parse(word or "toggle")
    if path and switch is Switch.OFF:
        raise UsageError(f"'{path.strip()}' is too much: a recording that ends has its name")
    return Record(switch, Path(_unquoted(path.strip())) if path else None)


def _quit(rest: str) -> Command:
    _nothing(rest)
    return Quit()


def _nothing(rest: str) -> None:
    if rest:
        raise UsageError(f"'{rest}' is too much")


def _amount(text: str, *, most: float) -> Amount:
    """From `0.7` (0 to `most`), `+0.1` or `-0.1`."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    relative = re.match(r"[+-]", text) is not None
    if not (abs(value) <= most):
        raise UsageError(f"'{text}' is not a number from 0 to {most:g}")
    return Amount(value, relative)


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


_SWITCH = "on|off|toggle"

VERBS: tuple[Verb, ...] = (
    Verb(
        name="next",
        arguments="",
        help="the next style in the list",
        parse=partial(_step, 1),
        keys={"right": "next", "n": "next"},
    ),
    Verb(
        name="previous",
        arguments="",
        help="the previous style in the list",
        parse=partial(_step, -1),
        keys={"left": "previous", "p": "previous"},
    ),
    Verb(
        name="style",
        arguments="NAME|PATH|NUMBER",
        help="a style by its name, its image's path or its number in the list",
        parse=_style,
        keys={str(number): f"style {number}" for number in range(1, 10)},
    ),
    Verb(
        name="mix",
        arguments="[NAME:SHARE …]",
        help="mix several styles; without names, the current one and the next",
        parse=_mix,
        keys={"x": "mix"},
    ),
    Verb(
        name="strength",
        arguments="0..1|+0.1|-0.1",
        help="how strongly to repaint",
        parse=_strength,
        keys={
            "up": "strength +0.1",
            "+": "strength +0.1",
            "=": "strength +0.1",
            "down": "strength -0.1",
            "-": "strength -0.1",
        },
    ),
    Verb(
        name="fade",
        arguments="SECONDS|+0.5|-0.5",
        help="duration of the cross-fade to another style",
        parse=_fade,
        keys={"]": "fade +0.5", "[": "fade -0.5"},
    ),
    Verb(
        name="color",
        arguments=_SWITCH,
        help="keep the original's colours",
        parse=partial(_turn, Setting.COLOR),
        keys={"c": "color toggle"},
        aliases=("colour",),
    ),
    Verb(
        name="stabilise",
        arguments=f"{_SWITCH}|0..1",
        help="suppress flicker",
        parse=_stabilise,
        keys={"t": "stabilise toggle"},
        aliases=("stabilize",),
    ),
    Verb(
        name="original",
        arguments=_SWITCH,
        help="show the source unchanged",
        parse=partial(_turn, Setting.ORIGINAL),
        keys={"o": "original toggle"},
    ),
    Verb(
        name="freeze",
        arguments=_SWITCH,
        help="freeze the picture",
        parse=partial(_turn, Setting.FREEZE),
        keys={"space": "freeze toggle"},
    ),
    Verb(
        name="still",
        arguments="[PATH]",
        help="save the current picture",
        parse=_still,
        keys={"s": "still"},
    ),
    Verb(
        name="record",
        arguments=f"{_SWITCH} [PATH]",
        help="start or stop a recording",
        parse=_record,
        keys={"r": "record toggle"},
    ),
    Verb(
        name="view",
        arguments=f"{'|'.join(View.names())}|toggle",
        help="window: the result alone, split with the original, or side by side",
        parse=_view,
        keys={"v": "view toggle"},
    ),
    Verb(
        name="mirror",
        arguments=_SWITCH,
        help="mirror the window",
        parse=partial(_turn, Setting.MIRROR),
        keys={"m": "mirror toggle"},
    ),
    Verb(
        name="fullscreen",
        arguments=_SWITCH,
        help="full screen",
        parse=partial(_turn, Setting.FULLSCREEN),
        keys={"f": "fullscreen toggle", "escape": "fullscreen off"},
    ),
    Verb(
        name="figures",
        arguments=_SWITCH,
        help="overlay frame rate, latency and dropped frames",
        parse=partial(_turn, Setting.FIGURES),
        keys={"i": "figures toggle"},
    ),
    Verb(
        name="help",
        arguments=_SWITCH,
        help="this list",
        parse=partial(_turn, Setting.HELP),
        keys={"h": "help toggle", "f1": "help toggle"},
    ),
    Verb(name="quit", arguments="", help="quit", parse=_quit, keys={"q": "quit"}),
)
"""All that can be said, in the order of the help."""
