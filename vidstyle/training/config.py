"""What a training run is, as its TOML file says it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, ValidationError

from vidstyle.errors import UsageError
from vidstyle.sections import Place, Section, complaint
from vidstyle.settings import read_toml, with_settings
from vidstyle.temporal.known_motion import KnownMotion
from vidstyle.training.network_sections import NetworkSection


class TrainingPrecision(StrEnum):
    """In what a network computes."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


def _rising(sizes: tuple[float, float]) -> tuple[float, float]:
    if sizes[0] > sizes[1]:
        raise ValueError("the smallest must come first")
    return sizes


_Beta: TypeAlias = Annotated[float, Field(ge=0, lt=1)]


class RunSection(Section):
    """`[run]`: where to, how long, and what is written on the way.

    Attributes:
        folder: where checkpoints, figures and samples go.
        steps: how many there are in all.
        seed: of everything random; with `steps` done the same, results are the same.
        max_minutes: stop then, with a checkpoint to continue from; 0 is no limit.
        log_every: steps between two lines of figures.
        checkpoint_every: steps between two checkpoints.
        sample_every: steps between two sample grids; 0 is none.
        precision: of the network that is trained.
        device: "auto" is the fastest there is.
        ema_decay: of the average of the weights that is kept as the result.
        init: the weights to start from, instead of random ones: a file, or a name that the store
            knows. A slim-johnson may start from an adain-lite, as what that makes of its style.
    """

    folder: Place
    steps: int = Field(gt=0)
    # What torch's generators take on every device.
    seed: int = Field(default=0, ge=-(2**63), lt=2**63)
    max_minutes: float = Field(default=0.0, ge=0)
    log_every: int = Field(default=20, gt=0)
    checkpoint_every: int = Field(default=500, gt=0)
    sample_every: int = Field(default=1000, ge=0)
    precision: TrainingPrecision = TrainingPrecision.FLOAT32
    device: Literal["auto", "cpu"] = "auto"
    ema_decay: float = Field(default=0.999, ge=0, lt=1)
    init: str | None = None


class DataSection(Section):
    """`[data]`: pictures, and how they are cut.

    Attributes:
        content: folders of photographs; for cyclegan, of pictures of the kind that is painted.
        style: folders of style pictures, or single ones; for cyclegan, of the kind painted like.
        size: pixels of the square in memory: the shorter side is scaled to it, then the middle cut.
        style_size: as `size`, of the styles; also what the style encoder sees.
        style_variants: altered copies of each style picture to train with as well: parts of it, in
            other colours. For networks for any style.
        crop: pixels of the square that a step sees of a content picture.
        context: pixels by which crops are mirrored outwards before they are painted; what becomes
            of them is cut off. Else a network learns to put the colours of its style, of which
            every crop must have some, along the border, which it can tell by its padding.
        batch: content pictures a step.
        identity: pictures a step that are painted in their own style, too, for the loss "identity".
        cached: keep what the loss network says of the pictures, for fixed crops, in memory and in
            the run's folder.
        limit: at most so many pictures of each kind; 0 is all.
    """

    content: tuple[Place, ...] = Field(min_length=1)
    style: tuple[Place, ...] = Field(min_length=1)
    # Beyond, there is no memory for one picture, or no picture library that makes it.
    size: int = Field(default=256, ge=32, le=16384)
    style_size: int = Field(default=256, ge=32, le=16384)
    style_variants: int = Field(default=0, ge=0)
    crop: int = Field(default=128, ge=32)
    context: int = Field(default=0, ge=0, multiple_of=16)
    batch: int = Field(default=4, gt=0, le=65536)
    identity: int = Field(default=0, ge=0)
    cached: bool = False
    limit: int = Field(default=0, ge=0)


class OptimizerSection(Section):
    """`[optimizer]`: what changes the weights, and its learning rate.

    Attributes:
        kind: "adam"; "soap", Adam in the eigenvectors of the gradients' covariance (Vyas et al.
            2024, arXiv:2409.11321), which takes fewer steps.
        learning_rate: the largest.
        schedule: "constant"; "cosine", to 0 at the last step; "linear", constant at first, then
            straight to 0 at the last step; "inverse", divided by 1 + decay × step.
        warmup: steps from 0 to the full rate.
        hold: share of the steps that "linear" is constant for.
        decay: of "inverse".
        clip_norm: gradients longer than this are shortened to it; 0 leaves them.
    """

    kind: Literal["adam", "soap"] = "adam"
    learning_rate: float = Field(default=1e-3, gt=0)
    schedule: Literal["constant", "cosine", "linear", "inverse"] = "cosine"
    warmup: int = Field(default=0, ge=0)
    hold: float = Field(default=0.5, ge=0, lt=1)
    decay: float = Field(default=0.0, ge=0)
    betas: tuple[_Beta, _Beta] = (0.9, 0.999)
    clip_norm: float = Field(default=1.0, ge=0)


