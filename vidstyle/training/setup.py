"""Everything that a run is made of, from its configuration."""

import torch

from vidstyle.errors import UsageError
from vidstyle.losses.features import LossNetwork
from vidstyle.messages import ignore
from vidstyle.training.average import running_average
from vidstyle.training.batches import Batches
from vidstyle.training.config import LossesSection, TrainingConfig, TrainingPrecision
from vidstyle.training.cyclegan.trainer import CycleGANTrainer
from vidstyle.training.models import make_model
from vidstyle.training.network_sections import CycleGANSection
from vidstyle.training.objective import Objective
from vidstyle.training.optimizer import make_optimizer
from vidstyle.training.picture_set import PictureSet
from vidstyle.training.start import start_from
from vidstyle.training.style_trainer import StyleTrainer
from vidstyle.training.style_variants import with_variants
from vidstyle.training.targets import Gauge, OnMeasured
from vidstyle.training.trainer import Trainer, make_accelerator, network_facts
from vidstyle.weights.checkpoint import stored_state_dict
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
    return _style_trainer(config, store, on_measured)


def _style_trainer(
    config: TrainingConfig, store: WeightStore, on_measured: OnMeasured
) -> StyleTrainer:
    accelerator = make_accelerator(config)
    torch.manual_seed(config.run.seed)
    model = make_model(config.network, store=store)
    loss_network = make_loss_network(config.losses, store).to(accelerator.device)
    objective = Objective(config, loss_network, encoder=model.frozen_encoder)
    # Read before any computing: a folder without pictures shall be told at once.
    content = PictureSet.load(config.data.content, size=config.data.size, limit=config.data.limit)
    styles = PictureSet.load(
        config.data.style, size=config.data.style_size, limit=config.data.limit
    )
    if not model.any_style and len(styles) != 1:
        raise UsageError(
            f"data.style has {len(styles)} pictures: {config.network.kind} takes exactly one"
        )
    if config.data.style_variants:
        if not model.any_style:
            raise UsageError(f"data.style_variants is not for {config.network.kind}: leave it out")
        styles = with_variants(styles, config.data.style_variants, seed=config.run.seed)
    if config.run.init is not None:
        first = styles.pictures(torch.tensor([0]))
        start_from(model.stored(model.network), config.run.init, style=first, store=store)
    model = model.to(accelerator.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = running_average(model.network, decay=config.run.ema_decay)
    batches = Batches(
        content.to(accelerator.device),
        styles.to(accelerator.device),
        data=config.data,
        gauge=Gauge(loss_network, config.losses),
        # Each process of several sees pictures of its own.
        seed=config.run.seed + 7919 * accelerator.process_index,
        read_styles=accelerator.autocast()(model.read_styles) if model.reads_styles else None,
    )
    if config.data.cached:
        path = config.run.folder / f"targets-{accelerator.process_index}.safetensors"
        facts = [network_facts(config)] if model.reads_styles else []
        compared = config.losses.model_copy(update={"weights": {}})
        batches.keep_targets(path, compared, *facts, on_measured=on_measured)
    optimizer = make_optimizer(config.optimizer, model.network.parameters())
    prepared, optimizer = accelerator.prepare(model, optimizer)
    return StyleTrainer(
        config, accelerator, model, prepared, average, optimizer, batches, objective
    )


def make_loss_network(section: LossesSection, store: WeightStore) -> LossNetwork:
    """What compares pictures; `UsageError` where it has not all of the layers."""
    layers = tuple(dict.fromkeys((*section.style_layers, *section.content_layers)))
    weights = stored_state_dict(section.network, store)
    try:
        match section.network:
            case "vgg16":
                network = LossNetwork.vgg16(weights, layers=layers)
            case "vgg19":
                network = LossNetwork.vgg19(weights, layers=layers)
    except ValueError as error:
        raise UsageError(f"losses: {error}") from error
    if section.precision is TrainingPrecision.BFLOAT16:
        network = network.to(torch.bfloat16)
    return network
