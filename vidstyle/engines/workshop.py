"""Builds engines, checks them against eager fp32, and stores those that pass."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.compiler import Blueprint, Compiler
from vidstyle.engines.engine import Engine, Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Arrays, Network, tried_size
from vidstyle.engines.parity import Parity, ParityError, check_parity
from vidstyle.engines.record import BadEngineError, EngineRecord, checksums
from vidstyle.engines.store import EngineStore
from vidstyle.messages import OnMessage

if TYPE_CHECKING:
    from torch import Tensor, nn

Measure: TypeAlias = Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], Parity]
"""Compares what eager fp32 computed with what an engine did; last, what both were given."""


@dataclass(frozen=True)
class Trials:
    """Pictures to try and calibrate networks with.

    Attributes:
        frames: makes content pictures, uint8 (1, H, W, 3), of a height and width; the first is
            what an engine is compared on.
        styles: style pictures, uint8 (1, H, W, 3).
    """

    frames: Callable[[int, int], Sequence[NDArray[np.uint8]]]
    styles: Sequence[NDArray[np.uint8]]


class Workshop:
    """Finds and builds the engines of one compiler.

    Args:
        store: where they are kept.
        compiler: what makes and loads them.
        measure: how engines are compared.
        trials: makes the pictures for that; called only where something is built or compared.
        on_message: told of engines that cannot be used.
    """

    def __init__(
        self,
        store: EngineStore,
        *,
        compiler: Compiler,
        measure: Measure,
        trials: Callable[[Precision], Trials],
        on_message: OnMessage,
    ) -> None:
        self.store = store
        self.compiler = compiler
        self._measure = measure
        self._trials = trials
        self._say = on_message
        self._unusable: set[EngineKey] = set()

    def find(
        self, network: Network, *, precisions: Sequence[Precision], any_batch: bool = False
    ) -> tuple[EngineRecord, Engine] | None:
        """The stored engine of the network, in the first of these precisions that there is.

        With `any_batch` it may take more pictures at a time than the network: the fastest does.

        One that is damaged, foreign or stale is named to `on_message`. One that was built on
        another machine is compared with eager fp32 first, and named where it is too far from it.

        Raises:
            VidstyleError: the device has no room for it, or is in another machine.
        """
        wanted = dict.fromkeys(self.compiler.key(network, precision=each) for each in precisions)
        for key in wanted:
            batches = self.store.batches(key) if any_batch and network.per_frame else []
            for each in dict.fromkeys([*batches, key]):
                found = self._find(each, network)
                if found is not None:
                    return found
        return None

    def note_rate(self, record: EngineRecord, fps: float) -> EngineRecord:
        """Store what was measured of an engine."""
        measured = dataclasses.replace(record, fps=round(fps, 2))
        self.store.amend(measured)
        return measured

    def build(
        self, network: Network, *, precisions: Sequence[Precision], replace: bool = False
    ) -> tuple[EngineRecord, Engine]:
        """Build the network's engine, and store it.

        Args:
            network: of a fixed size, or with lengths that are left open.
            precisions: the next one is tried where one is too far from eager fp32; networks that
                do not run for every frame are built in fp32.
            replace: whether an engine that is whole is replaced.

        Raises:
            ParityError: none computes what eager fp32 does; nothing was stored.
            VidstyleError: weights or room are missing; nothing was stored.
        """
        *others, last = precisions
        for precision in others:
            try:
                return self._build(network, precision=precision, replace=replace)
            except ParityError as error:
                self._say(str(error))
        return self._build(network, precision=last, replace=replace)

    def expected_seconds(self, network: Network, *, precision: Precision) -> float:
        """About how long it takes to build the network's engine here."""
        if self._donor(self.compiler.key(network, precision=precision)) is not None:
            assert self.compiler.refit_seconds is not None
            return self.compiler.refit_seconds
        return self.compiler.expected_seconds(network, precision=precision)

    def _donor(self, key: EngineKey) -> Path | None:
        return None if self.compiler.refit_seconds is None else self.store.donor(key)

    def _find(self, key: EngineKey, network: Network) -> tuple[EngineRecord, Engine] | None:
        try:
            record = self.store.find(key)
            if record is not None:
                return self._loaded(record, network)
            unusable = self.store.stale(key)
        except (BadEngineError, ParityError) as error:
            self._unusable.add(key)
            unusable = str(error)
        if unusable is not None:
            self._say(unusable)
        return None

    def _loaded(self, record: EngineRecord, network: Network) -> tuple[EngineRecord, Engine]:
        engine = self.compiler.load(self.store.path(record.key), record.key)
        if record.parity is None and self.compiler.runs_here:
            module = network.make().eval().requires_grad_(False)
            example = self._examples(network, module, record.key)[0]
            parity = self._checked_parity(_eager(module, example), engine, example, record.key)
            record = dataclasses.replace(record, parity=parity)
            self.store.amend(record)
        return record, engine

    def _build(
        self, network: Network, *, precision: Precision, replace: bool
    ) -> tuple[EngineRecord, Engine]:
        key = self.compiler.key(network, precision=precision)
        donor = self._donor(key)
        if donor is not None:
            try:
                return self._built(network, key, donor=donor, replace=replace)
            except (BadEngineError, ParityError) as error:
                self._say(f"{donor.name} cannot be given other weights ({error})")
        return self._built(network, key, donor=None, replace=replace)

    def _built(
        self, network: Network, key: EngineKey, *, donor: Path | None, replace: bool
    ) -> tuple[EngineRecord, Engine]:
        started = perf_counter()
        module = network.make().eval().requires_grad_(False)
        examples = self._examples(network, module, key)
        blueprint = Blueprint(
            network=network,
            module=module,
            precision=key.precision,
            examples=examples,
            donor=donor,
        )
        replace = replace or key in self._unusable
        with self.store.draft(key, replace=replace) as folder:
            with _outputs(module, kept=self.compiler.traces) as outputs:
                files = self.compiler.compile(blueprint, folder)
            # What is compared is what was stored: a file cut short fails here.
            engine = self.compiler.load(folder, key)
            parity = None
            if self.compiler.runs_here:
                reference = outputs[0].numpy() if outputs else _eager(module, examples[0])
                parity = self._checked_parity(reference, engine, examples[0], key)
            record = EngineRecord(
                key=key,
                files=checksums(folder, files),
                parity=parity,
                build_seconds=round(perf_counter() - started, 2),
                built=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            record.write(folder)
        return record, engine

    def example(self, network: Network) -> Arrays:
        """Inputs of the network, of real pictures."""
        key = self.compiler.key(network, precision=Precision.FP32)
        return self._examples(network, network.make(), key)[0]

    def _examples(self, network: Network, module: "nn.Module", key: EngineKey) -> list[Arrays]:
        trials = self._trials(key.precision)
        frames = trials.frames(*tried_size(network))
        count = len(trials.styles)
        return [
            network.examples(module, _shifted(frame, key.batch), trials.styles[index % count])
            for index, frame in enumerate(frames)
        ]

    def _checked_parity(
        self, reference: NDArray[Any], engine: Engine, example: Arrays, key: EngineKey
    ) -> Parity:
        compared = reference, engine(*example), example[0]
        if key.inputs[0].is_planar:
            parity = self._measure(*(_as_rgb(planes, example[-1]) for planes in compared))
        else:
            parity = self._measure(*compared)
        check_parity(parity, precision=key.precision, what=f"{key.network} ({key.size})")
        return parity


@contextmanager
def _outputs(module: "nn.Module", *, kept: bool) -> Iterator[list["Tensor"]]:
    """Where `kept`, what the module computes meanwhile: of large pictures it takes seconds."""
    outputs: list[Tensor] = []
    if not kept:
        yield outputs
        return
    with module.register_forward_hook(lambda _module, _inputs, output: outputs.append(output)):
        yield outputs


def _eager(module: "nn.Module", example: Arrays) -> NDArray[Any]:
    """What the module computes of the example in eager fp32."""
    import torch

    from vidstyle.engines.eager import EagerEngine

    return EagerEngine(module, network="reference", device=torch.device("cpu"))(*example)


def _shifted(picture: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """As many pictures, none like another: what is mixed up between them shows."""
    width = picture.shape[2]
    return np.concatenate([np.roll(picture, i * width // count, axis=2) for i in range(count)])


def _as_rgb(planes: NDArray[np.uint8], conversion: NDArray[np.float32]) -> NDArray[np.uint8]:
    """What a planar network takes or gives as pictures, uint8 (N, H, W, 3)."""
    import torch

    from vidstyle.engines.planar import to_rgb

    levels = to_rgb(torch.from_numpy(planes), torch.from_numpy(conversion))
    pictures: NDArray[np.uint8] = levels.to(torch.uint8).numpy()
    return pictures
