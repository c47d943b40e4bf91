"""From what a user names (method, styles, device) to a stylizer that is ready."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from vidstyle.engines import AUTO, Backend, Goal
from vidstyle.errors import UsageError, did_you_mean
from vidstyle.messages import OnDownload, OnMessage
from vidstyle.runs.engine_opener import engine_opener
from vidstyle.runs.own_weights import store_with
from vidstyle.runs.sizes import exact_size
from vidstyle.stylizers import Method, Style, Stylizer, make_stylizer
from vidstyle.stylizers.gatys.options import GatysOptions, GatysPrecision
from vidstyle.video.convert import Size
from vidstyle.video.pictures import SUFFIXES, read_picture
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import StyleCodes

DEFAULT_STYLES = {
    Method.ADAIN: "starry_night",
    Method.JOHNSON: "starry_night",
    Method.CYCLEGAN: "impressionist",
}
"""What is painted with where no style is given, by the networks that come with vidstyle."""

_LARGEST_SHARE = 1e6


@dataclass(frozen=True)
class StyleWish:
    """A style as the user writes it: a path or a name, and its share in a mix.

    Attributes:
        has_share: whether the user has given one.
        given: the style itself, from Python; then `text` is only what it is called.
    """

    text: str
    share: float = 1.0
    has_share: bool = field(default=False, compare=False)
    given: Style | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, style: "str | Path | Style | StyleWish") -> "StyleWish":
        """From `starry.jpg`, `candy` or `candy:0.7`; `UsageError` where 0.7 is no share."""
        if isinstance(style, StyleWish):
            return style
        if isinstance(style, Style):
            return cls(
                str(style.checkpoint or style.name),
                style.share,
                has_share=style.share != 1.0,
                given=style,
            )
        text = str(style)
        name, colon, share = text.rpartition(":")
        # A Windows path has a colon too, and a file may have one in its name.
        if not colon or Path(text).exists() or "\\" in share or "/" in share:
            return cls(text)
        try:
            value = float(share)
        except ValueError:
            value = -1.0
        if not 0 < value <= _LARGEST_SHARE:
            raise UsageError(
                f"'{share}' is not a share: write a number above 0, at most "
                f"{_LARGEST_SHARE:g}, as in {name}:0.7"
            )
        return cls(name, value, has_share=True)

    @property
    def alone(self) -> "StyleWish":
        """The same style without a share."""
        return replace(self, share=1.0, has_share=False)

    @property
    def path(self) -> Path:
        """Where the style is, if it is a file."""
        return Path(self.text)

    @property
    def label(self) -> str:
        """A short name, for the output's file name."""
        path = self.path
        # Training runs call their results alike, and their folders by what they are.
        is_result = path.stem == "network" and path.parent.name
        return path.parent.name if is_result else path.stem


StyleLike: TypeAlias = str | Path | Style | StyleWish
"""What `StyleWish.parse` takes."""


def style_wishes(styles: StyleLike | Iterable[StyleLike]) -> list[StyleWish]:
    """The styles as a user gives them: several, or one alone. `UsageError` as of `parse`."""
    if isinstance(styles, Mapping):
        raise UsageError("styles are a dict: give a list, with shares as in 'great_wave:0.7'")
    several = [styles] if isinstance(styles, StyleLike) else styles
    return [StyleWish.parse(style) for style in several]


def chosen_styles(
    styles: StyleLike | Iterable[StyleLike],
    method: Method,
    *,
    weights: str | Path | None = None,
    on_message: OnMessage | None = None,
) -> list[StyleWish]:
    """The styles as of `style_wishes`, or where there is none, the method's default.

    Args:
        weights: in the place of the method's own; then nothing is a default.
        on_message: is told of the default.
    """
    wishes = style_wishes(styles)
    if wishes or weights is not None or method not in DEFAULT_STYLES:
        return wishes
    default = DEFAULT_STYLES[method]
    if on_message is not None:
        on_message(f"no style was given: {default} is taken (see --style, and vidstyle styles)")
    return [StyleWish(default)]


def styles_label(wishes: Sequence[StyleWish], method: str) -> str:
    """What the output's name says of the styles."""
    return "-".join(wish.label for wish in wishes) or method


