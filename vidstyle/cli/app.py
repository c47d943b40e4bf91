"""The `vidstyle` command."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

import typer

from vidstyle import __version__
from vidstyle.cli.ablate import ablate
from vidstyle.cli.bench import bench
from vidstyle.cli.build_engine import build_engine
from vidstyle.cli.compare import compare
from vidstyle.cli.doctor import doctor
from vidstyle.cli.engines import engines
from vidstyle.cli.file import file
from vidstyle.cli.image import image
from vidstyle.cli.memory import keep_freed_memory
from vidstyle.cli.styles import styles
from vidstyle.cli.train import train
from vidstyle.cli.webcam import webcam
from vidstyle.errors import InterruptedRunError, VidstyleError

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(
    name="vidstyle",
    help="Repaint moving pictures in the style of any picture.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _says_when_interrupted(command: Callable[P, R]) -> Callable[P, R]:
    """Typer turns Ctrl-C into an exit without a word."""

    @wraps(command)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted: nothing was kept") from None

    return call


_COMMANDS = (
    webcam,
    file,
    image,
    build_engine,
    engines,
    bench,
    train,
    ablate,
    compare,
    styles,
    doctor,
)

for command in _COMMANDS:
    app.command()(_says_when_interrupted(command))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vidstyle {__version__}")
        raise typer.Exit


@app.callback()
def _vidstyle(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    keep_freed_memory()
    sys.exit(_run())


def _run() -> int:
    try:
        return int(app(standalone_mode=False) or 0)
    except VidstyleError as error:
        return _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        return _fail(error.format_message(), error.exit_code)


def _fail(message: str, code: int) -> int:
    if message:  # Empty where the help has been shown in place of an error.
        typer.echo(f"error: {message}", err=True)
    return code
