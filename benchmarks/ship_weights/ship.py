"""From a training run to files in the package."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.ship_weights.card import SIZE, Table, as_toml, entry
from benchmarks.ship_weights.card import figures as card_figures
from benchmarks.ship_weights.fitted_codes import fitted_codes
from benchmarks.ship_weights.named_styles import named_styles
from benchmarks.ship_weights.run import Run
from vidstyle.engines import Network, open_eager
from vidstyle.errors import UsageError, VidstyleError, did_you_mean
from vidstyle.evaluation.cost import NetworkCost, network_cost
from vidstyle.files import write_whole
from vidstyle.stylizers.adain_lite import STYLE_SIDE, AdaINLite
from vidstyle.stylizers.adain_lite_networks import adain_lite_networks
from vidstyle.stylizers.cyclegan import CycleGAN
from vidstyle.stylizers.cyclegan_networks import KIND, cyclegan_networks
from vidstyle.stylizers.johnson import Johnson, johnson_network
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer
from vidstyle.training.models import LiteModel, make_model
from vidstyle.video.pictures import read_picture
from vidstyle.weights.checkpoint import load_checkpoint
from vidstyle.weights.manifest import SHIPPED, Manifest
from vidstyle.weights.style_codes import ADAIN_LITE, STYLE_CODES, StyleCodes

LARGEST = 12 * 2**20
"""Bytes that all shipped weights together may take."""

_JOHNSON, _CYCLEGAN = "johnson-", "cyclegan-"
_CPU = partial(open_eager, device="cpu")

# Steps of fitting between two lines that tell of it.
_TOLD_EVERY = 20

# Standard deviation of 8-bit levels; a picture has more.
_FLAT = 5.0


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """How codes of named styles are fitted; see `fitted_codes`.

    Attributes:
        steps: for how many; 0 leaves codes as the style encoder gives them.
        nearness: the style loss that each is to have; 0 is as little as its weight brings.
        nearness_of: the same for some of them, by name.
        settings: values that take the place of the run's, as of `vidstyle train --set`.
        only: the styles that are fitted, further than they are; the others keep the codes that they
            have in the package. Without any, all are fitted.
    """

    steps: int = 0
    nearness: float = 0.0
    nearness_of: Mapping[str, float] = field(default_factory=dict)
    settings: Sequence[str] = ()
    only: Sequence[str] = ()

    def __str__(self) -> str:
        """For a card: what follows after what codes were made with."""
        if not self.steps:
            return ""
        how = f"{' and '.join(self.only)} further fitted" if self.only else "fitted"
        told = [f"{how} for {self.steps} steps", *(f"--set {each}" for each in self.settings)]
        if self.nearness:
            told.append(f"to a style loss of {self.nearness:g}")
        told += [f"({name}: {loss:g})" for name, loss in self.nearness_of.items()]
        return f", {' '.join(told)}"

    def check(self, names: Sequence[str]) -> None:
        """`UsageError` where it speaks of others than these styles."""
        for name in (*self.nearness_of, *self.only):
            if name not in names:
                raise UsageError(f"{name} is no style{did_you_mean(name, names)}")

    def losses(self, names: Sequence[str]) -> list[float]:
        """The style loss that each of the named styles is to have; see `nearness`."""
        return [self.nearness_of.get(name, self.nearness) for name in names]


_NOT_FITTED = Fitting()


def ship(
    run: Run,
    name: str,
    *,
    figures: Table,
    paintings: Path,
    fitting: Fitting = _NOT_FITTED,
    unfinished: bool = False,
    folder: Path = SHIPPED,
) -> list[Path]:
    """Put the weights of a run and their card into `folder`; the files that were written.

    Args:
        run: what to ship.
        name: "adain-lite", or "adain-lite-styles" for its named styles alone, or "johnson-" or
            "cyclegan-" and the style's name.
        figures: what was measured of it, by name.
        paintings: see `named_styles`.
        fitting: how the codes of adain-lite's named styles are fitted.
        unfinished: whether the run may have steps left to do.
        folder: where to.

    Raises:
        VidstyleError: the run cannot be shipped; nothing was changed.
    """
    run.check(unfinished=unfinished)
    _check_name(name)
    data, kind, samples = run.weights.read_bytes(), run.notes["kind"], run.root / "samples"
    picture = read_picture(samples / "mosaic.jpg")
    files: dict[str, bytes] = {}
    if kind == ADAIN_LITE and name in (ADAIN_LITE, STYLE_CODES):
        _check_style_size(run)
        adain = AdaINLite.load(run.weights, open_engine=_CPU)
        adain.set_style([Style(name="mosaic", picture=picture)])
        _check_painting(adain, picture, run.weights)
        made = _source(folder) if fitting.only else f"made with {name}"
        files = named_styles(
            adain,
            data,
            samples=samples,
            paintings=paintings,
            fit=partial(_fitted, run=run, fitting=fitting, folder=folder),
            source=f"{made}{fitting}",
        )
        cost = _cost(adain_lite_networks(run.weights).transfer)
    elif name.startswith(_JOHNSON) and kind not in (ADAIN_LITE, KIND):
        style = Style(name=name.removeprefix(_JOHNSON), checkpoint=run.weights)
        johnson = Johnson.load(open_engine=_CPU)
        johnson.set_style([style])
        _check_painting(johnson, picture, run.weights)
        cost = _cost(johnson_network(style))
    elif name.startswith(_CYCLEGAN) and kind == KIND:
        style = Style(name=name.removeprefix(_CYCLEGAN), checkpoint=run.weights)
        translator = CycleGAN.load(open_engine=_CPU)
        translator.set_style([style])
        _check_painting(translator, picture, run.weights)
        cost = _cost(cyclegan_networks(style).whole)
    else:
        raise UsageError(f"a network of {kind} cannot be called {name}")
    if name != STYLE_CODES:
        card = {
            "network": entry(name, kind, data, source=f"trained with {run.source}"),
            "training": run.facts(),
            "losses": run.losses(),
            "figures": {**card_figures(data, cost), **figures},
        }
        files |= {f"{name}.safetensors": data, f"{name}.toml": as_toml(card)}
    _check_room(folder, files)
    if run.weights.read_bytes() != data:
        raise VidstyleError(f"{run.weights} was written to meanwhile: ship it again")
    for file, content in files.items():
        write_whole(folder / file, content)
    return [folder / file for file in files]


def _fitted(
    codes: NDArray[np.float32],
    pictures: Sequence[Path],
    *,
    run: Run,
    fitting: Fitting,
    folder: Path,
) -> NDArray[np.float32]:
    if not fitting.steps:
        return codes
    names = [path.stem for path in pictures]
    fitting.check(names)
    if fitting.only:
        codes = _shipped_codes(names, run=run, folder=folder)
    chosen = [names.index(name) for name in fitting.only or names]
    training = replace(run, settings=(*run.settings, *fitting.settings)).training
    model = make_model(run.training.network)
    assert isinstance(model, LiteModel)
    load_checkpoint(model.network, run.weights)

    def tell(step: int, losses: Mapping[str, float]) -> None:
        if step % _TOLD_EVERY == 0:
            told = "  ".join(f"{name} {loss:.4f}" for name, loss in losses.items())
            print(f"fitting named styles: {step}/{fitting.steps}  {told}", flush=True)

    result = codes.copy()
    result[chosen] = fitted_codes(
        model.network,
        codes[chosen],
        [pictures[each] for each in chosen],
        training=training,
        steps=fitting.steps,
        nearness=fitting.losses([names[each] for each in chosen]),
        on_step=tell,
    )
    return result


def _shipped_codes(names: Sequence[str], *, run: Run, folder: Path) -> NDArray[np.float32]:
    """The codes (S, C) of these styles that are in the package, for the very weights of the run."""
    shipped = StyleCodes.read(folder / f"{STYLE_CODES}.safetensors")
    if shipped.weights != sha256(run.weights.read_bytes()).hexdigest():
        raise VidstyleError(f"{shipped.path} belongs to other weights: fit all styles first")
    return np.concatenate([shipped.code(name) for name in names])


def _source(folder: Path) -> str:
    """How the codes in the package were made, as their card says."""
    card = folder / f"{STYLE_CODES}.toml"
    if not card.is_file():
        raise VidstyleError(f"there is no {card}: fit all styles first")
    return str(tomllib.loads(card.read_text())["network"]["source"])


def _check_name(name: str) -> None:
    known = Manifest.read()
    if name in known and known.entry(name).file != f"{name}.safetensors":
        raise UsageError(f"{name} is the name of a network that is not ours: choose another")


def _check_style_size(run: Run) -> None:
    data = run.training.data
    if (data.size, data.style_size) != (STYLE_SIDE, STYLE_SIDE):
        raise VidstyleError(
            f"{run.config} encodes pictures of {data.size} and styles of {data.style_size} pixels: "
            f"runs encode at {STYLE_SIDE} (stylizers/adain_lite.py)"
        )


def _check_painting(stylizer: Stylizer, picture: NDArray[np.uint8], weights: Path) -> None:
    if stylizer.stylize(picture[np.newaxis]).std() < _FLAT:
        raise VidstyleError(f"{weights} paints nothing: was it trained?")


def _cost(network: Network) -> NetworkCost:
    """Of a frame of `SIZE`."""
    fixed = network.at(height=SIZE[0], width=SIZE[1])
    example = [
        torch.zeros(each.fixed_shape, dtype=getattr(torch, each.dtype)) for each in fixed.inputs
    ]
    return network_cost(fixed.make(), *example)


def _check_room(folder: Path, files: Mapping[str, bytes]) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    total = sum({**sizes, **{name: len(data) for name, data in files.items()}}.values())
    if total > LARGEST:
        raise VidstyleError(
            f"all shipped weights would take {total / 2**20:.1f} MiB: more than "
            f"{LARGEST / 2**20:g} MiB"
        )
