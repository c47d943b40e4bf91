"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer


def _methods() -> list[str]:
    from vidstyle.stylizers import Method

    return list(Method)


MethodOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--method",
        "-m",
        autocompletion=_methods,
        help="adain (any picture as style), adain-vgg19 (the same as published, far heavier), "
        "adain-timm (with a timm encoder, needs --weights), johnson or cyclegan (one network per "
        "style), gatys (optimises each image: slow, closest to the style, not live) or identity "
        "(unchanged).",
    ),
]
WeightsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="PATH",
        help="An any-style network made by `vidstyle train`: replaces that of adain or "
        "adain-vgg19, required for adain-timm. Its styles are image files.",
    ),
]
StyleOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--style",
        "-s",
        metavar="PATH|NAME",
        help="The style: an image file, or a name from `vidstyle styles`. "
        "Repeat it to mix styles, with shares: -s a.jpg:0.7 -s b.jpg:0.3. "
        "Without it, adain and johnson take starry_night.",
    ),
]
StrengthOption: TypeAlias = Annotated[
    float, typer.Option("--strength", metavar="0..1", help="How strong the style is.")
]
SizeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="WxH|SHORT",
        help="Size at which the network works: 640x360, or the shorter side alone. Smaller is "
        "faster, with larger strokes; the result is scaled back to full size.",
    ),
]
OutputSizeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--output-size",
        metavar="WxH|SHORT",
        help="Size of the result: 1280x720, or the shorter side alone. Default: that of the input.",
    ),
]
DetailOption: TypeAlias = Annotated[
    float,
    typer.Option(
        "--detail",
        metavar="0..1",
        help="With --size: how much of the original's fine detail (in brightness) is restored.",
    ),
]
MaskOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--mask",
        metavar="PATH",
        help="An image or a video: apply the style where it is white, not where it is black.",
    ),
]
InvertMaskOption: TypeAlias = Annotated[
    bool, typer.Option("--invert-mask", help="Apply the style where the mask is black instead.")
]
StyleOutsideOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--style-outside",
        metavar="PATH|NAME",
        help="With --mask: another style for the rest; repeat it to mix, like --style.",
    ),
]
PreserveColorOption: TypeAlias = Annotated[
    bool,
    typer.Option("--preserve-color", help="Keep the original's colours; only the strokes change."),
]
StabiliseOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--stabilise",
        metavar="0..1",
        help="How strongly to suppress flicker. Default: 0.7, but 0 for identity and gatys.",
    ),
]
BackendOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--backend",
        metavar="auto|openvino|tensorrt|inductor|eager",
        help="What runs the network: openvino (compiled for this CPU), tensorrt or inductor "
        "(compiled for an NVIDIA GPU), eager (plain PyTorch), or auto: the fastest one available "
        "for the device.",
    ),
]
PrecisionOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--precision",
        metavar="auto|fp32|fp16|bf16|int8",
        help="Numeric precision of the network; auto: fp16 on an NVIDIA GPU, bf16 on CPUs that "
        "support it, else fp32. int8 is for CPUs without bf16; the result differs slightly.",
    ),
]
BuildOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--build", help="Build a missing engine first, even if that takes more than ten seconds."
    ),
]
DeviceOption: TypeAlias = Annotated[
    str, typer.Option("--device", help="Device to run on: auto, cpu, cuda, cuda:1 or mps.")
]
OverwriteOption: TypeAlias = Annotated[
    bool, typer.Option("--overwrite", help="Overwrite existing output files.")
]
QuietOption: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show only errors and warnings.")
]
ReportOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="run.json",
        help="Write all statistics of the run as JSON; replaces an existing report.",
    ),
]
FolderOption: TypeAlias = Annotated[
    Path | None, typer.Option("--folder", help="Output folder, instead of the one in the file.")
]
SettingsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.KEY=VALUE",
        help="Override a value of the file, in TOML; repeatable.",
    ),
]
