"""`vidstyle ablate`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidstyle.cli.options import DeviceOption, FolderOption, QuietOption, SettingsOption
from vidstyle.errors import UsageError

if TYPE_CHECKING:
    from vidstyle.evaluation.ablation.run import Event


def ablate(
    sweep: Annotated[
        Path,
        typer.Argument(
            metavar="SWEEP.toml", help="See configs/sweeps/ for examples.", show_default=False
        ),
    ],
    folder: FolderOption = None,
    settings: SettingsOption = None,
    device: DeviceOption = "auto",
    quiet: QuietOption = False,
) -> int:
    """Compare a grid of gatys' options on pairs of images; a stopped sweep continues.

    Examples: vidstyle ablate configs/sweeps/optimizers.toml,
    vidstyle ablate configs/sweeps/start.toml --set sweep.size=96 --set options.iterations=50
    """
    try:
        from vidstyle.evaluation.ablation.run import run_sweep
        from vidstyle.evaluation.ablation.sweep import read_sweep
        from vidstyle.settings import parse_settings
    except ModuleNotFoundError as error:
        raise UsageError(
            f'ablations need {error.name}: install it with pip install "vidstyle[train]"'
        ) from error

    given = {} if folder is None else {"sweep.folder": str(folder)}
    chosen = read_sweep(sweep, settings={**parse_settings(settings or ()), **given})

    def tell(event: "Event") -> None:
        if event.error is not None:
            typer.echo(f"{_place(event)} failed: {event.error}", err=True)
        elif not quiet:
            typer.echo(f"{_place(event)} {_figures(event)}")

    result = run_sweep(chosen, device=device, on_event=tell)
    if not quiet and result.files:
        typer.echo(f"done: {', '.join(str(path) for path in result.files)}")
    return 1 if result.failed else 0


def _place(event: "Event") -> str:
    return f"{event.number}/{event.count}  {event.name}"


def _figures(event: "Event") -> str:
    assert event.result is not None
    score = event.result.score
    text = f"style {score.style:.4f}  content {score.content:.4f}  {score.seconds:.1f} s"
    return f"{text}, as before" if event.stored else text
