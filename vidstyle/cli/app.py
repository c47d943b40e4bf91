"""The `vidstyle` command."""

import io
import re
import sys
from collections.abc import Callable, Sequence
from errno import ENAMETOOLONG
from functools import wraps
from itertools import pairwise
from typing import Annotated, ParamSpec, TypeVar

import typer

from vidstyle import __version__
from vidstyle.cli.ablate import ablate
from vidstyle.cli.bench import bench
from vidstyle.cli.build_engine import build_engine
from vidstyle.cli.compare import compare
from vidstyle.cli.display import tell
from vidstyle.cli.doctor import doctor
from vidstyle.cli.engines import engines
from vidstyle.cli.file import file
from vidstyle.cli.image import image
from vidstyle.cli.memory import keep_freed_memory
from vidstyle.cli.opencv import keep_opencv_silent
from vidstyle.cli.styles import styles
from vidstyle.cli.train import train
from vidstyle.cli.webcam import webcam
from vidstyle.errors import InterruptedRunError, UsageError, VidstyleError, refusal
from vidstyle.pipeline.interrupt import end_as_ctrl_c_does

# As `video.pictures` has their suffixes, which takes long to import.
_PICTURES = re.compile(r".*[*?].*\.(png|jpe?g|webp|bmp|tiff?)", re.IGNORECASE)

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(
    name="vidstyle",
    help="Repaint video in the style of any picture, live or from files.",
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
            raise InterruptedRunError("interrupted: what was not finished is not kept") from None
        except ImportError as error:
            if not _comes_of_ctrl_c(error):
                raise
            raise InterruptedRunError("interrupted before anything was done") from None

    return call


def _comes_of_ctrl_c(error: BaseException | None) -> bool:
    """Libraries in C++ turn a Ctrl-C while they are loaded into an error of their own."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


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
    end_as_ctrl_c_does()
    keep_freed_memory()
    keep_opencv_silent()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # Names of files may not be UTF-8.
    sys.exit(_run())


def _run() -> int:
    try:
        _check_arguments(sys.argv)
        # Shells of Windows leave wildcards to programs. To `file` those of pictures are a sequence.
        is_sequence = sys.argv[1:2] == ["file"] and any(map(_PICTURES.fullmatch, sys.argv))
        return int(app(standalone_mode=False, windows_expand_args=not is_sequence) or 0)
    except VidstyleError as error:
        return _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        return _fail(error.format_message(), error.exit_code)
    except OSError as error:
        kind = UsageError if error.errno == ENAMETOOLONG else VidstyleError
        return _fail(refusal(error), kind.exit_code)


def _check_arguments(arguments: Sequence[str]) -> None:
    """`UsageError` where one is empty: an empty path would stand for the present folder."""
    for before, argument in pairwise(arguments):
        if re.fullmatch(r"(--[\w-]+=)?", argument):
            raise UsageError(f"what follows '{argument or before}' is empty: give it a value")


def _fail(message: str, code: int) -> int:
    if message:  # Empty where the help has been shown in place of an error.
        tell(f"error: {message}")
    return code
