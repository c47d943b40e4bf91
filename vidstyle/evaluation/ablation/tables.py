"""The results of a sweep as a table and a plot."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from textwrap import fill

from matplotlib.figure import Figure

from vidstyle.evaluation.ablation.cells import Result
from vidstyle.evaluation.ablation.judge import Score, mean_score
from vidstyle.evaluation.ablation.sweep import Point
from vidstyle.files import write_whole

_HEADINGS = {
    "style": "style loss",
    "content": "content loss",
    "rmse": "RMSE",
    "psnr": "PSNR, dB",
    "ssim": "SSIM",
    "seconds": "seconds",
}
_DIGITS = {"psnr": 2, "seconds": 1}

_BARS = ("style", "content", "seconds", "ssim", "psnr")

# Characters in a line; a longer one would leave no room for bars.
_LABEL_WIDTH = 48

Row = tuple[Point, list[Result]]
"""A combination, and its results on the pairs."""


def write_tables(folder: Path, rows: Sequence[Row], *, judge: str) -> list[Path]:
    """Write `results.csv`, a line a cell; `results.md`, means over pairs; `results.png`.

    Args:
        folder: of the sweep.
        rows: those that have results.
        judge: the network that the losses are of.

    Returns:
        The files.

    Raises:
        VidstyleError: they cannot be written.
    """
    contents = {
        "results.md": _markdown(rows, judge).encode(),
        "results.csv": _csv(rows).encode(),
        "results.png": _plot(rows, judge),
    }
    for name, content in contents.items():
        write_whole(folder / name, content)
    return [folder / name for name in contents]


def _markdown(rows: Sequence[Row], judge: str) -> str:
    names = list(rows[0][0].values)
    headings = [*(name.replace("_", " ") for name in names), *_HEADINGS.values(), "pairs"]
    lines = [headings, ["---"] * len(headings)]
    for point, results in rows:
        score = asdict(mean_score([result.score for result in results]))
        figures = [_figure(name, score[name]) for name in _HEADINGS]
        values = [_plain(point.values[name]) for name in names]
        lines.append([*values, *figures, str(len(results))])
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return (
        f"{table}\n\nMeans over the pairs. Losses as {judge} sees them, as shares of what is "
        "there; RMSE, PSNR and SSIM beside the references.\n"
    )


def _csv(rows: Sequence[Row]) -> str:
    names = list(rows[0][0].values)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*names, "pair", "network", *(field.name for field in fields(Score))])
    for point, results in rows:
        for result in results:
            values = [_plain(point.values[name]) for name in names]
            figures = ["" if v is None else f"{v:.6g}" for v in asdict(result.score).values()]
            table.writerow([*values, result.pair, result.network, *figures])
    return text.getvalue()


def _plot(rows: Sequence[Row], judge: str) -> bytes:
    """Bars of the means, and the course of the loss on the first pair."""
    labels = [fill(point.label, _LABEL_WIDTH) for point, _ in rows]
    means = [asdict(mean_score([result.score for result in results])) for _, results in rows]
    figure = Figure(figsize=(13, 3.2 + 0.5 * len(rows)), layout="constrained")
    figure.suptitle(f"means over the pairs; losses as {judge} sees them")
    panels = figure.subplots(2, 3)
    for axes, name in zip(panels.flat, _BARS, strict=False):
        axes.barh(labels, [mean[name] or 0.0 for mean in means], color=_colours(len(rows)))
        axes.invert_yaxis()
        axes.set_title(_HEADINGS[name])
        axes.grid(axis="x", alpha=0.3)
        axes.locator_params(axis="x", nbins=5)
        if axes not in panels[:, 0]:
            axes.set_yticklabels([])
    axes = panels.flat[5]
    for (_, results), colour in zip(rows, _colours(len(rows)), strict=True):
        course = results[0].course
        axes.plot(range(1, len(course) + 1), course, color=colour)
    axes.set(title="loss that was made small, first pair", xlabel="iteration", yscale="log")
    axes.grid(alpha=0.3)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    return buffer.getvalue()


def _colours(count: int) -> list[str]:
    return [f"C{number % 10}" for number in range(count)]


def _figure(name: str, value: float | None) -> str:
    return "–" if value is None else f"{value:.{_DIGITS.get(name, 4)}f}"


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