def load_stylizer(
    method: str = "adain",
    *,
    weights: str | Path | None = None,
    styles: StyleLike | Iterable[StyleLike] = (),
    strength: float = 1.0,
    preserve_color: bool = False,
    backend: str = AUTO,
    device: str = "auto",
    precision: str = "auto",
    build: bool = False,
    goal: Goal = Goal.LATENCY,
    size: str | Size | None = None,
    gatys: GatysOptions | None = None,
    on_message: OnMessage | None = None,
    on_download: OnDownload | None = None,
) -> Stylizer:
    """A stylizer with its style set, ready to `stylize` frames; called by one thread at a time.

    Args:
        goal: whether each frame is to be ready soon, or many of them, given `Stylizer.batch` at a
            time.
        size: of the frames to come, as `1280x720`, where it is known; then the engine for it is
            there at once.
        gatys: how `gatys` optimises; None for its own way.
        The others are those of `stylize_file`; frames are uint8 (N, H, W, 3), RGB.

    Raises:
        UsageError: an argument cannot work.
        VidstyleError: weights or pictures cannot be read, or an engine cannot be built.
    """
    chosen = Method.parse(method)
    size = exact_size(size) if isinstance(size, str) else size
    wishes = chosen_styles(styles, chosen, weights=weights, on_message=on_message)
    store = store_with(weights, chosen, on_download=on_download)
    resolved = [resolve_style(wish, chosen, store) for wish in wishes]
    if not resolved and chosen is not Method.IDENTITY:
        raise UsageError(f"{chosen.value} needs a style: --style picture.jpg")
    stylizer: Stylizer
    if chosen is Method.GATYS:
        if backend not in (AUTO, Backend.EAGER):
            raise UsageError(f"gatys is computed by PyTorch, not {backend}: leave --backend out")
        if build:
            raise UsageError("gatys has no engine: leave --build out")
        from vidstyle.stylizers.gatys.stylizer import Gatys  # It imports PyTorch.

        stylizer = Gatys.load(
            replace(gatys or GatysOptions(), precision=GatysPrecision.parse(precision)),
            store=store,
            device=device,
            strength=strength,
            preserve_color=preserve_color,
            on_message=on_message,
        )
    elif gatys is not None:
        raise UsageError(f"iterations and the like are for gatys, not {chosen}: --method gatys")
    else:
        stylizer = make_stylizer(
            chosen,
            strength=strength,
            preserve_color=preserve_color,
            open_engine=engine_opener(
                backend=backend,
                device=device,
                precision=precision,
                build=build,
                goal=goal,
                command=build_command(chosen, wishes, precision, device=device, weights=weights),
                on_message=on_message,
            ),
            store=store,
        )
    if resolved:
        stylizer.set_style(resolved)
    if size is not None:
        stylizer.prepare(height=size.height, width=size.width)
    return stylizer


def known_styles(store: WeightStore | None = None) -> dict[Method, list[str]]:
    """The styles that have names, of each method that has any, as far as they are on this machine.

    Args:
        store: where weights come from; by default where vidstyle looks for them.

    Raises:
        VidstyleError: a weights file is not the one that the manifest describes.
    """
    store = store or WeightStore()
    networks = {
        method: [name for name in _names(method, store) if store.find(f"{method}-{name}")]
        for method in Method
        if method.takes_weights
    }
    return {Method.ADAIN: _names(Method.ADAIN, store), **networks}


def resolve_style(wish: StyleWish, method: Method, store: WeightStore) -> Style:
    """The style that is wished for, with its picture, code or checkpoint; a file before a name.

    Raises:
        UsageError: there is no such style.
        VidstyleError: it cannot be read.
    """
    if wish.given is not None:
        return wish.given
    path = wish.path
    if path.exists() and not path.is_file():
        raise UsageError(f"style {path} is not a file: name a picture")
    if not path.is_file():
        return _named_style(wish, method, store)
    if method.takes_weights:
        if path.suffix.lower() in SUFFIXES:
            raise UsageError(
                f"{method} takes names and checkpoints, and {path} is a picture: add --method adain"
            )
        return Style(name=wish.label, checkpoint=path, share=wish.share)
    return Style(name=wish.label, picture=read_picture(path), share=wish.share)


def _named_style(wish: StyleWish, method: Method, store: WeightStore) -> Style:
    codes = StyleCodes.find(store) if method is Method.ADAIN else None
    if codes is not None and wish.text in codes.names:
        return Style(name=wish.text, code=codes.code(wish.text), share=wish.share)
    if method.takes_weights and f"{method}-{wish.text}" in store.manifest:
        checkpoint = store.fetch(f"{method}-{wish.text}")
        return Style(name=wish.text, checkpoint=checkpoint, share=wish.share)
    raise _no_such_style(wish, method, store)


def build_command(
    method: Method,
    wishes: Sequence[StyleWish],
    precision: str = AUTO,
    *,
    device: str = AUTO,
    weights: str | Path | None = None,
) -> str:
    """How the user would build the engines of these; the size is left to say."""
    options = [("--method", method), ("--weights", weights)]
    if method.takes_weights:
        options += [("--style", wish.text) for wish in wishes]
    options += [("--precision", precision), ("--device", device)]
    needed = [(name, str(value)) for name, value in options if value not in (None, AUTO)]
    return shlex.join(["vidstyle", "build-engine", *chain.from_iterable(needed)])


def _no_such_style(wish: StyleWish, method: Method, store: WeightStore) -> UsageError:
    if store.own and wish.text in _names(method, WeightStore()):
        return UsageError(
            f"'{wish.text}' is a style of the shipped network: with --weights, give a picture"
        )
    named = _names(method, store)
    for other in Method:
        if other is not method and wish.text in _names(other, store):
            return UsageError(f"'{wish.text}' is a style of {other}: add --method {other}")
    path = Path(wish.text)
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    kind = "checkpoint" if method.takes_weights else "picture"
    return UsageError(
        f"no such style: {wish.text}{did_you_mean(path.name, [*named, *beside])}: give the path of "
        f"a {kind}" + (", or a name from vidstyle styles" if named else "")
    )


def _names(method: Method, store: WeightStore) -> list[str]:
    """The styles of a method that can be had by name."""
    match method:
        case Method.ADAIN:
            codes = StyleCodes.find(store)
            return list(codes.names) if codes else []
        case Method.JOHNSON | Method.CYCLEGAN:
            prefix = f"{method}-"
            return [n.removeprefix(prefix) for n in store.manifest if n.startswith(prefix)]
        case _:
            return []
