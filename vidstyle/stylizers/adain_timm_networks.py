"""The two networks of AdaIN around an encoder of timm, from a file of `vidstyle train`."""

from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from vidstyle.engines.network import weights_digest
from vidstyle.errors import VidstyleError
from vidstyle.stylizers.adain_networks import AdaINNetworks
from vidstyle.weights.notes import open_tensors, read_notes

if TYPE_CHECKING:
    from vidstyle.nets.timm_encoder import TimmAdaIN

ADAIN_TIMM = "adain-timm"
"""The kind of such networks."""


def adain_timm_networks(weights: Path) -> AdaINNetworks:
    """The networks in a file of `vidstyle train`; timm is needed only where they are made.

    Raises:
        VidstyleError: the file cannot be read, or is of another network.
    """
    notes = read_notes(weights)
    try:
        encoder, stride = notes["encoder"], int(notes["stride"])
    except (KeyError, ValueError) as error:
        raise VidstyleError(f"{weights} does not say which encoder of timm it is for") from error
    kernels = _decoder_kernels(weights)
    load = cache(lambda: _load(weights, encoder, stride))
    digest = weights_digest([weights])
    multiply_adds = _multiply_adds(kernels, stride)
    return AdaINNetworks.between(
        lambda: load().encoder,
        lambda: load().decoder,
        method=ADAIN_TIMM,
        name=f"{ADAIN_TIMM} {encoder}",
        encoder_weights=digest,
        weights=digest,
        channels=kernels[0][1],
        multiple=stride,
        # The decoder's, for both: that of encoders is not known, and mostly less.
        encoder_multiply_adds=multiply_adds,
        multiply_adds=multiply_adds,
    )


def _load(weights: Path, name: str, stride: int) -> "TimmAdaIN":
    from vidstyle.nets.timm_encoder import MirroredDecoder, TimmAdaIN, TimmEncoder
    from vidstyle.weights.checkpoint import load_checkpoint

    encoder = TimmEncoder(name, stride=stride)
    network = TimmAdaIN(encoder, MirroredDecoder(encoder.channels, stride=stride))
    load_checkpoint(network, weights)
    return network


def _decoder_kernels(weights: Path) -> list[list[int]]:
    """The shapes of the decoder's convolutions, in their order."""
    with open_tensors(weights) as tensors:
        shapes = {
            int(name.split(".")[1]): tensors.get_slice(name).get_shape()
            for name in tensors.keys()  # noqa: SIM118  # It is no dictionary.
            if name.startswith("decoder.") and name.endswith(".weight")
        }
    if not shapes:
        raise VidstyleError(f"{weights} is no network of {ADAIN_TIMM}: it has no decoder")
    return [shapes[number] for number in sorted(shapes)]


def _multiply_adds(kernels: list[list[int]], stride: int) -> float:
    """Of a `MirroredDecoder`, for each pixel: it doubles after its first, third … convolution."""
    scales = (2.0 ** ((number + 1) // 2) / stride for number in range(len(kernels)))
    return sum(scale * scale * prod(kernel) for kernel, scale in zip(kernels, scales, strict=True))
