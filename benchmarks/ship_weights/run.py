"""A training run that is to be shipped."""

import csv
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.ship_weights.card import Table
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.settings import parse_settings
from vidstyle.training.config import TrainingConfig, read_config
from vidstyle.training.trainer import RESULT
from vidstyle.video.pictures import pictures_in
from vidstyle.weights.notes import read_notes

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

_LAST_ROWS = 25
"""Of the run's table of losses: what their means are taken of."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where a run is, and what it followed.

    Attributes:
        folder: of the run.
        config: its configuration, a file in the repository.
        settings: values that took the place of the file's, as of `vidstyle train --set`.
        commit: of the code that trained it, as git knows it.
        remark: in which way the run was not by its configuration; "" for in no way.
        root: the repository.
    """

    folder: Path
    config: Path
    settings: tuple[str, ...] = ()
    commit: str = "HEAD"
    remark: str = ""
    root: Path = ROOT

    @property
    def weights(self) -> Path:
        """The file that came out of it."""
        return self.folder / RESULT

    @cached_property
    def notes(self) -> dict[str, str]:
        """What that file says of itself."""
        return read_notes(self.weights)

    @cached_property
    def training(self) -> TrainingConfig:
        """What the configuration says, with the settings."""
        return read_config(self.config, settings=parse_settings(self.settings))

    @property
    def source(self) -> str:
        """The configuration's path in the repository."""
        return self.config.resolve().relative_to(self.root).as_posix()

    def check(self, *, unfinished: bool) -> None:
        """Make sure that the weights are what the configuration asks for, and can be made again.

        Args:
            unfinished: whether there may be steps left to do.

        Raises:
            VidstyleError: they are not, or cannot.
        """
        if not self.config.resolve().is_relative_to(self.root):
            raise UsageError(f"{self.config} is not in the repository: nobody could repeat the run")
        for key, value in self.training.network.model_dump(mode="json").items():
            found = self.notes.get(key)
            if found != str(value):
                raise VidstyleError(
                    f"{self.weights} is not of {self.config}: {key} is {found}, not {value}"
                )
        step, steps = self.notes["step"], self.training.run.steps
        if not unfinished and int(step) != steps:
            raise VidstyleError(f"{self.weights} is not finished: step {step} of {steps}")
        # What is shipped tells nothing of the machine that made it.
        for value in (*self.settings, *self.notes.values()):
            if '"/' in value or value.startswith("/"):
                raise VidstyleError(f"{value} is a path of this machine: train with relative ones")

    def facts(self) -> Table:
        """How it was trained, for a card."""
        settings = [f"--set '{setting}'" for setting in self.settings]
        data = self.training.data
        return {
            "command": " ".join(["vidstyle train", self.source, *settings]),
            "commit": self._commit(),
            "steps": int(self.notes["step"]),
            "content": _counted(data.content) + (f", {data.limit} of them" if data.limit else ""),
            "style": _counted(data.style),
            **({"remark": self.remark} if self.remark else {}),
        }

    def losses(self) -> Table:
        """Means of the run's last losses, not weighted, by name."""
        with (self.folder / "losses.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))[-_LAST_ROWS:]
        names = [name for name in rows[0] if name not in ("step", "learning_rate")]
        means = {name: sum(float(row[name]) for row in rows) / len(rows) for name in names}
        return {name: float(f"{mean:.4g}") for name, mean in means.items()}

    def _commit(self) -> str:
        """The commit's full name."""
        command = ["git", "-C", str(self.root), "rev-parse", f"{self.commit}^{{commit}}"]
        try:
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise UsageError(f"git knows no commit {self.commit} in {self.root}") from error
        return answer.stdout.strip()


def _counted(places: Sequence[Path]) -> str:
    """What pictures there were: "3503 of data/content"."""
    return ", ".join(
        str(place) if place.is_file() else f"{len(pictures_in(place))} of {place}"
        for place in places
    )
