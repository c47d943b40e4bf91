"""Builds OpenVINO engines, checks them against eager fp32, and stores those that pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vidstyle.engines.engine import Engine, Precision
from vidstyle.engines.key import EngineKey
from vidstyle.engines.network import Network
from vidstyle.engines.openvino import MODEL, WEIGHTS, OpenVINOEngine, engine_key
from vidstyle.engines.parity import Parity, ParityError, check_parity
from vidstyle.engines.record import BadEngineError, EngineRecord, checksums
from vidstyle.engines.store import EngineStore

if TYPE_CHECKING:
    from torch import nn

Measure: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], Parity]
"""Compares what eager fp32 computed with what an engine did."""

OnMessage: TypeAlias = Callable[[str], None]
"""Gets one line for the user."""

_ANY_SIZE_TRIED_AT = (256, 384)
"""Height and width at which engines for any size are compared with eager fp32."""

# Of eager convolutions on one core of a current CPU.
_MULTIPLY_ADDS_A_SECOND = 30e9
# Importing PyTorch, loading, converting and storing; and calls of eager: one to trace, one to
# compare, and as much as half of one for the engine's own.
_FIXED_SECONDS, _CALLS = 2.5, 2.5
# Quantisation: importing NNCF, and calls for each calibration picture.
_INT8_FIXED_SECONDS, _INT8_CALLS = 3.0, 1.5


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
    """Finds and builds engines of this machine.

    Args:
        store: where they are kept.
        measure: how engines are compared.
        trials: makes the pictures for that; called only where something is built.
        on_message: told of engines that cannot be used.
    """

    def __init__(
        self,
        store: EngineStore,
        *,
        measure: Measure,
        trials: Callable[[Precision], Trials],
        on_message: OnMessage,
    ) -> None:
        self.store = store
        self._measure = measure
        self._trials = trials
        self._say = on_message
        self._unusable: set[EngineKey] = set()

    def find(
        self, network: Network, *, precisions: Sequence[Precision]
    ) -> tuple[EngineRecord, OpenVINOEngine] | None:
        """The stored engine of the network, in the first of these precisions that there is.

        One that is damaged, foreign or stale is named to `on_message`.
        """
        keys = dict.fromkeys(engine_key(network, precision=each) for each in precisions)
        return next((found for key in keys if (found := self._find(key)) is not None), None)

    def build(
        self, network: Network, *, precisions: Sequence[Precision], replace: bool = False
    ) -> tuple[EngineRecord, OpenVINOEngine]:
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

    def _find(self, key: EngineKey) -> tuple[EngineRecord, OpenVINOEngine] | None:
        try:
            record = self.store.find(key)
            if record is not None:
                return record, OpenVINOEngine(self.store.path(key), info=key.info)
            stale = self.store.stale(key)
        except BadEngineError as error:
            self._unusable.add(key)
            stale = str(error)
        if stale is not None:
            self._say(stale)
        return None

    def _build(
        self, network: Network, *, precision: Precision, replace: bool
    ) -> tuple[EngineRecord, OpenVINOEngine]:
        from vidstyle.engines.openvino_model import convert, quantise, save

        started = perf_counter()
        key = engine_key(network, precision=precision)
        module = network.make().eval().requires_grad_(False)
        examples = self._examples(network, module, key.precision)
        model = convert(module, inputs=network.inputs, example=examples[0])
        if key.precision is Precision.INT8:
            model = quantise(model, calibration=examples)
        replace = replace or key in self._unusable
        with self.store.draft(key, replace=replace) as folder:
            save(model, folder)
            # What is compared is what was stored: a file cut short fails here.
            engine = OpenVINOEngine(folder, info=key.info)
            parity = self._compare(module, engine, examples[0])
            check_parity(parity, precision=key.precision, what=f"{network.name} ({network.size})")
            record = EngineRecord(
                key=key,
                files=checksums(folder, [MODEL, WEIGHTS]),
                parity=parity,
                build_seconds=round(perf_counter() - started, 2),
                built=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            record.write(folder)
        return record, engine

    def example(self, network: Network) -> tuple[NDArray[Any], ...]:
        """Inputs of the network, of a real picture."""
        return self._examples(network, network.make(), Precision.FP32)[0]

    def _examples(
        self, network: Network, module: "nn.Module", precision: Precision
    ) -> list[tuple[NDArray[Any], ...]]:
        _, height, width, _ = network.inputs[0].shape
        fallback = _ANY_SIZE_TRIED_AT
        trials = self._trials(precision)
        frames = trials.frames(height or fallback[0], width or fallback[1])
        count = len(trials.styles)
        return [
            network.examples(module, frame, trials.styles[index % count])
            for index, frame in enumerate(frames)
        ]

    def _compare(
        self, module: "nn.Module", engine: Engine, example: tuple[NDArray[Any], ...]
    ) -> Parity:
        import torch

        from vidstyle.engines.eager import EagerEngine

        reference = EagerEngine(module, network="reference", device=torch.device("cpu"))
        return self._measure(reference(*example), engine(*example))


def expected_seconds(network: Network, *, precision: Precision, calibration: int) -> float:
    """About how long it takes to build the network's engine here.

    Args:
        network: which.
        precision: of the engine.
        calibration: how many pictures int8 is calibrated with.
    """
    _, height, width, _ = network.inputs[0].shape
    pixels = (height or _ANY_SIZE_TRIED_AT[0]) * (width or _ANY_SIZE_TRIED_AT[1])
    call = pixels * network.multiply_adds / (_MULTIPLY_ADDS_A_SECOND * (cpu_count() or 1))
    seconds = _FIXED_SECONDS + _CALLS * call
    if precision is Precision.INT8 and network.per_frame:
        seconds += _INT8_FIXED_SECONDS + _INT8_CALLS * calibration * call
    return seconds
