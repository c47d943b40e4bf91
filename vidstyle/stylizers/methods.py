"""The methods by name."""

from pathlib import Path

from vidstyle.choice import Choice
from vidstyle.engines import OpenEngine, open_eager
from vidstyle.errors import UsageError, check_range
from vidstyle.stylizers.adain import AdaIN
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.adain_networks import adain_networks
from vidstyle.stylizers.adain_timm_networks import adain_timm_networks
from vidstyle.stylizers.cyclegan import CycleGAN
from vidstyle.stylizers.identity import Identity
from vidstyle.stylizers.johnson import Johnson
from vidstyle.stylizers.preserve_color import PreserveColor
from vidstyle.stylizers.stylizer import Stylizer
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE


class Method(Choice):
    """How frames are stylised."""

    ADAIN = "adain"
    """Any picture as a style, one network, light enough for a CPU."""
    ADAIN_VGG19 = "adain-vgg19"
    """The same as published, far heavier."""
    ADAIN_TIMM = "adain-timm"
    """The same around an encoder of timm; only with a network that the user trained."""
    JOHNSON = "johnson"
    """One network for each style."""
    CYCLEGAN = "cyclegan"
    """One network for each style, trained on two folders of pictures."""
    GATYS = "gatys"
    """The pixels themselves are optimised: slow, and the best there is."""
    IDENTITY = "identity"
    """Nothing is changed."""

    @property
    def takes_weights(self) -> bool:
        """Whether each style is a network, of a weights file of its own, not a picture."""
        return self in (Method.JOHNSON, Method.CYCLEGAN)

    @property
    def has_engines(self) -> bool:
        """Whether it is a network that runs for every frame, of which engines are made."""
        return self not in (Method.GATYS, Method.IDENTITY)


def make_stylizer(
    method: Method,
    *,
    strength: float = 1.0,
    preserve_color: bool = False,
    open_engine: OpenEngine = open_eager,
    store: WeightStore | None = None,
) -> Stylizer:
    """A method, ready for `set_style`.

    Args:
        method: which.
        strength: 0 (content) to 1 (full style).
        preserve_color: keep the content's colours, take only the style's light and dark.
        open_engine: finds or makes engines; by default PyTorch on the fastest device.
        store: where weights come from; by default where vidstyle looks for them.

    Raises:
        UsageError: `strength` or the device cannot work.
        VidstyleError: weights cannot be had.
    """
    check_range("strength", strength)
    store = store or WeightStore()
    stylizer: Stylizer
    match method:
        case Method.ADAIN:
            weights = store.fetch(ADAIN_LITE)
            stylizer = AdaINLite.load(weights, open_engine=open_engine, strength=strength)
        case Method.ADAIN_VGG19:
            networks = adain_networks(store)
            stylizer = AdaIN.load(networks, open_engine=open_engine, strength=strength)
        case Method.ADAIN_TIMM:
            networks = adain_timm_networks(_own_network(method, store))
            stylizer = AdaIN.load(networks, open_engine=open_engine, strength=strength)
        case Method.JOHNSON:
            stylizer = Johnson.load(open_engine=open_engine, strength=strength)
        case Method.CYCLEGAN:
            stylizer = CycleGAN.load(open_engine=open_engine, strength=strength)
        case Method.GATYS:
            raise ValueError("gatys has options of its own: see runs.loading")
        case Method.IDENTITY:
            stylizer = Identity()
    return PreserveColor(stylizer) if preserve_color else stylizer


def _own_network(method: Method, store: WeightStore) -> Path:
    """The file of a method that comes without a network."""
    if method not in store.own:
        raise UsageError(f"{method} needs a network that vidstyle train made: --weights PATH")
    return store.own[method]
