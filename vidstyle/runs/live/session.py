"""The parts of a live run: opened, joined, run and closed."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Semaphore, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from vidstyle.errors import InterruptedRunError, VidstyleError
from vidstyle.messages import OnDownload, OnMessage, ignore
from vidstyle.pipeline import Pipeline, PipelineFigures, Policy, Stage
from vidstyle.pipeline.fan_out import StuckError
from vidstyle.pipeline.interrupt import interrupts_to
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.controls import LiveControls, answer_to
from vidstyle.runs.live.errands import Errands
from vidstyle.runs.live.files import LiveFiles
from vidstyle.runs.live.finish import LiveFinishing
from vidstyle.runs.live.loading import open_palette
from vidstyle.runs.live.opening import open_outputs, open_recording, open_screen
from vidstyle.runs.live.outputs import Outputs
from vidstyle.runs.live.plan import LivePlan
from vidstyle.runs.live.report import LiveResult, OnStatus
from vidstyle.runs.live.run import LiveRun
from vidstyle.runs.live.sizes import AutoSize
from vidstyle.runs.live.stages import Arrival, Painting, RateCap
from vidstyle.runs.live.watch import LiveWatch
from vidstyle.runs.progress import OnStart
from vidstyle.runs.sizes import described_sizes, wished_size
from vidstyle.runs.stages import size_of
from vidstyle.video.live_source import LiveSource
from vidstyle.video.x11 import x11_loss_to

if TYPE_CHECKING:
    from vidstyle.runs.live.screen import LiveScreen

_CLOSING_SECONDS = 2.0
"""How long work in the background may take when the run is over."""

_FILES_SECONDS = 10.0
"""How long stills that were asked for may take to be written then."""

_SHORT_WAIT_SECONDS = 0.05

_MOST_LINES = 100
"""Of commands, that wait to be obeyed; then who writes them waits."""


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """What a caller says and hears while a run is live; see `stylize_live`."""

    commands: Sequence[Iterable[str]] = ()
    on_start: OnStart = ignore
    on_status: OnStatus = ignore
    on_message: OnMessage = ignore
    on_download: OnDownload | None = None


def run_live(plan: LivePlan, hooks: Hooks) -> LiveResult:
    """Do what the plan says, to its end.

    Raises:
        KeyboardInterrupt: Ctrl-C came twice, and nothing was recorded.
        InterruptedRunError: it came twice; the recordings play.
        VidstyleError: something cannot be opened, the source cannot go on, or no output is left.
    """
    with ExitStack() as stack:
        return _Session(plan, hooks, stack).run()


class _Session:
    """All parts of a run, ready. What has to be closed is left to `stack`."""

    def __init__(self, plan: LivePlan, hooks: Hooks, stack: ExitStack) -> None:
        self._plan, self._hooks, self._stack = plan, hooks, stack
        self._screen: LiveScreen | None = None
        self._failures: list[str] = []
        self._fault: BaseException | None = None
        self._errands = Errands()
        self._is_over = False
        self._source = stack.enter_context(
            closing(LiveSource(plan.input, loop=plan.loop, on_event=self._say))
        )
        info = self._source.info
        self._output_size = wished_size(plan.output_size, info.squared(info.size))
        self._palette = open_palette(
            plan,
            self._output_size,
            open_background=self._open_background,
            on_message=self._say,
            on_download=hooks.on_download,
        )
        outside = plan.regions.styles_outside
        self._outside = self._palette.styles.mixture(outside) if outside else None
        self._outputs = Outputs(on_failure=self._output_failed)
        stack.callback(self._outputs.abort)
        self._files = LiveFiles(
            self._outputs,
            open_recording=partial(
                open_recording, plan=plan, size=self._output_size, rate=info.rate
            ),
            read=plan.files_read,
            overwrite=plan.overwrite,
            on_message=self._say,
        )
        self._finishing = LiveFinishing(
            detail=plan.detail, mask=plan.regions.open_mask(stack, rate=info.rate)
        )
        self._writing = self._open_background("files")
        self._controls = LiveControls(
            plan.state,
            styles=self._palette.styles,
            files=self._files,
            background=self._writing,
            newest=lambda: self._finishing.newest,
            on_quit=lambda: self._run.stop(),
            on_answer=self._say,
            has_window=plan.window,
        )
        if plan.window:
            self._screen = open_screen(
                self._outputs, size=self._output_size, settings=self._controls, stack=stack
            )
        if plan.recording is not None:
            self._files.begin(plan.recording)
        open_outputs(
            plan, self._outputs, size=self._output_size, rate=info.rate, on_event=self._say
        )
        self._frames = RateCap(self._source, rate=plan.most_fps)
        self._watch = LiveWatch(
            self._palette,
            files=self._files,
            outputs=self._outputs,
            other_drops=self._drops_before_the_stages,
            auto_size=(
                AutoSize(rate=min(plan.most_fps, float(info.rate))) if plan.auto_size else None
            ),
        )
        self._run = LiveRun(
            self._pipeline(),
            close_source=self._source.close,
            errands=self._errands,
            screen=self._screen,
            obey=self._controls.obey_line,
            on_tick=self._tick,
            duration=plan.duration,
        )
        hooks.on_start(self._headline())

    def run(self) -> LiveResult:
        """Run to the end; raises as `run_live` does."""
        for lines in self._hooks.commands:
            Thread(target=self._read, args=(lines,), name="commands", daemon=True).start()
        self._palette.styles.preload()
        try:
            with x11_loss_to(self._screen_lost) if self._screen else nullcontext():
                figures = self._run.run()
        except KeyboardInterrupt:
            if self._files.recordings:
                ends = self._outputs.notes() or [f"recorded {self._files.recordings[-1]}"]
                raise InterruptedRunError(f"interrupted: {'; '.join(ends)}") from None
            raise
        except VidstyleError:
            self._tell_outputs_notes()
            raise
        finally:
            self._is_over = True
        self._complete_files()
        self._check_outputs()
        newest = self._finishing.newest
        return LiveResult(
            source=str(self._plan.input),
            network=self._palette.painter.info,
            size=self._palette.sizes.current,
            output_size=size_of(newest.rgb) if newest else self._output_size,
            frames=figures.count,
            latency=self._outputs.latency(),
            style_changes=self._outputs.style_changes(),
            drops=self._watch.drops(figures),
            recordings=tuple(map(str, self._files.recordings)),
            notes=(
                *self._source.notes,
                *self._finishing.notes,
                *self._outputs.notes(),
                *self._failures,
            ),
            interrupted=self._run.interrupted,
            figures=figures,
            outputs=self._outputs.figures(),
        )

    def _screen_lost(self) -> None:
        """The process ends when this is back."""
        self._run.finish()
        self._complete_files()
        for path in self._files.recordings:
            self._tell(f"recorded {path}")

    def _complete_files(self) -> None:
        """What was asked for before the end is written, and told."""
        until = perf_counter() + _FILES_SECONDS
        interrupts: list[None] = []
        with interrupts_to(lambda: interrupts.append(None)):
            # In short waits: one for a thread must not be broken off by a signal.
            while not (all_written := self._writing.finish(timeout=_SHORT_WAIT_SECONDS)):
                self._errands.work_off(wait_seconds=0.0)
                if interrupts or perf_counter() > until:
                    break
        while self._errands.work_off(wait_seconds=0.0):
            pass
        if not all_written:
            self._say("not all files were written that were asked for: the run is over")

    def _check_outputs(self) -> None:
        if self._fault is not None:
            raise self._fault
        if self._failures and not any(each.completed for each in self._outputs.figures()):
            self._tell_outputs_notes()
            raise VidstyleError(self._failures[-1])

    def _tell_outputs_notes(self) -> None:
        """Of a run that has failed: there is no result to have them."""
        for note in self._outputs.notes():
            self._tell(note)

    def _headline(self) -> str:
        """One line: network, backend, precision, device, sizes and source."""
        sizes = described_sizes(self._palette.sizes.current, self._output_size)
        return f"{self._palette.painter.info} · {sizes} · {self._plan.input}"

    def _pipeline(self) -> Pipeline:
        painter, fade = self._palette.painter, self._palette.styles.fade
        arrival = Arrival(
            self._plan.output_size,
            self._palette.sizes,
            info=self._source.info,
            settings=self._controls,
        )
        stages: list[Stage[Any, Any]] = [
            Stage.each("preprocess", arrival),
            Stage.each("model", Painting(painter, fade, self._controls, outside=self._outside)),
            Stage.each("finish", self._finishing),
        ]
        return Pipeline(
            self._frames,
            stages,
            self._outputs,
            sink_name="outputs",
            capacity=1,
            policy=Policy.DROP_OLDEST,
        )

    def _tick(self, figures: PipelineFigures) -> None:
        state = self._controls.state
        self._watch.adapt(figures, state)
        status = self._watch.status(figures, state)
        if self._screen is not None:
            self._screen.tell(status)
        self._hooks.on_status(status)

    def _drops_before_the_stages(self) -> dict[str, int]:
        return {"source": self._source.dropped, "rate cap": self._frames.dropped}

    def _read(self, lines: Iterable[str]) -> None:
        """A thread; it is left behind where it waits for a line that never comes."""
        room = Semaphore(_MOST_LINES)

        def obey(line: str) -> None:
            room.release()
            self._controls.obey_line(line)

        try:
            for line in lines:
                if line.strip() and not line.lstrip().startswith("#"):
                    while not room.acquire(timeout=1.0):
                        if self._is_over:
                            return  # Nobody obeys any more.
                    self._errands.put(partial(obey, line))
        except (OSError, ValueError) as error:
            self._say(f"commands cannot be read any more: {error}")
        except BaseException as error:
            self._errands.raise_there(error)

    # From any thread

    def _say(self, text: str) -> None:
        self._errands.do(lambda: self._tell(text))

    def _tell(self, text: str) -> None:
        if self._screen is not None:
            self._screen.say(text)
        self._hooks.on_message(text)

    def _open_background(self, name: str) -> Background:
        background = Background(name, on_error=self._background_failed)
        self._stack.callback(background.close, timeout=_CLOSING_SECONDS)
        return background

    def _background_failed(self, error: BaseException) -> None:
        if isinstance(error, VidstyleError | OSError):
            self._say(answer_to(error))
        else:
            self._errands.raise_there(error)

    def _output_failed(self, name: str, error: BaseException) -> None:
        is_fault = not isinstance(error, VidstyleError | OSError | StuckError)
        if is_fault:  # Of the program: its traceback is needed, but the others need not end for it.
            self._fault = error
        note = f"{name} has failed: {error}"
        self._failures.append(note)
        self._say(note)
        if not self._outputs.running and not self._outputs.closed:
            last = error if is_fault else VidstyleError(f"no output is left: {error}")
            self._errands.raise_there(last)
