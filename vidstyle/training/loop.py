"""The loop that all trainers share."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vidstyle.engines.device import is_out_of_memory
from vidstyle.errors import VidstyleError
from vidstyle.files import write_whole
from vidstyle.messages import ignore
from vidstyle.pipeline.interrupt import interrupts_to
from vidstyle.training.checkpoint import Checkpoint, export, halved, is_finite
from vidstyle.training.config import TrainingConfig
from vidstyle.training.journal import Journal
from vidstyle.training.run_settings import changed_settings, keep_settings
from vidstyle.training.samples import as_png
from vidstyle.training.schedule import learning_rate
from vidstyle.training.setup import make_trainer
from vidstyle.training.targets import OnMeasured
from vidstyle.training.trainer import RESULT, NotFiniteError, Trainer
from vidstyle.weights.store import WeightStore

CHECKPOINT = "last.ckpt"
"""The file in a run's folder that it continues from."""


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
        finished: whether that is all; else the run's time was up, or Ctrl-C came.
        interrupted: whether Ctrl-C ended it.
        weights: the averaged weights.
        skipped: files that were no pictures.
    """

    step: int
    finished: bool
    interrupted: bool
    weights: Path
    skipped: tuple[Path, ...]


def train(
    config: TrainingConfig,
    *,
    fresh: bool = False,
    store: WeightStore | None = None,
    on_measured: OnMeasured = ignore,
    on_start: Callable[[str], None] = ignore,
    on_progress: Callable[[Progress], None] = ignore,
) -> TrainingResult:
    """Train until the steps are done or the time is up; a run that was stopped is continued.

    Ctrl-C ends it after the present step, with a checkpoint; a second one at once, without.

    Args:
        config: of the run.
        fresh: begin anew, even where there is something to continue.
        store: where the weights of frozen networks come from.
        on_measured: told how far the targets of the losses are, where they are computed first
            (`data.cached`).
        on_start: told in one line what is trained, and from where.
        on_progress: told the figures every `run.log_every` steps.

    Raises:
        UsageError: the configuration cannot work.
        VidstyleError: a loss or a weight is not finite, or something cannot be read or written.
        KeyboardInterrupt: Ctrl-C came before the first step, or twice.
    """
    folder, run, began = _made(config.run.folder), config.run, time.monotonic()
    trainer = make_trainer(config, store=store, on_measured=on_measured)
    step = 0 if fresh else _restored(trainer, folder)
    changed = changed_settings(folder, config) if step else []
    if trainer.accelerator.is_main_process:
        keep_settings(folder, config)
    on_start(_description(trainer, config, step, changed))
    stop = _Stop(trainer, lambda: _over(began, run.max_minutes))
    with (
        Journal(folder, step=step) as journal,
        interrupts_to(stop.interrupt),
        _told_what_is_kept(folder),
        _told_where_memory_ends(config),
    ):
        meter = _Meter()
        while step < run.steps and not stop.is_due():
            rate = learning_rate(config.optimizer, step, run.steps)
            losses = trainer.step(step, rate=rate)
            step += 1
            meter.add(losses)
            if step % run.log_every == 0:
                progress = Progress(step, run.steps, *meter.take())
                journal.add(step, {**progress.losses, "learning_rate": rate})
                on_progress(progress)
            if run.sample_every and step % run.sample_every == 0:
                _sample(trainer, folder, journal, step)
            if step % run.checkpoint_every == 0:
                _save(trainer, folder, journal, step)
        _save(trainer, folder, journal, step)
    skipped = trainer.content.skipped + trainer.styles.skipped
    finished = step >= run.steps
    return TrainingResult(step, finished, stop.interrupted, folder / RESULT, skipped)


class _Stop:
    """Whether a run is to end before its steps are done.

    Args:
        trainer: of the run.
        is_over: whether the run's time is up.
    """

    def __init__(self, trainer: Trainer, is_over: Callable[[], bool]) -> None:
        self.interrupted = False
        self._accelerator = trainer.accelerator
        self._is_over = is_over

    def interrupt(self) -> None:
        """Ctrl-C came."""
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True

    def is_due(self) -> bool:
        """Asked before each step; all processes of the run get the same answer."""
        # Where one took a step more than another, it would wait for that one's gradients for ever.
        if self.interrupted or self._is_over():
            self._accelerator.set_trigger()
        return bool(self._accelerator.check_trigger())


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


def _description(
    trainer: Trainer, config: TrainingConfig, step: int, changed: Sequence[str]
) -> str:
    count = sum(parameter.numel() for parameter in trainer.trained.parameters())
    skipped = len(trainer.content.skipped) + len(trainer.styles.skipped)
    return (
        f"{config.network.kind} ({count / 1e6:.2f} M parameters) on {trainer.accelerator.device}: "
        f"{len(trainer.content)} photographs, {len(trainer.styles)} styles"
        + (f", {skipped} broken pictures skipped" if skipped else "")
        + (f", continued at step {step}" if step else "")
        + (f" with another {', '.join(changed)}" if changed else "")
    )


def _restored(trainer: Trainer, folder: Path) -> int:
    """Continue from the run's checkpoint, where there is one; the number of steps done."""
    path = folder / CHECKPOINT
    if not path.exists():
        return 0
    checkpoint = Checkpoint.load(path, network=trainer.identity)
    trainer.restore(checkpoint.state)
    return checkpoint.step


@contextmanager
def _told_what_is_kept(folder: Path) -> Iterator[None]:
    try:
        yield
    except NotFiniteError as error:
        kept = "; the last checkpoint is kept" if (folder / CHECKPOINT).exists() else ""
        raise NotFiniteError(f"{error}{kept}") from error


@contextmanager
def _told_where_memory_ends(config: TrainingConfig) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        # On a CPU PyTorch has no kind of error for it.
        if not is_out_of_memory(error):
            raise
        raise VidstyleError(
            f"there is not enough memory for a step: lower data.batch ({config.data.batch}) or "
            f"data.crop ({config.data.crop})"
        ) from error


def _save(trainer: Trainer, folder: Path, journal: Journal, step: int) -> None:
    if not trainer.accelerator.is_main_process:
        return
    state = trainer.state()
    exported = {file: halved(result.state_dict()) for file, result in trainer.results.items()}
    if not is_finite([vars(state), exported]):
        raise NotFiniteError(
            f"the weights are not finite after step {step}: lower optimizer.learning_rate"
        )
    # First: figures of steps that a checkpoint has done are not computed again.
    journal.write()
    network = trainer.identity
    Checkpoint(network=network, step=step, state=state).save(folder / CHECKPOINT)
    about = {"step": str(step), **{key: str(value) for key, value in network.items()}}
    for file, weights in exported.items():
        export(weights, folder / file, about=about)


def _sample(trainer: Trainer, folder: Path, journal: Journal, step: int) -> None:
    if not trainer.accelerator.is_main_process:
        return
    sheet = trainer.sample()
    write_whole(folder / f"sample-{step:06d}.png", as_png(sheet))
    journal.add_picture(step, "samples", sheet)
