"""How clips stand to the source that they were made of, and to a style picture."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import log10
from statistics import fmean
from typing import Any

from torch import Tensor

from vidstyle.evaluation.fidelity import rmse, ssim
from vidstyle.evaluation.perception import PerceptualFigures, perceptual_figures
from vidstyle.evaluation.warping import EstimatedMotion, WarpingFigures, warping_figures
from vidstyle.losses.features import LossNetwork
from vidstyle.nets.pictures import from_pictures
from vidstyle.stylizers.resampling import squared
from vidstyle.video.frame import RgbPicture

LEAST_SIDE = 16
"""Pixels of the smallest frames that can be measured: what VGG-19 needs."""

DRIFT_DISTANCE = 10
"""Frames between those that drift is measured at, and between those that are compared by VGG-19."""

# What shared figures of style losses are measured at: strokes are larger in a larger picture.
_STYLE_SIDE = 256


@dataclass(frozen=True, kw_only=True)
class ClipFigures:
    """What is known of a clip.

    Attributes:
        frames: how many were measured.
        psnr: of all frames together beside the source's, in dB; None where they are the same.
        ssim: likeness of the luma with the source's, at most 1, as a mean.
        flicker: warping error between neighbouring frames; None where there is none to measure.
        drift: the same between frames `DRIFT_DISTANCE` apart.
        perceptual: content and style, as means over every tenth frame; None without a style.
    """

    frames: int
    psnr: float | None
    ssim: float
    flicker: WarpingFigures | None
    drift: WarpingFigures | None
    perceptual: PerceptualFigures | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: as it is, with each warping error's `excess` beside it."""
        found = asdict(self)
        for name, figures in (("flicker", self.flicker), ("drift", self.drift)):
            if figures is not None:
                found[name]["excess"] = figures.excess
        return found


class ClipJudge:
    """Measures clips that were made of one source; its motion is estimated once for all of them.

    Args:
        source: its frames, each side at least `LEAST_SIDE` pixels.
        style: a style picture, uint8 (h, w, 3), RGB; its middle is compared, at 256 pixels.
        network: VGG-19 with `STYLE_LAYERS`; needed with `style`.
    """

    def __init__(
        self,
        source: Sequence[RgbPicture],
        *,
        style: RgbPicture | None = None,
        network: LossNetwork | None = None,
    ) -> None:
        self._source = source
        self._motion = cache(EstimatedMotion(source))
        self._style = None if style is None else from_pictures(squared(style, _STYLE_SIDE))
        self._network = network

    def __call__(self, clip: Sequence[RgbPicture]) -> ClipFigures:
        """The figures of a clip: as many frames as the source has, or fewer, of the same size."""
        source = self._source[: len(clip)]
        pairs = [(from_pictures(a), from_pictures(b)) for a, b in zip(clip, source, strict=True)]
        error = fmean(float(rmse(*pair)) ** 2 for pair in pairs)
        return ClipFigures(
            frames=len(clip),
            psnr=-10 * log10(error) if error else None,
            ssim=fmean(float(ssim(*pair)) for pair in pairs),
            flicker=warping_figures(source, clip, self._motion),
            drift=warping_figures(source, clip, self._motion, distance=DRIFT_DISTANCE),
            perceptual=self._perceptual(pairs[::DRIFT_DISTANCE]),
        )

    def _perceptual(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> PerceptualFigures | None:
        if self._style is None or self._network is None:
            return None
        figures = [
            asdict(perceptual_figures(self._network, output, content=content, style=self._style))
            for output, content in pairs
        ]
        return PerceptualFigures(**{name: fmean(f[name] for f in figures) for name in figures[0]})
