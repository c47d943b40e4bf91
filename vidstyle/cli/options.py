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
        "adain-timm (around an encoder of timm, with --weights), "
        "johnson or cyclegan (one network per style), gatys (optimises every picture: slow, the "
        "best there is, not live) or identity (unchanged).",
    ),
]
WeightsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="PATH",
        help="A network for any style that `vidstyle train` made, in place of that of adain or "
        "adain-vgg19, or for adain-timm. It takes pictures as styles.",
    ),
]
StyleOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--style",
        "-s",
        metavar="PATH|NAME",
        help="The style: a picture, or a name from `vidstyle styles`. "
        "Give it several times to mix, with shares: -s a.jpg:0.7 -s b.jpg:0.3.",
    ),
]
StrengthOption: TypeAlias = Annotated[
    float, typer.Option("--strength", metavar="0..1", help="How strongly to repaint.")
]
SizeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="WxH|SHORT",
        help="Size that the network works at: 640x360, or the shorter side alone. Smaller is "
        "faster; the result is brought back to full size.",
    ),
]
OutputSizeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--output-size",
        metavar="WxH|SHORT",
        help="Size of the result: 1280x720, or the shorter side alone. Default: as it came.",
    ),
]
DetailOption: TypeAlias = Annotated[
    float,
    typer.Option(
        "--detail",
        metavar="0..1",
        help="With --size: how much of the original's fine light and dark is brought back.",
    ),
]
MaskOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--mask",
        metavar="PATH",
        help="A picture or a video: repaint where it is white, and not where it is black.",
    ),
]
InvertMaskOption: TypeAlias = Annotated[
    bool, typer.Option("--invert-mask", help="Repaint where the mask is black instead.")
]
StyleOutsideOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--style-outside",
        metavar="PATH|NAME",
        help="With --mask: another style for the rest; several times to mix, as --style.",
    ),
]
PreserveColorOption: TypeAlias = Annotated[
    bool,
    typer.Option("--preserve-color", help="Keep the original's colours; take only the strokes."),
]
StabiliseOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--stabilise",
        metavar="0..1",
        help="How firmly to hold the picture steady. Default: 0.7, but 0 for identity and gatys.",
    ),
]
BackendOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--backend",
        metavar="auto|openvino|tensorrt|inductor|eager",
        help="What runs the network: openvino (compiled for this CPU), tensorrt or inductor "
        "(compiled for an NVIDIA GPU), eager (PyTorch as it is), or auto: the fastest that there "
        "is for the device.",
    ),
]
PrecisionOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--precision",
        metavar="auto|fp32|fp16|bf16|int8",
        help="The number format of the network; auto: fp16 on an NVIDIA GPU, bf16 where the CPU "
        "computes in it, else fp32. int8 is for CPUs without bf16, and not quite the same picture.",
    ),
]
BuildOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--build", help="Build a missing engine first, even where that takes over ten seconds."
    ),
]
DeviceOption: TypeAlias = Annotated[
    str, typer.Option("--device", help="Where it runs: auto, cpu, cuda, cuda:1 or mps.")
]
OverwriteOption: TypeAlias = Annotated[
    bool, typer.Option("--overwrite", help="Replace an output that exists.")
]
QuietOption: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show nothing but errors and warnings.")
]
ReportOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="run.json",
        help="Write all figures of the run as JSON; a report that exists is replaced.",
    ),
]
