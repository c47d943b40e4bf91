"""What a user can choose of the method."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from types import MappingProxyType

from vidstyle.choice import Choice
from vidstyle.errors import UsageError


class Features(Choice):
    """The network that pictures are compared by."""

    VGG19 = "vgg19"
    VGG16 = "vgg16"
    RESNET18 = "resnet18"
    SHIPPED = "shipped"
    """The style encoder of adain-lite, which comes with vidstyle: sees little of a style."""
    PATCHES = "patches"
    """No network: small patches, as they are (Elnekave & Weiss 2022, arXiv:2203.11862)."""


class Optimizer(Choice):
    """What changes the pixels."""

    LBFGS = "lbfgs"
    ADAM = "adam"
    ADAMW = "adamw"


class Start(Choice):
    """The picture that the optimisation begins with."""

    PREVIOUS = "previous"
    """The result of the frame before, moved as the frames move; the content where there is none."""
    CONTENT = "content"
    NOISE = "noise"
    STYLE = "style"


class Measure(Choice):
    """What the weights of content and style are weights of."""

    RELATIVE = "relative"
    """Each layer's loss as a share of what is there: of the mean square of the content's features,
    of ‖G‖² of the style's Gram matrix. Such weights carry over between sizes, layers and networks.
    The features of contents are compared with every channel brought to mean 0 and deviation 1: its
    statistics are the style's, and the two do not pull against each other.
    """
    LEVELS = "levels"
    """Mean squares of features and ‖G - Gₛ‖², of a network that sees levels from 0 to 255."""
    DEVIATIONS = "deviations"
    """Mean squares of both, of a network that sees values with a deviation of about 1."""


class GatysPrecision(Choice):
    """What the network computes in; pictures and losses are in single precision always."""

    AUTO = "auto"
    """bf16 where the device is fast at it: the result is as good."""
    FLOAT32 = "fp32"
    BFLOAT16 = "bf16"


@dataclass(frozen=True, kw_only=True)
class LossWeights:
    """How much each loss counts.

    Attributes:
        content: of the content loss.
        style: of the style loss, which is a sum over layers, or with `Measure.RELATIVE` a mean.
        total_variation: of the mean squared difference of neighbouring pixels, values 0 to 1.
        temporal: of the mean squared difference to where the frames before have moved to; 0, and
            a start other than the frame before, is frame by frame.
        measure: what `content` and `style` are weights of.

    Raises:
        UsageError: a weight is negative or not finite, or content and style have none.
    """

    content: float = 1.0
    style: float = 3.0
    total_variation: float = 5.0
    temporal: float = 50.0
    measure: Measure = Measure.RELATIVE

    def __post_init__(self) -> None:
        for name in ("content", "style", "total_variation", "temporal"):
            value = getattr(self, name)
            if not math.isfinite(value) or value < 0:
                raise UsageError(f"{name} weight {value:g} must be a finite number, 0 or more")
        if not self.content and not self.style:
            raise UsageError("content and style weights are both 0: there is nothing to optimise")


class Preset(Choice):
    """Weights that go together."""

    DEFAULT = "default"
    """vidstyle's own."""
    TUTORIAL = "tutorial"
    """Content 1, style 1e6: those of PyTorch's tutorial."""
    STUDY = "study"
    """α 1e6, β 1: those of the comparison study of extractors and optimisers."""


PRESETS: Mapping[Preset, LossWeights] = MappingProxyType(
    {
        Preset.DEFAULT: LossWeights(),
        Preset.TUTORIAL: LossWeights(
            content=1.0, style=1e6, total_variation=0.0, measure=Measure.DEVIATIONS
        ),
        Preset.STUDY: LossWeights(
            content=1e6, style=1.0, total_variation=0.0, measure=Measure.LEVELS
        ),
    }
)

OF_VIDEOS = ("following_iterations", "temporal_weight", "batch", "distances", "backward")
"""Options that change nothing in a single picture."""

_MOST = 1e6
"""Of a rate or a scale: far beyond all sense, and within the numbers that PyTorch takes."""

