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
        "johnson (one network per style) or identity (unchanged).",
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
        help="Size of the result: 1280x720, or the shorter side alone. Smaller is faster.",
    ),
]
PreserveColorOption: TypeAlias = Annotated[
    bool,
    typer.Option("--preserve-color", help="Keep the original's colours; take only the strokes."),
]
StabiliseOption = Annotated[
    float,
    typer.Option("--stabilise", metavar="0..1", help="How firmly to hold the picture steady."),
]
BackendOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--backend",
        metavar="auto|openvino|eager",
        help="What runs the network: openvino (compiled for this CPU), eager (PyTorch), "
        "or auto: openvino on a CPU, else eager.",
    ),
]
PrecisionOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--precision",
        metavar="auto|fp32|bf16|int8",
        help="The number format of the network; auto: bf16 where the CPU computes in it, else "
        "fp32. int8 is fast on every CPU, and not quite the same picture.",
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
    typer.Option("--report", metavar="run.json", help="Write all figures of the run as JSON."),
]
