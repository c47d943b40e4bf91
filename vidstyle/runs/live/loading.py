"""From what a user names to the parts of a live run that paint."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vidstyle.engines import Backend, OpenEngine
from vidstyle.engines.backends import choose_backend
from vidstyle.errors import UsageError
from vidstyle.messages import OnDownload, OnMessage
from vidstyle.runs.engine_opener import engine_opener
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.engines import LiveEngines
from vidstyle.runs.live.painter import CodePainter, Painter, StylizerPainter
from vidstyle.runs.live.plan import LivePlan
from vidstyle.runs.live.sizes import WorkSizes
from vidstyle.runs.live.styles import LiveStyles
from vidstyle.runs.loading import (
    DEFAULT_STYLES,
    StyleWish,
    build_command,
    known_styles,
    resolve_style,
)
from vidstyle.runs.own_weights import store_with
from vidstyle.stylizers import Method, Style, Stylizer, make_stylizer
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.video.convert import Size
from vidstyle.weights.store import WeightStore


@dataclass(frozen=True)
class Palette:
    """What a live run paints with: a method, its styles, and the size that it works at."""

    painter: Painter
    styles: LiveStyles
    sizes: WorkSizes


def open_palette(
    plan: LivePlan,
    size: Size,
    *,
    open_background: Callable[[str], Background],
    on_message: OnMessage,
    on_download: OnDownload | None,
) -> Palette:
    """Everything ready for the first frame, for outputs of that size.

    Raises:
        UsageError: there is no such style, or what was asked for does not go together.
        VidstyleError: weights or pictures cannot be read, or an engine cannot be built.
    """
    store = store_with(plan.weights, plan.method, on_download=on_download)
    listed = listed_styles(plan.method, plan.wishes, store)
    outside = plan.regions.styles_outside
    open_engine = _opener(plan, [*listed, *outside], on_message)

    def resolve(wish: StyleWish) -> Style:
        if plan.method is Method.IDENTITY:
            return Style(name=wish.text)
        return resolve_style(wish, plan.method, store)

    # A name that is wrong is told before networks are loaded, and not when its turn comes.
    for wish in (*plan.wishes, *outside):
        resolve(wish)
    painter = load_painter(plan.method, open_engine=open_engine, store=store)
    sizes = WorkSizes(
        plan.size,
        prepare=lambda size: painter.prepare(height=size.height, width=size.width),
        background=open_background("sizes"),
    )
    styles = LiveStyles(
        listed,
        painter=painter,
        resolve=resolve,
        background=open_background("styles"),
    )
    sizes.begin(size)
    return Palette(painter, styles, sizes)


def _opener(plan: LivePlan, styles: Sequence[StyleWish], on_message: OnMessage) -> OpenEngine:
    # Of many sizes; other compilers take minutes for each.
    builds_sizes = (
        plan.auto_size and choose_backend(plan.backend, device=plan.device) is Backend.OPENVINO
    )
    return engine_opener(
        backend=plan.backend,
        device=plan.device,
        precision=plan.precision,
        build=plan.build or builds_sizes,
        command=build_command(
            plan.method, styles, plan.precision, device=plan.device, weights=plan.weights
        ),
        on_message=on_message,
    )


def load_painter(method: Method, *, open_engine: OpenEngine, store: WeightStore) -> Painter:
    """The method, ready to encode styles.

    Raises:
        UsageError: the device cannot work.
        VidstyleError: weights cannot be had.
    """
    engines = LiveEngines(open_engine)

    def make() -> Stylizer:
        return make_stylizer(method, open_engine=engines, store=store)

    stylizer = make()
    return CodePainter(stylizer) if isinstance(stylizer, AdaINLite) else StylizerPainter(make)


def listed_styles(
    method: Method, wishes: Sequence[StyleWish], store: WeightStore
) -> list[StyleWish]:
    """The styles to step through: those that are wished for, and after a single one (or the
    method's default) all that have names.

    Raises:
        UsageError: that is none.
    """
    if method is Method.IDENTITY:
        return list(wishes) or [StyleWish("original")]
    if len(wishes) > 1:
        return list(wishes)
    alone = [wish.alone for wish in wishes]
    named = [StyleWish(name) for name in known_styles(store).get(method, [])]
    if not alone:
        alone = [wish for wish in named if wish.text == DEFAULT_STYLES.get(method)]
    listed = alone + [wish for wish in named if wish not in alone]
    if not listed:
        raise UsageError(f"{method} needs a style: --style picture.jpg (see vidstyle styles)")
    return listed
