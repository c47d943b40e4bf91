"""Networks to be measured, by name or weights file, all under one interface."""

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peers.microast_stylizer import MicroASTStylizer, microast_networks
from benchmarks.yardstick import shared
from vidstyle.engines import open_eager
from vidstyle.engines.network import Network
from vidstyle.errors import UsageError
from vidstyle.evaluation.cost import network_cost
from vidstyle.stylizers import Style, Stylizer
from vidstyle.stylizers.adain import AdaIN
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.adain_lite_networks import adain_lite_networks
from vidstyle.stylizers.adain_networks import DECODER, adain_networks
from vidstyle.stylizers.johnson import Johnson, johnson_network
from vidstyle.weights.notes import read_notes
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE, STYLE_CODES, StyleCodes

MICROAST = "microast"
"""The published network that the others are compared with."""

_ADAIN_VGG19 = "adain-vgg19"

# What cost is counted at: the picture's size matters little, but for margins.
_HEIGHT, _WIDTH = 360, 640

_open = partial(open_eager, device="cpu")


@dataclass(frozen=True)
class Cost:
    """What a network costs.

    Attributes:
        multiply_adds: for each pixel of a frame.
        frame_parameters: of what runs for every frame.
        parameters: of all.
    """

    multiply_adds: float
    frame_parameters: int
    parameters: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A network to be measured.

    Attributes:
        name: in tables.
        stylizer: paints, at full strength and with nothing done to steady it.
        frame: the network that runs for every frame.
        style: the network that runs once for a style picture; None where there is one style alone.
        own_style: that one style; None where it takes any picture.
        codes: of the styles that it knows by name, in place of their pictures.
    """

    name: str
    stylizer: Stylizer
    frame: Network
    style: Network | None = None
    own_style: Style | None = None
    codes: StyleCodes | None = None

    @property
    def key(self) -> str:
        """Names what was painted with these very weights."""
        key = f"{self.frame.name.replace(' ', '-')}-{self.frame.weights[:12]}"
        if self.codes is not None:
            key += f"-{sha256(self.codes.path.read_bytes()).hexdigest()[:12]}"
        return key

    def set_style(self, picture: NDArray[np.uint8], *, name: str = "") -> None:
        """Take up a style; no effect where there is one style alone.

        Args:
            picture: uint8 (H, W, 3).
            name: of the picture's file, without its ending: what it may be known by.
        """
        style = Style(name="picture", picture=picture)
        if self.codes is not None and name in self.codes.names:
            style = Style(name=name, code=self.codes.code(name))
        self.stylizer.set_style([self.own_style or style])

    def paint(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture, uint8 (H, W, 3), in the style."""
        painted: NDArray[np.uint8] = self.stylizer.stylize(picture[np.newaxis])[0]
        return painted

    def cost(self) -> Cost:
        """What it costs, counted without computing anything."""
        module = deepcopy(self.frame.make()).to("meta")
        sizes = [self.frame.at(height=_HEIGHT, width=_WIDTH).inputs[0], *self.frame.inputs[1:]]
        inputs = [
            torch.empty(
                [length or 1 for length in each.shape],
                dtype=getattr(torch, each.dtype),
                device="meta",
            )
            for each in sizes
        ]
        counted = network_cost(module, *inputs)
        parts = [self.frame.make(), *([self.style.make()] if self.style else [])]
        # Both parts may hold the same encoder.
        every = {id(p): p.numel() for part in parts for p in part.parameters()}
        return Cost(
            multiply_adds=counted.multiply_adds / (_HEIGHT * _WIDTH),
            frame_parameters=counted.parameters,
            parameters=sum(every.values()),
        )


def open_candidate(text: str) -> Candidate:
    """A network by its name or weights file.

    Args:
        text: "adain-lite" and "johnson-STYLE" are those that the store has, "adain-lite-styles" is
            adain-lite with its codes of the styles that it knows by name, "adain-vgg19" the
            classic, "microast" the peer; else a weights file of `vidstyle train`.

    Raises:
        UsageError: there is no such network.
        VidstyleError: its weights cannot be had.
    """
    store = WeightStore()
    if text == MICROAST:
        return _microast(shared("weights/microast.fp16.safetensors"))
    if text == _ADAIN_VGG19:
        return _adain_vgg19(store, name=adain_networks(store).transfer.name)
    if text == STYLE_CODES:
        adain = _from_file(store.fetch(ADAIN_LITE), name="adain-lite by name")
        return replace(adain, codes=StyleCodes.find(store))
    if text in store.manifest:
        return _from_file(store.fetch(text), name=text)
    path = Path(text)
    if not path.is_file():
        raise UsageError(
            f"no network {text!r}: neither a file nor one of {MICROAST}, {_ADAIN_VGG19}"
        )
    step = read_notes(path).get("step")
    return _from_file(path, name=f"{path.parent.name}" + (f", step {step}" if step else ""))


def _from_file(path: Path, *, name: str) -> Candidate:
    # Published checkpoints have no notes.
    match read_notes(path).get("kind", "johnson"):
        case "johnson" | "slim-johnson":
            return _johnson(path, name=name)
        case "adain-lite":
            return _adain_lite(path, name=name)
        case "adain-vgg19":
            return _adain_vgg19(WeightStore(own={DECODER: path}), name=name)
        case kind:
            raise UsageError(f"{path} is a network of {kind}, which is not measured here")


def _johnson(path: Path, *, name: str) -> Candidate:
    style = Style(name=path.stem, checkpoint=path)
    return Candidate(
        name=name,
        stylizer=Johnson.load(open_engine=_open),
        frame=johnson_network(style),
        own_style=style,
    )


def _adain_lite(path: Path, *, name: str) -> Candidate:
    networks = adain_lite_networks(path)
    return Candidate(
        name=name,
        stylizer=AdaINLite.load(path, open_engine=_open),
        frame=networks.transfer,
        style=networks.encoder,
    )


def _adain_vgg19(store: WeightStore, *, name: str) -> Candidate:
    networks = adain_networks(store)
    return Candidate(
        name=name,
        stylizer=AdaIN.load(networks, open_engine=_open),
        frame=networks.transfer,
        style=networks.statistics,
    )


def _microast(weights: Path) -> Candidate:
    networks = microast_networks(weights)
    return Candidate(
        name=MICROAST,
        stylizer=MicroASTStylizer(
            encoder=_open(networks.encoder), transfer=_open(networks.transfer)
        ),
        frame=networks.transfer,
        style=networks.encoder,
    )
