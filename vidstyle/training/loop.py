"""The loop that all trainers share."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vidstyle.errors import VidstyleError
from vidstyle.training.checkpoint import Checkpoint, export, write_whole
from vidstyle.training.config import TrainingConfig
from vidstyle.training.journal import Journal
from vidstyle.training.samples import as_png, sample_grid
from vidstyle.training.schedule import learning_rate
from vidstyle.training.setup import Parts, set_up
from vidstyle.weights.store import WeightStore

CHECKPOINT = "last.ckpt"
"""The file in a run's folder that it continues from."""

WEIGHTS = "network.safetensors"
"""The file in a run's folder that is its result: the averaged weights, in half precision."""


@dataclass(frozen=True)
class Progress:
    """What a run tells now and then.

    Attributes:
        step: how many are done.
        steps: how many there are.
        losses: means since the last time, by name, and "total".
        seconds: a step takes.
    """

    step: int
    steps: int
    losses: dict[str, float]
    seconds: float


@dataclass(frozen=True)
class TrainingResult:
    """How a run ended.

    Attributes:
        step: how many steps are done.
        finished: whether that is all; else the run's time was up.
        weights: the averaged weights.
        skipped: files that were no pictures.
    """

    step: int
    finished: bool
    weights: Path
    skipped: tuple[Path, ...]


def train(
    config: TrainingConfig,
    *,
    fresh: bool = False,
    store: WeightStore | None = None,
    on_start: Callable[[str], None] = lambda _line: None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
) -> TrainingResult:
    """Train until the steps are done or the time is up; a run that was stopped is continued.

    Args:
        config: of the run.
        fresh: begin anew, even where there is something to continue.
        store: where the weights of frozen networks come from.
        on_start: told in one line what is trained, and from where.
        on_progress: told the figures every `run.log_every` steps.

    Raises:
        UsageError: the configuration cannot work.
        VidstyleError: a loss is not finite, or something cannot be read or written.
    """
    folder, run, began = _made(config.run.folder), config.run, time.monotonic()
    parts = set_up(config, store=store)
    step = 0 if fresh else _restored(parts, config)
    on_start(_description(parts, config, step))
    with Journal(folder, step=step) as journal:
        meter = _Meter()
        while step < run.steps and not _over(began, run.max_minutes):
            rate = learning_rate(config.optimizer, step, run.steps)
            losses = _take_step(parts, config, step, rate)
            step += 1
            meter.add(losses)
            if step % run.log_every == 0:
                progress = Progress(step, run.steps, *meter.take())
                journal.add(step, {**progress.losses, "learning_rate": rate})
                on_progress(progress)
            if run.sample_every and step % run.sample_every == 0:
                _sample(parts, folder, journal, step)
            if step % run.checkpoint_every == 0:
                _save(parts, config, journal, step)
        _save(parts, config, journal, step)
    skipped = parts.batches.content.skipped + parts.batches.styles.skipped
    return TrainingResult(step, step >= run.steps, folder / WEIGHTS, skipped)


def _take_step(parts: Parts, config: TrainingConfig, step: int, rate: float) -> dict[str, float]:
    """One step of the optimiser; the losses by name, and their weighted sum as "total"."""
    for group in parts.optimizer.param_groups:
        group["lr"] = rate
    batch = parts.batches(step)
    # Draws on the pictures' own device, again by the step's number alone.
    generator = torch.Generator(batch.content.device).manual_seed(
        config.run.seed * 1_000_003 + step
    )
    with parts.accelerator.autocast():
        losses = parts.objective(parts.prepared, batch, generator=generator)
    total = parts.objective.total(losses)
    figures = _figures(losses, total, step)
    parts.optimizer.zero_grad()
    parts.accelerator.backward(total)
    if config.optimizer.clip_norm:
        parts.accelerator.clip_grad_norm_(
            parts.model.network.parameters(), config.optimizer.clip_norm
        )
    parts.optimizer.step()
    parts.average.update_parameters(parts.model.network)
    return figures


