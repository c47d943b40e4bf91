"""Networks that the user trained, in the place of those that methods have of their own."""

from pathlib import Path

from vidstyle.errors import UsageError
from vidstyle.messages import OnDownload
from vidstyle.stylizers import Method
from vidstyle.stylizers.adain_networks import DECODER
from vidstyle.stylizers.adain_timm_networks import ADAIN_TIMM
from vidstyle.weights.notes import read_notes
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE

# Of each method that takes one's own network: its kind, as `vidstyle train` notes it, and what the
# store calls its weights.
_REPLACEABLE = {
    Method.ADAIN: ("adain-lite", ADAIN_LITE),
    Method.ADAIN_VGG19: ("adain-vgg19", DECODER),
    Method.ADAIN_TIMM: (ADAIN_TIMM, ADAIN_TIMM),
}


def store_with(
    weights: str | Path | None, method: Method, *, on_download: OnDownload | None = None
) -> WeightStore:
    """Where a method's weights come from.

    Args:
        weights: a file that takes the place of what the method has of its own; None takes none.
        method: whose.
        on_download: told the bytes done and the bytes in all while weights are downloaded.

    Raises:
        UsageError: there is no such file, or it is not for that method.
        VidstyleError: it cannot be read.
    """
    if weights is None:
        return WeightStore(on_download=on_download)
    if method.takes_weights:
        raise UsageError(f"weights are styles of {method}: give {weights} as --style")
    if method not in _REPLACEABLE:
        raise UsageError(f"{method} takes no weights: leave --weights out, or choose adain")
    path = Path(weights)
    if not path.is_file():
        raise UsageError(f"no such weights file: {path}")
    if path.name == "last.ckpt":
        raise UsageError(
            f"{path} is the state of a training run: give network.safetensors beside it"
        )
    kind, name = _REPLACEABLE[method]
    found = read_notes(path).get("kind", kind)
    if found != kind:
        raise UsageError(f"{path} is a network of {found}, not of {kind}{_where_to(found)}")
    return WeightStore(own={name: path}, on_download=on_download)


def _where_to(kind: str) -> str:
    """What to do with a network of that kind."""
    if kind in ("johnson", "slim-johnson", "cyclegan"):
        return f": give it as --style of --method {kind.removeprefix('slim-')}"
    others = [method for method, (known, _) in _REPLACEABLE.items() if known == kind]
    return "".join(f": add --method {method}" for method in others)
