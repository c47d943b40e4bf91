"""Puts the network of a finished training run into the package, in one step.

    python -m benchmarks.ship_weights RUN_FOLDER adain-lite --config configs/adain-lite-cpu.toml
    python -m benchmarks.ship_weights RUN_FOLDER johnson-ink --config configs/slim-johnson-cpu.toml
    python -m benchmarks.ship_weights RUN_FOLDER cyclegan-X --config configs/cyclegan-slim-cpu.toml

Into vidstyle/weights/files go the weights and their card, a TOML file: what the store has to know
of them, how they were trained, and what was measured. With adain-lite go the codes of its named
styles, which belong to these very weights: what its style encoder says, or better, with `--fit`.
A run that is not finished or not of that configuration is refused, and so is a network that cannot
be loaded or paints nothing.
"""

import argparse
from pathlib import Path

from benchmarks.ship_weights.run import ROOT, Run
from benchmarks.ship_weights.ship import Fitting, ship
from vidstyle.errors import VidstyleError


def main() -> None:
    """Ship, and name what was written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of the run")
    parser.add_argument(
        "name",
        help="adain-lite, or adain-lite-styles for its codes alone, or johnson- or cyclegan- and "
        "the style's name",
    )
    parser.add_argument("--config", type=Path, required=True, help="what the run followed")
    parser.add_argument("--set", action="append", default=[], help="as of vidstyle train")
    parser.add_argument("--commit", default="HEAD", help="of the code that trained it")
    parser.add_argument(
        "--figure", action="append", default=[], type=_figure, metavar="NAME=VALUE", help="measured"
    )
    parser.add_argument(
        "--paintings",
        type=Path,
        default=ROOT.parent / "shared" / "data" / "styles_hd",
        help="folder of the pictures that adain-lite has codes of; their licences stand beside it",
    )
    parser.add_argument(
        "--fit",
        type=int,
        default=0,
        metavar="STEPS",
        help="with adain-lite: train the codes of its named styles for so long",
    )
    parser.add_argument(
        "--fit-nearness",
        type=float,
        default=0.0,
        metavar="LOSS",
        help="the style loss that each of them is to have; 0 is as little as its weight brings",
    )
    parser.add_argument(
        "--fit-nearness-of",
        action="append",
        default=[],
        type=_figure,
        metavar="NAME=LOSS",
        help="the same for one of them",
    )
    parser.add_argument(
        "--fit-only",
        action="append",
        default=[],
        metavar="NAME",
        help="that one of them, further than it is; the others stay as they are in the package",
    )
    parser.add_argument(
        "--fit-set", action="append", default=[], metavar="KEY=VALUE", help="for that alone"
    )
    parser.add_argument("--remark", default="", help="in which way the run was not by its config")
    parser.add_argument("--unfinished", action="store_true", help="although steps are left to do")
    args = parser.parse_args()
    run = Run(
        folder=args.folder,
        config=args.config,
        settings=tuple(args.set),
        commit=args.commit,
        remark=args.remark,
    )
    try:
        written = ship(
            run,
            args.name,
            figures=dict(args.figure),
            paintings=args.paintings,
            fitting=Fitting(
                steps=args.fit,
                nearness=args.fit_nearness,
                nearness_of=dict(args.fit_nearness_of),
                settings=tuple(args.fit_set),
                only=tuple(args.fit_only),
            ),
            unfinished=args.unfinished,
        )
    except VidstyleError as error:
        raise SystemExit(f"error: {error}") from error
    for path in written:
        print(f"{path} ({path.stat().st_size / 1e3:.0f} kB)")


def _figure(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    return name, float(value)


if __name__ == "__main__":
    main()
