"""The trainer that a configuration asks for."""

from vidstyle.messages import ignore
from vidstyle.training.config import TrainingConfig
from vidstyle.training.cyclegan.trainer import CycleGANTrainer
from vidstyle.training.network_sections import CycleGANSection
from vidstyle.training.setup import set_up
from vidstyle.training.targets import OnMeasured
from vidstyle.training.trainer import Trainer
from vidstyle.weights.store import WeightStore


def make_trainer(
    config: TrainingConfig,
    *,
    store: WeightStore | None = None,
    on_measured: OnMeasured = ignore,
) -> Trainer:
    """Read the data, make the networks, and put all of it on the device.

    Args:
        config: of the run.
        store: where the weights of frozen networks come from.
        on_measured: told of the progress where targets are computed beforehand (`data.cached`).

    Raises:
        UsageError: the configuration cannot work.
        VidstyleError: weights or pictures cannot be had.
    """
    store = store or WeightStore()
    if isinstance(config.network, CycleGANSection):
        return CycleGANTrainer.set_up(config, config.network, store=store)
    return set_up(config, store=store, on_measured=on_measured)
