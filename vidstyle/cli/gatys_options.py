"""The options of `--method gatys`, for every command that has the method."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from vidstyle.errors import UsageError

if TYPE_CHECKING:
    from vidstyle.stylizers.gatys.options import GatysOptions

R = TypeVar("R")

_PANEL = "With --method gatys"


def _option(flag: str, metavar: str, text: str) -> Any:
    return typer.Option(flag, metavar=metavar, help=text, rich_help_panel=_PANEL)


def gatys_options(
    *,
    features: Annotated[
        str | None,
        _option(
            "--features",
            "vgg19|vgg16|resnet18|shipped|patches",
            "The network that pictures are compared by; patches needs none. Default: vgg19, or "
            "patches where its weights are missing.",
        ),
    ] = None,
    content_layers: Annotated[
        str | None, _option("--content-layers", "A,B", "Where content is compared.")
    ] = None,
    style_layers: Annotated[
        str | None, _option("--style-layers", "A,B", "Where style is compared.")
    ] = None,
    optimizer: Annotated[
        str | None,
        _option("--optimizer", "lbfgs|adam|adamw", "What changes the pixels. Default: lbfgs."),
    ] = None,
    learning_rate: Annotated[
        float | None,
        _option("--learning-rate", "X", "Default: 1 for lbfgs, 0.1 for adam, 0.01 for adamw."),
    ] = None,
    iterations: Annotated[
        str | None,
        _option(
            "--iterations",
            "N[,M]",
            "At every size of a picture; M for each frame that starts from the one before. "
            "Default: 300, and a third of it.",
        ),
    ] = None,
    init: Annotated[
        str | None,
        _option(
            "--init",
            "previous|content|noise|style",
            "What a picture starts from. Default: previous, the frame before, moved along.",
        ),
    ] = None,
    preset: Annotated[
        str | None,
        _option(
            "--preset",
            "default|tutorial|study",
            "Weights: vidstyle's own, content 1 and style 1e6 of PyTorch's tutorial, or content "
            "1e6 and style 1 of the comparison study.",
        ),
    ] = None,
    content_weight: Annotated[
        float | None,
        _option("--content-weight", "X", "More keeps more of the content. Default: 1."),
    ] = None,
    style_weight: Annotated[
        float | None, _option("--style-weight", "X", "More brings more of the style. Default: 3.")
    ] = None,
    tv_weight: Annotated[
        float | None, _option("--tv-weight", "X", "More makes smoother pictures. Default: 5.")
    ] = None,
    temporal_weight: Annotated[
        float | None,
        _option(
            "--temporal-weight",
            "X",
            "More makes a steadier video; 0, with another --init than previous, is frame by frame. "
            "Default: 50.",
        ),
    ] = None,
    scales: Annotated[
        int | None,
        _option(
            "--scales",
            "N",
            "Sizes from coarse to fine; 1 is full size alone. Default: 0, as many as a picture is "
            "large enough for.",
        ),
    ] = None,
    style_scale: Annotated[
        float | None,
        _option(
            "--style-scale",
            "X",
            "Size of the style picture; below 1 strokes are finer. Default: 1.",
        ),
    ] = None,
    batch: Annotated[
        int | None,
        _option("--batch", "N", "Frames of a video that are optimised together. Default: 1."),
    ] = None,
    backward: Annotated[
        bool,
        typer.Option(
            "--backward",
            help="Go over each scene of a video a second time, from its end.",
            rich_help_panel=_PANEL,
        ),
    ] = False,
    seed: Annotated[int | None, _option("--seed", "N", "Of --init noise.")] = None,
) -> "GatysOptions | None":
    """What the user has chosen; None where that is nothing.

    Raises:
        UsageError: a value cannot work.
    """
    from vidstyle.stylizers.gatys.options import Features, GatysOptions, Optimizer, Preset, Start

    first, following = _counts(iterations)
    given: dict[str, Any] = {
        "features": features and Features.parse(features),
        "content_layers": content_layers and _layers(content_layers),
        "style_layers": style_layers and _layers(style_layers),
        "optimizer": optimizer and Optimizer.parse(optimizer),
        "learning_rate": learning_rate,
        "iterations": first,
        "following_iterations": following,
        "start": init and Start.parse(init),
        "preset": preset and Preset.parse(preset),
        "content_weight": content_weight,
        "style_weight": style_weight,
        "total_variation_weight": tv_weight,
        "temporal_weight": temporal_weight,
        "scales": scales,
        "style_scale": style_scale,
        "batch": batch,
        "backward": backward or None,
        "seed": seed,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return GatysOptions(**chosen) if chosen else None


def _layers(text: str) -> tuple[str, ...]:
    """The names in `relu1_1, relu2_1`; `UsageError` where there are none."""
    names = tuple(filter(None, map(str.strip, text.split(","))))
    if not names:
        raise UsageError(f"'{text}' names no layer: write for example relu1_1,relu2_1")
    return names


def with_gatys_options(command: Callable[..., R]) -> Callable[..., R]:
    """A command with these options, which it gets as its argument `gatys`."""
    outer = inspect.signature(command).parameters
    inner = inspect.signature(gatys_options).parameters

    @wraps(command)
    def call(**arguments: Any) -> R:
        options = gatys_options(**{name: arguments.pop(name) for name in inner})
        return command(**arguments, gatys=options)

    kept = [parameter for name, parameter in outer.items() if name != "gatys"]
    # Typer reads a command's options from its signature.
    call.__signature__ = inspect.Signature([*kept, *inner.values()])  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in (*kept, *inner.values())}
    return call


def _counts(text: str | None) -> tuple[int | None, int | None]:
    """From `300` or `300,100`."""
    if text is None:
        return None, None
    try:
        counts = [int(part) for part in text.split(",")]
        first, following = counts if len(counts) == 2 else (*counts, None)
    except ValueError:
        raise UsageError(f"'{text}' is not a number of iterations: write 300 or 300,100") from None
    return first, following
