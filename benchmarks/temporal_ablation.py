"""What each part of the temporal training brings: four networks from one start, measured alike.

    python -m benchmarks.temporal_ablation configs/adain-lite-cpu.toml --steps 2000
    python -m benchmarks.temporal_ablation … --start out/train/plain/network.safetensors

The networks differ in nothing but their temporal losses and pairs; what `none` sees, the others see
too. The same command goes on where it was stopped. The table goes into benchmarks/temporal.md.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.candidates import open_candidate
from benchmarks.quality import CLIPS, with_style
from benchmarks.stylised import clip_score, picture_score
from benchmarks.tables import markdown_table
from benchmarks.yardstick import shared, validation_pairs
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.settings import parse_settings
from vidstyle.training.config import TrainingConfig, read_config
from vidstyle.training.loop import train
from vidstyle.training.trainer import RESULT
from vidstyle.weights.notes import read_notes

VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "none": {
        "losses.weights.output_temporal": 0.0,
        "losses.weights.feature_temporal": 0.0,
        "temporal.pictures": 0,
    },
    "noise only": {
        "losses.weights.feature_temporal": 0.0,
        "temporal.still": 1.0,
        "temporal.cutouts": 0,
    },
    "output": {"losses.weights.feature_temporal": 0.0},
    "output + feature": {},
}
"""Settings that take the place of the configuration's, by what is left of the temporal losses."""

REPORT = Path(__file__).with_name("temporal.md")

_BEGIN, _END = "<!-- written by temporal_ablation.py -->\n", "<!-- end -->\n"

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def ablation(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.toml")],
    steps: Annotated[int, typer.Option(help="Of each network.")],
    start: Annotated[str | None, typer.Option(help="Weights; else as in the config.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="As of train.")] = None,
    pairs: Annotated[int, typer.Option(help="How many of the 200 pairs.")] = 200,
    clip: Annotated[list[Path] | None, typer.Option(help="A clip. Repeatable.")] = None,
    style: Annotated[list[Path] | None, typer.Option(help="Of the clips. Repeatable.")] = None,
    work: Annotated[Path, typer.Option(help="For runs and what they paint.")] = Path(
        "out/temporal"
    ),
    report: Annotated[Path, typer.Option(help="Whose table is replaced.")] = REPORT,
) -> None:
    """Train four networks, but for those that are trained, measure them, and write the table."""
    common = {**parse_settings(settings or ()), "run.steps": steps, "run.max_minutes": 0}
    if start is not None:
        common["run.init"] = start
    # Before the hours that follow.
    whole = read_config(config, settings=common)
    check(report, whole)
    clips = clip or [shared(f"data/clips/{name}.mp4") for name in CLIPS]
    styles = style or [shared("data/styles_hd/starry_night.jpg")]
    folders = {variant: work / variant.replace(" ", "") for variant in VARIANTS}
    for variant, folder in folders.items():
        changes = {**common, **VARIANTS[variant], "run.folder": str(folder)}
        _train(variant, read_config(config, settings=changes), targets=folders["none"])
    rows = [
        {"losses": variant, **_figures(folder / RESULT, pairs, clips, styles, work=work)}
        for variant, folder in folders.items()
    ]
    table = markdown_table([*rows[0]], [[*row.values()] for row in rows])
    begun = "random weights" if whole.run.init is None else Path(whole.run.init).name
    made = (
        f"{date.today()}: {steps:,} steps each of `{config.name}` from {begun}; "
        f"{len(clips)} clips with {', '.join(path.stem for path in styles)}."
    )
    print(table)
    write_table(report, f"{made}\n\n{table}")


def check(report: Path, config: TrainingConfig) -> None:
    """See to it that there is something to leave out, and a place for the table.

    Raises:
        UsageError: there is not.
    """
    _around_table(report)
    for name in ("output_temporal", "feature_temporal"):
        if not config.losses.weights.get(name):
            raise UsageError(f"losses.weights.{name} is not in the configuration: give it a weight")


def write_table(report: Path, text: str) -> None:
    """Put the text between the report's two marks, in place of what is there."""
    before, after = _around_table(report)
    report.write_text(f"{before}{_BEGIN}\n{text}\n\n{_END}{after}", "utf-8")


def _around_table(report: Path) -> tuple[str, str]:
    """What stands before and after the marks."""
    before, begin, rest = report.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        marks = f"{_BEGIN.strip()} … {_END.strip()}"
        raise UsageError(f"{report} has no marks for the table: {marks}")
    return before, after


def _train(variant: str, config: TrainingConfig, *, targets: Path) -> None:
    """Train, unless it is done; what the losses compare with is taken over from `targets`."""
    folder = config.run.folder
    weights = folder / RESULT
    if weights.exists() and read_notes(weights).get("step") == str(config.run.steps):
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in targets.glob("targets-*.safetensors"):
        if not (folder / path.name).exists():
            os.link(path, folder / path.name)

    def say(line: str) -> None:
        print(f"{variant}: {line}", flush=True)

    result = train(config, on_start=say, on_progress=lambda progress: say(f"step {progress.step}"))
    if result.interrupted:
        raise KeyboardInterrupt


def _figures(
    weights: Path, pairs: int, clips: Sequence[Path], styles: Sequence[Path], *, work: Path
) -> dict[str, str | float]:
    """The figures of a network, by their headings; of clips, means over the styles."""
    candidate = open_candidate(str(weights))
    # A network of one style is measured with that one.
    chosen = validation_pairs(pairs) if candidate.own_style is None else with_style(styles[0])
    score = picture_score(candidate, chosen, work=work)
    figures: dict[str, str | float] = {"style": score.style, "content": score.content}
    for source in clips:
        scores = [clip_score(candidate, source, style, work=work) for style in styles]
        for key in ("excess_1", "excess_10"):
            mean = sum(getattr(each, key) for each in scores) / len(scores)
            figures[f"{source.stem} {key}"] = f"{mean:.4f}"
    return figures


def main() -> None:
    """Run; what a user can mend is told in one line."""
    try:
        app()
    except VidstyleError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
