"""The command line, called in this process."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from vidstyle.cli import app


@dataclass(frozen=True)
class Outcome:
    """What a call of the command has done."""

    code: int
    out: str
    err: str

    @property
    def error_line(self) -> str:
        """The one line that tells the error; fails where there are more."""
        (line,) = [line for line in self.err.splitlines() if not line.startswith("note: ")]
        return line.removeprefix("error: ")


Call = Callable[..., Outcome]


@pytest.fixture
def vidstyle(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls `vidstyle` with arguments."""

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["vidstyle", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            app.main()
        out, err = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    return call
