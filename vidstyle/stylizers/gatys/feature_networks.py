"""The networks that pictures are compared by: their layers, their scale, and their weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from torch import nn

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.losses.features import LossNetwork
from vidstyle.messages import OnMessage
from vidstyle.nets.random_patches import PATCH_LAYERS, RandomPatches
from vidstyle.nets.resnet import RESNET18_LAYERS, ResNet18Features
from vidstyle.nets.style_encoder_features import STYLE_ENCODER_LAYERS, StyleEncoderFeatures
from vidstyle.nets.vgg import RELU_LAYERS, VGG16_LAYERS, VGG16Features, VGG19Features
from vidstyle.stylizers.gatys.options import Features, GatysOptions, Preset
from vidstyle.stylizers.gatys.style_distance import GRAM, SLICED, StyleDistance
from vidstyle.stylizers.lite_notes import load_adain_lite
from vidstyle.weights.checkpoint import stored_state_dict
from vidstyle.weights.store import WeightStore

DEVIATION_IN_LEVELS = 0.226 * 255
"""What torchvision's preprocessing divides levels by, as a mean over the channels."""


@dataclass(frozen=True, kw_only=True)
class FeatureNetwork:
    """One of the networks.

    Attributes:
        known: every layer that features can be taken from.
        content: where content is compared.
        style: where style is compared.
        study_style: the same in the comparison study, where that differs.
        levels: how many levels of 255 one step of the network's input is: features of a network
            that saw levels would be as many times as large.
        load: from the store and the layers to the network.
        distance: of styles.
        coarsest: pixels of the shorter side of the smallest size that a picture is optimised at;
            what is smaller shows the network too little to begin with.
        precise: whether it computes in single precision always.
    """

    known: tuple[str, ...]
    content: tuple[str, ...]
    style: tuple[str, ...]
    study_style: tuple[str, ...] = ()
    levels: float
    load: Callable[[WeightStore, Sequence[str]], nn.Module]
    distance: StyleDistance = GRAM
    coarsest: int = 96
    precise: bool = False


@dataclass(frozen=True)
class LoadedFeatures:
    """A network that is ready, and where it compares.

    Attributes:
        name: of the network, for the user.
        network: frozen; returns the layers of both.
        content: layers.
        style: layers.
        kind: what is known of the network.
    """

    name: str
    network: LossNetwork
    content: tuple[str, ...]
    style: tuple[str, ...]
    kind: FeatureNetwork


def load_features(
    options: GatysOptions,
    *,
    store: WeightStore,
    on_message: OnMessage | None = None,
) -> LoadedFeatures:
    """The network and the layers that the options ask for.

    Args:
        options: where they leave the network open, it is VGG-19, or patches where that cannot be
            had.
        store: where weights come from.
        on_message: told where patches stand in.

    Raises:
        UsageError: the network has no such layer.
        VidstyleError: the weights cannot be had, or do not reach the layers.
    """
    if options.features is not None:
        return _loaded(options, options.features, store)
    try:
        return _loaded(options, Features.VGG19, store)
    except UsageError:
        raise
    except VidstyleError as error:
        if options.content_layers or options.style_layers:
            raise
        if on_message is not None:
            on_message(
                f"{error}. Until then pictures are compared by their patches, which have a style's "
                "colours and strokes but know nothing of things"
            )
        return _loaded(options, Features.PATCHES, store)


def _loaded(options: GatysOptions, features: Features, store: WeightStore) -> LoadedFeatures:
    row = FEATURE_NETWORKS[features]
    study = options.preset is Preset.STUDY
    content = options.content_layers or row.content
    style = options.style_layers or (study and row.study_style) or row.style
    for layer in (*content, *style):
        if layer not in row.known:
            raise UsageError(f"{features} has no layer {layer}: it has {', '.join(row.known)}")
    layers = tuple(layer for layer in row.known if layer in (*content, *style))
    network = row.load(store, layers)
    return LoadedFeatures(features, LossNetwork(network), content, style, row)


def _stored(
    name: str, make: Callable[[Sequence[str]], nn.Module]
) -> Callable[[WeightStore, Sequence[str]], nn.Module]:
    """Loads a network whose weights the store has under that name."""

    def load(store: WeightStore, layers: Sequence[str]) -> nn.Module:
        weights = stored_state_dict(name, store)
        network = make(layers)
        if network.load_state_dict(weights, strict=False).missing_keys:
            there = [
                layer for layer in layers if make([layer]).state_dict().keys() <= weights.keys()
            ]
            lacking = ", ".join(layer for layer in layers if layer not in there)
            raise VidstyleError(
                f"{store.find(name)} ends before {lacking}: it has "
                f"{', '.join(there) or 'no layer'} of those that were asked for; name them alone "
                "with --style-layers, or another network with --features"
            )
        return network

    return load


def _shipped(store: WeightStore, layers: Sequence[str]) -> nn.Module:
    path = store.fetch("adain-lite")
    return StyleEncoderFeatures(load_adain_lite(path).style_encoder, layers)


def _patches(store: WeightStore, layers: Sequence[str]) -> nn.Module:
    return RandomPatches(layers)


FEATURE_NETWORKS: Mapping[Features, FeatureNetwork] = MappingProxyType(
    {
        Features.VGG19: FeatureNetwork(
            known=RELU_LAYERS,
            content=("relu4_2",),
            style=("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"),
            study_style=("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"),
            levels=1.0,
            load=_stored("vgg19", VGG19Features),
        ),
        Features.VGG16: FeatureNetwork(
            known=VGG16_LAYERS,
            content=("relu2_2",),
            style=("relu1_2", "relu2_2", "relu3_3", "relu4_3"),
            levels=1.0,
            load=_stored("vgg16", VGG16Features),
        ),
        Features.RESNET18: FeatureNetwork(
            known=RESNET18_LAYERS,
            content=("layer1",),
            style=("conv1", "layer1", "layer2", "layer3"),
            levels=DEVIATION_IN_LEVELS,
            load=_stored("resnet18", ResNet18Features),
        ),
        Features.SHIPPED: FeatureNetwork(
            known=STYLE_ENCODER_LAYERS,
            content=("stage2",),
            style=STYLE_ENCODER_LAYERS,
            levels=127.5,
            load=_shipped,
        ),
        Features.PATCHES: FeatureNetwork(
            known=PATCH_LAYERS,
            content=PATCH_LAYERS,
            style=PATCH_LAYERS,
            levels=255.0,
            load=_patches,
            distance=SLICED,
            # Patches are small: what is large in a style is painted while the picture is small.
            coarsest=32,
            # In bf16 there are so few values that their order says nothing.
            precise=True,
        ),
    }
)
"""All networks. The layers of VGG-19 are those of Gatys et al. 2016, those of VGG-16 Johnson's."""
