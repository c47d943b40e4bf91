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
            "Network in whose features images are compared; patches needs none. Default: vgg19, or "
            "patches if its weights are missing.",
        ),
    ] = None,
    content_layers: Annotated[
        str | None,
        _option("--content-layers", "A,B", "Layers of the content loss, such as relu4_1."),
    ] = None,
    style_layers: Annotated[
        str | None,
        _option("--style-layers", "A,B", "Layers of the style loss, such as relu1_1,relu2_1."),
    ] = None,
    optimizer: Annotated[
        str | None,
        _option("--optimizer", "lbfgs|adam|adamw", "Optimiser of the pixels. Default: lbfgs."),
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
            "Iterations at each scale; M for frames that start from the previous one. "
            "Default: 300, and a third of N.",
        ),
    ] = None,
    init: Annotated[
        str | None,
        _option(
            "--init",
            "previous|content|noise|style",
            "Initial image. Default: previous, the result of the previous frame, warped by the "
            "motion.",
        ),
    ] = None,
    preset: Annotated[
        str | None,
        _option(
            "--preset",
            "default|tutorial|study",
            "Loss weights: vidstyle's own, those of PyTorch's tutorial (content 1, style 1e6), or "
            "those of the comparison study (content 1e6, style 1).",
        ),
    ] = None,
    content_weight: Annotated[
        float | None,
        _option("--content-weight", "X", "Weight of the content loss. Default: 1."),
    ] = None,
    style_weight: Annotated[
        float | None, _option("--style-weight", "X", "Weight of the style loss. Default: 3.")
    ] = None,
    tv_weight: Annotated[
        float | None,
        _option("--tv-weight", "X", "Weight of total variation: more is smoother. Default: 5."),
    ] = None,
    temporal_weight: Annotated[
        float | None,
        _option(
            "--temporal-weight",
            "X",
            "Weight of the temporal loss: more is steadier; 0 with an --init other than previous "
            "treats each frame alone. Default: 50.",
        ),
    ] = None,
    scales: Annotated[
        int | None,
        _option(
            "--scales",
            "N",
            "Number of scales, coarse to fine; 1 is full size only. Default: 0, as many as the "
            "image size allows.",
        ),
    ] = None,
    style_scale: Annotated[
        float | None,
        _option(
            "--style-scale",
            "X",
            "Scale of the style image: below 1, strokes are finer. Default: 1.",
        ),
    ] = None,
    batch: Annotated[
        int | None,
        _option("--batch", "N", "Video frames optimised together. Default: 1."),
    ] = None,
    backward: Annotated[
        bool,
        typer.Option(
            "--backward",
            help="Process each scene of a video a second time, backwards.",
            rich_help_panel=_PANEL,
        ),
    ] = False,
    seed: Annotated[int | None, _option("--seed", "N", "Random seed of --init noise.")] = None,
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
