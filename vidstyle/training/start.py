"""How a run begins from weights that are there already."""

from pathlib import Path

from torch import Tensor, nn

from vidstyle.errors import UsageError, did_you_mean
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.slim_johnson import SlimJohnson
from vidstyle.weights.checkpoint import load_checkpoint, read_state_dict
from vidstyle.weights.store import WeightStore


def start_from(network: nn.Module, init: str, *, style: Tensor, store: WeightStore) -> None:
    """Load weights into a network; a `SlimJohnson` takes those of an `AdaINLite`, too.

    Args:
        network: what will be trained.
        init: a weights file, or a name that the store knows.
        style: float (1, 3, h, w), RGB in [0, 1]; a `SlimJohnson` starts as what the `AdaINLite`
            makes of it.
        store: where names are looked up.

    Raises:
        VidstyleError: the weights cannot be had, or do not fit.
    """
    path = weights_of(init, store)
    if isinstance(network, SlimJohnson) and "code" not in read_state_dict(path):
        network.start_as(_adain_lite(path, network), style)
    else:
        load_checkpoint(network, path)


def weights_of(init: str, store: WeightStore) -> Path:
    """The weights file that `run.init` means: by a name that the store knows, or by its path."""
    if init in store.manifest:
        return store.fetch(init)
    if not Path(init).exists():
        names = [entry.name for entry in store.manifest.entries]
        raise UsageError(
            f"run.init is {init}: there is neither such a file nor such a network"
            f"{did_you_mean(init, names)}"
        )
    return Path(init)


def _adain_lite(path: Path, network: SlimJohnson) -> AdaINLite:
    """The weights in `path` in a network with the trunk of `network`, and their style encoder."""
    state = read_state_dict(path)
    # Where there is no style encoder, the usual one makes the complaint.
    sizes = {
        option: len(state[name])
        for option, name in (
            ("style_width", "style_encoder.stages.0.weight"),
            ("style_hidden", "style_encoder.perceptron.0.weight"),
        )
        if name in state
    }
    found = AdaINLite(network.trunk.shape, **sizes)
    load_checkpoint(found, path)
    return found