LEARNING_RATES: Mapping[Optimizer, float] = MappingProxyType(
    {Optimizer.LBFGS: 1.0, Optimizer.ADAM: 1e-1, Optimizer.ADAMW: 1e-2}
)
"""Steps that the optimisers take where nothing is said, of pixels in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class GatysOptions:
    """How pictures are optimised.

    Attributes:
        features: the network; None is VGG-19, or patches where there are no weights.
        content_layers: where content is compared; empty for the network's own.
        style_layers: where style is compared; empty for the network's own.
        optimizer: what changes the pixels.
        learning_rate: its step, of pixels in [0, 1]; None for its own.
        iterations: of every picture, at every scale.
        following_iterations: of a frame that starts from the one before; None is a third.
        start: what the optimisation begins with.
        preset: weights that go together; those below are changed where they are given.
        content_weight, style_weight, total_variation_weight, temporal_weight: see `LossWeights`.
        scales: how many sizes a picture is optimised at, each twice the one before; 0 for as many
            as its size is good for.
        style_scale: size of the style picture against the content; below 1 strokes are finer.
        precision: of the network.
        seed: of the noise that `Start.NOISE` begins with, below 2⁶³.
        batch: frames of a video that are optimised together.
        distances: frames back that a frame is held to, 1 among them (Ruder et al. 2016, section
            5.2).
        backward: whether a second pass goes over each scene from its end to its beginning.

    Raises:
        UsageError: a value cannot work.
    """

    features: Features | None = None
    content_layers: tuple[str, ...] = ()
    style_layers: tuple[str, ...] = ()
    optimizer: Optimizer = Optimizer.LBFGS
    learning_rate: float | None = None
    iterations: int = 300
    following_iterations: int | None = None
    start: Start = Start.PREVIOUS
    preset: Preset = Preset.DEFAULT
    content_weight: float | None = None
    style_weight: float | None = None
    total_variation_weight: float | None = None
    temporal_weight: float | None = None
    scales: int = 0
    style_scale: float = 1.0
    precision: GatysPrecision = GatysPrecision.AUTO
    seed: int = 0
    batch: int = 1
    distances: tuple[int, ...] = (1, 2, 4)
    backward: bool = False

    def __post_init__(self) -> None:
        _check_counts(self)
        _ = self.weights
        if self.start is Start.NOISE and self.iterations == 0:
            raise UsageError("noise to start with needs iterations: with 0 of them it stays noise")
        for name, value in {
            "learning rate": self.step,
            "style scale": self.style_scale,
        }.items():
            if not 0 < value <= _MOST:
                raise UsageError(f"{name} {value:g} must be above 0, at most {_MOST:g}")
        if self.backward and not self.weights.temporal and self.start is not Start.PREVIOUS:
            raise UsageError(
                "backward changes nothing without a temporal weight or the frame before to start "
                "from: leave it out"
            )
        if 1 not in self.distances or min(self.distances) < 1:
            raise UsageError(f"distances {self.distances} must be 1 and more")

    def check_for_pictures(self) -> None:
        """`UsageError` where an option is chosen that changes nothing in a single picture."""
        for name in OF_VIDEOS:
            if getattr(self, name) != getattr(GatysOptions, name):
                raise UsageError(f"{name.replace('_', ' ')} is for videos alone: leave it out")

    @property
    def weights(self) -> LossWeights:
        """Of the losses."""
        given = {
            "content": self.content_weight,
            "style": self.style_weight,
            "total_variation": self.total_variation_weight,
            "temporal": self.temporal_weight,
        }
        preset = PRESETS[self.preset]
        values = {
            name: getattr(preset, name) if value is None else value for name, value in given.items()
        }
        return LossWeights(measure=preset.measure, **values)

    @property
    def step(self) -> float:
        """The learning rate."""
        return LEARNING_RATES[self.optimizer] if self.learning_rate is None else self.learning_rate

    @property
    def iterations_after_first(self) -> int:
        """Of a frame that starts from the one before."""
        if self.following_iterations is None:
            return -(-self.iterations // 3)
        return self.following_iterations


def _check_counts(options: GatysOptions) -> None:
    following = options.iterations_after_first
    for name, value, least in (
        ("iterations", options.iterations, 0),
        ("iterations of following frames", following, 0),
        ("scales", options.scales, 0),
        ("batch", options.batch, 1),
        ("seed", options.seed, 0),
    ):
        if not isinstance(value, Integral):
            raise UsageError(f"{name} {value} must be a whole number")
        if value < least:
            raise UsageError(f"{name} {value} must be {least} or more")
    if options.seed >= 2**63:
        raise UsageError(f"seed {options.seed} must be below 2 to the 63rd power")
