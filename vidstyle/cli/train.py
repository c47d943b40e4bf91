"""`vidstyle train`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidstyle.cli.options import FolderOption, QuietOption, SettingsOption
from vidstyle.errors import InterruptedRunError, UsageError

if TYPE_CHECKING:
    from vidstyle.training.loop import Progress


def train(
    config: Annotated[
        Path,
        typer.Argument(
            metavar="CONFIG.toml", help="See configs/ for examples.", show_default=False
        ),
    ],
    folder: FolderOption = None,
    max_minutes: Annotated[
        float | None,
        typer.Option("--max-minutes", help="Stop after this time; the same command continues."),
    ] = None,
    settings: SettingsOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over instead of continuing.")
    ] = False,
    quiet: QuietOption = False,
) -> int:
    """Train a network; a stopped run continues.

    Ctrl-C stops after the current step, with a checkpoint; twice stops at once.

    Examples: vidstyle train configs/adain-lite-cpu.toml --max-minutes 10,
    vidstyle train configs/slim-johnson-cpu.toml --set "data.style=['my.jpg']" --folder out/my
    """
    try:
        from vidstyle.settings import parse_settings
        from vidstyle.training.config import read_config
        from vidstyle.training.loop import train as run
    except ModuleNotFoundError as error:
        raise UsageError(
            f'training needs {error.name}: install it with pip install "vidstyle[train]"'
        ) from error

    options = {"run.folder": folder, "run.max_minutes": max_minutes}
    given = {name: value for name, value in options.items() if value is not None}
    chosen = read_config(config, settings={**parse_settings(settings or ()), **given})

    def say(line: str) -> None:
        if not quiet:
            typer.echo(line)

    result = run(
        chosen,
        fresh=fresh,
        on_measured=lambda done, count: say(f"measuring pictures, once for all: {done}/{count}"),
        on_start=say,
        on_progress=lambda progress: say(_line(progress)),
    )
    for path in result.skipped[:5]:
        typer.echo(f"skipped, not a picture: {path}", err=True)
    if len(result.skipped) > 5:
        typer.echo(f"… and {len(result.skipped) - 5} more", err=True)
    ended = "interrupted" if result.interrupted else "time is up"
    command = "the same command without --fresh" if fresh else "the same command"
    state = "done" if result.finished else f"{ended}, {command} continues"
    say(f"{state}: {result.step} steps, {result.weights}")
    return InterruptedRunError.exit_code if result.interrupted else 0


def _line(progress: "Progress") -> str:
    losses = "  ".join(f"{name} {value:.4f}" for name, value in progress.losses.items())
    left = (progress.steps - progress.step) * progress.seconds / 60
    return (
        f"{progress.step}/{progress.steps}  {losses}  "
        f"{progress.seconds:.2f} s/step  {left:.0f} min left"
    )
