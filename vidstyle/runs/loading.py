"""From what a user names (method, styles, device) to a stylizer that is ready."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vidstyle.engines.backends import AUTO
from vidstyle.errors import UsageError, did_you_mean
from vidstyle.runs.engine_opener import OnMessage, engine_opener
from vidstyle.runs.progress import OnDownload
from vidstyle.stylizers import Method, Style, Stylizer, make_stylizer
from vidstyle.video.convert import Size
from vidstyle.video.pictures import read_picture
from vidstyle.weights.store import WeightStore

_JOHNSON = "johnson-"


@dataclass(frozen=True)
class StyleWish:
    """A style as the user writes it: a path or a name, and its share in a mix."""

    text: str
    share: float = 1.0

    @classmethod
    def parse(cls, style: "str | Path | StyleWish") -> "StyleWish":
        """From `starry.jpg`, `candy` or `starry.jpg:0.7`; `UsageError` where 0.7 is no share."""
        if isinstance(style, StyleWish):
            return style
        text = str(style)
        name, colon, share = text.rpartition(":")
        # A Windows path has a colon too, and a file may have one in its name.
        if not colon or Path(text).exists() or "\\" in share or "/" in share:
            return cls(text)
        try:
            value = float(share)
        except ValueError:
            value = -1.0
        if not 0 < value < float("inf"):
            raise UsageError(f"'{share}' is not a share: write a number above 0, as in {name}:0.7")
        return cls(name, value)

    @property
    def label(self) -> str:
        """A short name, for the output's file name."""
        return Path(self.text).stem


def styles_label(wishes: Sequence[StyleWish], method: str) -> str:
    """What the output's name says of the styles."""
    return "-".join(wish.label for wish in wishes) or method


def load_stylizer(
    method: str = "adain",
    *,
    styles: Iterable[str | Path | StyleWish] = (),
    strength: float = 1.0,
    preserve_color: bool = False,
    backend: str = AUTO,
    device: str = "auto",
    precision: str = "fp32",
    build: bool = False,
    size: Size | None = None,
    on_message: OnMessage | None = None,
    on_download: OnDownload | None = None,
) -> Stylizer:
    """A stylizer with its style set, ready to `stylize` frames.

    Args:
        size: of the frames to come, where it is known; then the engine for it is there at once.
        The others are those of `stylize_file`; frames are uint8 (N, H, W, 3), RGB.

    Raises:
        UsageError: an argument cannot work.
        VidstyleError: weights or pictures cannot be read, or an engine cannot be built.
    """
    chosen = Method.parse(method)
    wishes = [StyleWish.parse(style) for style in styles]
    store = WeightStore()
    resolved = [resolve_style(wish, chosen, store, on_download) for wish in wishes]
    if not resolved and chosen is not Method.IDENTITY:
        raise UsageError(f"{chosen.value} needs a style: --style {_example(chosen, store)}")
    stylizer = make_stylizer(
        chosen,
        strength=strength,
        preserve_color=preserve_color,
        open_engine=engine_opener(
            backend=backend,
            device=device,
            precision=precision,
            build=build,
            command=_build_command(chosen, wishes, precision),
            on_message=on_message,
        ),
        store=store,
        on_progress=on_download,
    )
    if resolved:
        stylizer.set_style(resolved)
    if size is not None:
        stylizer.prepare(height=size.height, width=size.width)
    return stylizer


def known_styles() -> dict[Method, list[str]]:
    """The styles that have names, of each method, as far as their weights are on this machine."""
    store = WeightStore()
    return {
        Method.ADAIN: [],
        Method.JOHNSON: [name for name in _johnson_names(store) if store.find(_JOHNSON + name)],
    }


def resolve_style(
    wish: StyleWish, method: Method, store: WeightStore, on_download: OnDownload | None
) -> Style:
    """The style that is wished for, with its picture or its checkpoint.

    Raises:
        UsageError: there is no such style.
        VidstyleError: it cannot be read.
    """
    path = Path(wish.text)
    if method is Method.JOHNSON:
        checkpoint = path if path.is_file() else _johnson_checkpoint(wish, store, on_download)
        return Style(name=wish.label, checkpoint=checkpoint, share=wish.share)
    if not path.is_file():
        raise _no_such_style(wish, method, store)
    return Style(name=wish.label, picture=read_picture(path), share=wish.share)


def _build_command(method: Method, wishes: Sequence[StyleWish], precision: str) -> str:
    """How the user would build the engines of these; the size is left to say."""
    styles = [f"--style {wish.text}" for wish in wishes] if method is Method.JOHNSON else []
    lower = [] if precision == "fp32" else [f"--precision {precision}"]
    return " ".join(["vidstyle build-engine", f"--method {method}", *styles, *lower])


def _johnson_checkpoint(
    wish: StyleWish, store: WeightStore, on_download: OnDownload | None
) -> Path:
    if _JOHNSON + wish.text not in store.manifest:
        raise _no_such_style(wish, Method.JOHNSON, store)
    return store.fetch(_JOHNSON + wish.text, on_progress=on_download)


def _no_such_style(wish: StyleWish, method: Method, store: WeightStore) -> UsageError:
    path = Path(wish.text)
    named = _johnson_names(store)
    if method is not Method.JOHNSON and wish.text in named:
        return UsageError(f"'{wish.text}' is a style of johnson: add --method johnson")
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = did_you_mean(path.name, [*beside, *(named if method is Method.JOHNSON else [])])
    kinds = (
        "picture" if method is not Method.JOHNSON else f"checkpoint or name ({', '.join(named)})"
    )
    return UsageError(f"no such style: {wish.text}{hint}: give the path of a {kinds}")


def _johnson_names(store: WeightStore) -> list[str]:
    return [name.removeprefix(_JOHNSON) for name in store.manifest if name.startswith(_JOHNSON)]


def _example(method: Method, store: WeightStore) -> str:
    if method is Method.JOHNSON:
        return " or ".join([*_johnson_names(store), "network.pth"])
    return "picture.jpg"