class LossesSection(Section):
    """`[losses]`: what is minimised, and how it is measured.

    Attributes:
        weights: by the names of the losses: content, style, total_variation, lattice,
            output_temporal, feature_temporal, identity, adain_content; for cyclegan adversarial,
            cycle, identity, output_temporal. One that is not named is not computed.
        network: what compares pictures; Johnson's is VGG-16.
        precision: of that network.
        content: "normalised" leaves colour and contrast out; see `content_loss`.
        content_layers: where content is compared.
        style: "balanced" and "plain" compare means and deviations, "balanced-gram" and "gram" Gram
            matrices; where it is balanced, all layers weigh alike.
        style_layers: where styles are compared.
    """

    weights: dict[str, Annotated[float, Field(ge=0)]]
    network: Literal["vgg16", "vgg19"] = "vgg19"
    precision: TrainingPrecision = TrainingPrecision.FLOAT32
    content: Literal["normalised", "plain"] = "normalised"
    content_layers: tuple[str, ...] = Field(default=("relu4_1",), min_length=1)
    style: Literal["balanced", "plain", "balanced-gram", "gram"] = "balanced"
    style_layers: tuple[str, ...] = Field(
        default=("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), min_length=1
    )


class TemporalSection(Section):
    """`[temporal]`: pairs with known motion; what is not named is as in `KnownMotion`.

    Attributes:
        pictures: pairs a step; 0 is none.
    """

    pictures: int = Field(default=0, ge=0)
    still: float = KnownMotion.still
    shift: float = KnownMotion.shift
    zoom: float = KnownMotion.zoom
    rotation: float = KnownMotion.rotation
    smooth: float = KnownMotion.smooth
    smooth_cell: float = KnownMotion.smooth_cell
    cutouts: int = KnownMotion.cutouts
    cutout_shift: float = KnownMotion.cutout_shift
    cutout_size: Annotated[tuple[float, float], AfterValidator(_rising)] = KnownMotion.cutout_size
    noise: float = KnownMotion.noise
    brightness: float = KnownMotion.brightness
    blur: float = KnownMotion.blur


class TrainingConfig(Section):
    """A whole run."""

    run: RunSection
    data: DataSection
    network: NetworkSection
    optimizer: OptimizerSection = OptimizerSection()
    losses: LossesSection
    temporal: TemporalSection = TemporalSection()


_NETWORKS: dict[str, Any] = {
    get_args(section.model_fields["kind"].annotation)[0]: section
    for section in get_args(get_args(NetworkSection)[0])
}
"""The sections of networks, by kind."""


def read_config(path: Path, *, settings: Mapping[str, Any] | None = None) -> TrainingConfig:
    """The run that a TOML file describes.

    Args:
        path: of the file.
        settings: values that take the place of the file's, by full name: `{"data.batch": 8}`.

    Raises:
        UsageError: there is no such file, or it is not TOML, or a key or value is wrong.
    """
    content = read_toml(path)
    if not settings:
        return parse_config(content, name=str(path))
    return parse_config(with_settings(content, settings), name=f"{path} with {', '.join(settings)}")


def parse_config(content: dict[str, Any], *, name: str = "config") -> TrainingConfig:
    """The run that nested dictionaries describe; `UsageError` where they are wrong."""
    try:
        config = TrainingConfig.model_validate(content)
    except ValidationError as error:
        sections = {key: field.annotation for key, field in TrainingConfig.model_fields.items()}
        told = complaint(error, TrainingConfig, sections | _NETWORKS, tags=_NETWORKS)
        raise UsageError(f"{name}: {told}") from error
    for place in _bools_taken_for_numbers(content, config.model_dump()):
        raise UsageError(f"{name}: {place} is true or false: it takes a number")
    return config


def _bools_taken_for_numbers(given: Any, taken: Any, place: str = "") -> Iterator[str]:
    """Full names of the values that pydantic, to which true is 1, has made numbers of."""
    match given:
        case bool() if not isinstance(taken, bool):
            yield place
        case dict() | list() | tuple():
            for key, value in given.items() if isinstance(given, dict) else enumerate(given):
                yield from _bools_taken_for_numbers(value, taken[key], f"{place}.{key}".lstrip("."))
