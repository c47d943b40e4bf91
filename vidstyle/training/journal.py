"""The figures of a run: a CSV, tensorboard, and curves as a picture."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch.utils.tensorboard import SummaryWriter

from vidstyle.errors import VidstyleError
from vidstyle.files import write_whole

_PANELS = {
    "content": ("content", "adain_content", "identity", "cycle"),
    "style": ("style", "adversarial", "discriminator"),
    "temporal": ("output_temporal", "feature_temporal"),
    "total": ("total",),
}
"""What is drawn together, as the AdaIN lab report does."""

# Points that a curve is averaged over, so that its course is seen through the noise.
_SMOOTHING = 25


class Journal:
    """Writes one row of figures at a time; a context manager.

    Args:
        folder: where `losses.csv`, `curves.png` and tensorboard's files go.
        step: of the run that is continued; rows after it, of steps that will be done again, are
            left out.

    Raises:
        VidstyleError: what is there cannot be read, or nothing be written.
    """

    def __init__(self, folder: Path, *, step: int = 0) -> None:
        self._csv = folder / "losses.csv"
        self._curves = folder / "curves.png"
        self._rows = [row for row in _read(self._csv) if row["step"] <= step]
        board = folder / "tensorboard"
        try:
            # Figures after this step are tensorboard's to drop, too.
            self._board: Any = SummaryWriter(board, purge_step=step + 1)
        except OSError as error:
            raise VidstyleError(f"cannot write into {board}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._board.close()

    def add(self, step: int, figures: Mapping[str, float]) -> None:
        """Keep the figures of a step; `write` puts them on disk."""
        self._rows.append({"step": float(step), **figures})
        for name, value in figures.items():
            self._board.add_scalar(name, value, step)

    def add_picture(self, step: int, name: str, picture: Any) -> None:
        """A sample grid, uint8 (H, W, 3), for tensorboard."""
        self._board.add_image(name, picture, step, dataformats="HWC")

    def write(self) -> None:
        """Write the CSV and the curves.

        Raises:
            VidstyleError: they cannot be written.
        """
        if not self._rows:
            return
        names = list(dict.fromkeys(name for row in self._rows for name in row))
        text = io.StringIO()
        table = csv.DictWriter(text, names, lineterminator="\n")
        table.writeheader()
        table.writerows({k: f"{v:.6g}" for k, v in row.items()} for row in self._rows)
        write_whole(self._csv, text.getvalue().encode())
        write_whole(self._curves, _drawn(self._rows))


def _read(path: Path) -> list[dict[str, float]]:
    if not path.exists():
        return []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]
        if not all("step" in row for row in rows):
            raise ValueError("a row has no step")
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise VidstyleError(f"cannot read {path} ({error}): delete it to go on") from error
    return rows


def _drawn(rows: list[dict[str, float]]) -> bytes:
    """The curves as a PNG."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    for number, (panel, names) in enumerate(_PANELS.items(), start=1):
        axes = figure.add_subplot(2, 2, number, title=f"{panel} loss", xlabel="step")
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            if points:
                steps, values = zip(*points, strict=True)
                (line,) = axes.plot(steps, values, alpha=0.25)
                axes.plot(steps, _smooth(values), color=line.get_color(), label=name)
        if axes.lines:
            axes.set_yscale("log")
            axes.legend()
        axes.grid(alpha=0.3)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    return buffer.getvalue()


def _smooth(values: tuple[float, ...]) -> NDArray[np.float64]:
    """The mean of the last `_SMOOTHING` values at each point."""
    sums = np.cumsum([0.0, *values])
    ends = np.arange(1, len(sums))
    starts = np.maximum(0, ends - _SMOOTHING)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))