def _figures(losses: dict[str, Tensor], total: Tensor, step: int) -> dict[str, float]:
    named = {**losses, "total": total}
    values = torch.stack([loss.detach().float() for loss in named.values()]).tolist()
    figures = dict(zip(named, values, strict=True))
    if not math.isfinite(figures["total"]):
        told = ", ".join(f"{name} {value:g}" for name, value in figures.items())
        raise VidstyleError(
            f"the loss is not finite at step {step + 1} ({told}): lower optimizer.learning_rate; "
            "the last checkpoint is kept"
        )
    return figures


class _Meter:
    """Means of figures since they were last taken."""

    def __init__(self) -> None:
        self._rows: list[dict[str, float]] = []
        self._since = time.monotonic()

    def add(self, figures: dict[str, float]) -> None:
        self._rows.append(figures)

    def take(self) -> tuple[dict[str, float], float]:
        """The means, and the seconds that a step took."""
        count, now = len(self._rows), time.monotonic()
        means = {name: sum(row[name] for row in self._rows) / count for name in self._rows[0]}
        seconds = (now - self._since) / count
        self._rows, self._since = [], now
        return means, seconds


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VidstyleError(f"cannot make run.folder {folder}: {error.strerror}") from error
    return folder


def _over(began: float, max_minutes: float) -> bool:
    return max_minutes > 0 and time.monotonic() - began > 60 * max_minutes


def _description(parts: Parts, config: TrainingConfig, step: int) -> str:
    count = sum(parameter.numel() for parameter in parts.model.network.parameters())
    batches = parts.batches
    skipped = len(batches.content.skipped) + len(batches.styles.skipped)
    return (
        f"{config.network.kind} ({count / 1e6:.2f} M parameters) on {parts.accelerator.device}: "
        f"{len(batches.content)} photographs, {len(batches.styles)} styles"
        + (f", {skipped} broken pictures skipped" if skipped else "")
        + (f", continued at step {step}" if step else "")
    )


def _restored(parts: Parts, config: TrainingConfig) -> int:
    """Continue from the run's checkpoint, where there is one; the number of steps done."""
    path = config.run.folder / CHECKPOINT
    if not path.exists():
        return 0
    checkpoint = Checkpoint.load(path, network=_identity(parts, config))
    parts.model.network.load_state_dict(checkpoint.model)
    parts.average.load_state_dict(checkpoint.average)
    parts.optimizer.load_state_dict(checkpoint.optimizer)
    return checkpoint.step


def _save(parts: Parts, config: TrainingConfig, journal: Journal, step: int) -> None:
    if not parts.accelerator.is_main_process:
        return
    network = _identity(parts, config)
    Checkpoint(
        network=network,
        step=step,
        model=parts.model.network.state_dict(),
        average=parts.average.state_dict(),
        optimizer=parts.optimizer.state_dict(),
    ).save(config.run.folder / CHECKPOINT)
    about = {"step": str(step), **{key: str(value) for key, value in network.items()}}
    export(parts.average.module.state_dict(), config.run.folder / WEIGHTS, about=about)
    journal.write()


def _identity(parts: Parts, config: TrainingConfig) -> dict[str, Any]:
    """What the run trains; where one of these differs, there is nothing to continue."""
    identity = config.network.model_dump(mode="json")
    if config.run.init is not None:
        identity["init"] = config.run.init
    if not parts.model.any_style:
        identity["style"] = parts.batches.styles.paths[0].name
    return identity


def _sample(parts: Parts, folder: Path, journal: Journal, step: int) -> None:
    if not parts.accelerator.is_main_process:
        return
    averaged = parts.model.with_network(parts.average.module)
    grid = sample_grid(
        averaged, parts.batches.content, parts.batches.styles, device=parts.accelerator.device
    )
    write_whole(folder / f"sample-{step:06d}.png", as_png(grid))
    journal.add_picture(step, "samples", grid)
