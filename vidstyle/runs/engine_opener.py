"""Which engine a run uses: a stored one, one that it builds, or eager."""

from collections.abc import Sequence
from threading import Lock

from vidstyle.engines import AUTO, Backend, Engine, Goal, Network, OpenEngine, Precision, open_eager
from vidstyle.engines.backends import choose_backend
from vidstyle.engines.compiler import Compiler
from vidstyle.engines.compilers import make_compiler
from vidstyle.engines.sized import by_size
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.messages import OnMessage, ignore

LONGEST_BUILD = 10.0
"""Seconds. A run builds by itself what is expected to take less."""


class EngineOpener:
    """Opens a compiler's engines, and says what it does where that is not just loading one.

    Args:
        compiler: whose engines.
        precisions: of the networks that run for every frame; the first that will do.
        builds_all: whether every missing engine is built. Else that is done where it takes less
            than `LONGEST_BUILD`, for one size in a run, and eager is used for the others.
        goal: what the compiler's engines are good at; with `THROUGHPUT` those that take several
            pictures at a time are used where they are faster.
        command: how the user would build it, as `vidstyle build-engine --method adain`.
        on_message: told of engines that are built, and why where eager is used instead.
    """

    def __init__(
        self,
        compiler: Compiler,
        *,
        precisions: Sequence[Precision],
        builds_all: bool,
        goal: Goal,
        command: str,
        on_message: OnMessage,
    ) -> None:
        from vidstyle.runs.workshop import make_workshop

        self._compiler = compiler
        self._workshop = make_workshop(compiler, on_message)
        self._precisions = precisions
        self._builds_all = builds_all
        self._goal = goal
        self._command = command
        self._say = on_message
        # By name and weights: styles of the user's may have one name.
        self._built: set[tuple[str, str]] = set()
        self._eager: dict[tuple[str, str], Engine] = {}
        self._lock = Lock()

    def __call__(self, network: Network) -> Engine:
        """The network's engine; for a network that runs for every frame, of each size."""
        if not (network.per_frame or self._compiler.takes_any_size):
            return open_eager(network, device=self._compiler.device)
        info = self._compiler.info(network, precision=self._precisions[0])
        return by_size(network, info=info, open_network=self._open)

    def _open(self, network: Network) -> Engine:
        # A live run encodes styles in one thread and gets sizes ready in another.
        with self._lock:
            return self._opened(network)

    def _opened(self, network: Network) -> Engine:
        stored = self._workshop.find(
            network,
            precisions=self._precisions,
            any_batch=self._goal is Goal.THROUGHPUT,
        )
        if stored is not None:
            return stored[1]
        seconds = self._workshop.expected_seconds(network, precision=self._precisions[0])
        if self._builds_all:
            return self._build(network, seconds)
        if seconds > LONGEST_BUILD:
            return self._open_eager(network, f"building one takes about {seconds:.0f} s")
        if (network.name, network.weights) in self._built:
            return self._open_eager(network, "one size is built in a run")
        try:
            return self._build(network, seconds)
        except UsageError:
            raise
        except VidstyleError as error:
            return self._open_eager(network, str(error), can_be_built=False)

    def _build(self, network: Network, seconds: float) -> Engine:
        precision = self._compiler.info(network, precision=self._precisions[0]).precision
        self._say(
            f"building the {precision} engine of {network.name} ({network.size}) for "
            f"this machine, once: about {max(1, round(seconds))} s"
        )
        self._built.add((network.name, network.weights))
        _, engine = self._workshop.build(network, precisions=self._precisions)
        return engine

    def _open_eager(self, network: Network, reason: str, *, can_be_built: bool = True) -> Engine:
        which = network.name, network.weights
        if which not in self._eager:
            self._eager[which] = open_eager(network, device=self._compiler.device)
            # That for any size is built with every other one.
            size = f" --size {network.size}" if network.per_frame else ""
            advice = f". To build it: {self._command}{size}, or add --build"
            self._say(
                f"no engine of {network.name} for {network.size} is stored ({reason}): running "
                f"eager{advice if can_be_built else ''}"
            )
        return self._eager[which]


def engine_opener(
    *,
    backend: str,
    device: str,
    precision: str,
    build: bool,
    goal: Goal = Goal.LATENCY,
    command: str,
    on_message: OnMessage | None,
) -> OpenEngine:
    """What opens the engines of a run.

    Args:
        backend: its name, or "auto": OpenVINO on a CPU; on an NVIDIA GPU TensorRT where it is
            installed, else inductor; else eager.
        device: see `resolve_device`.
        precision: its name, or "auto": the fastest that is near enough to fp32.
        build: whether a missing engine is built even where that takes long. One that is asked for
            by its backend's name is, too.
        goal: what engines are to be good at.
        command: how the user would build it.
        on_message: told of engines that are built or cannot be used.

    Raises:
        UsageError: these do not go together.
    """
    chosen = choose_backend(backend, device=device)
    if chosen is Backend.EAGER:
        if build:
            raise UsageError("eager needs no engine: leave --build out")
        if precision != AUTO and Precision.parse(precision) is not Precision.FP32:
            raise UsageError(f"eager computes in fp32, not in {precision}: add --backend openvino")
        return lambda network: open_eager(network, device=device)
    compiler = make_compiler(chosen, device=device, goal=goal)
    return EngineOpener(
        compiler,
        precisions=compiler.precisions(precision),
        builds_all=build or backend != AUTO,
        goal=goal,
        command=command,
        on_message=on_message or ignore,
    )
