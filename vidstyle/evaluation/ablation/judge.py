"""Scores results, all by the same measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import torch

from vidstyle.evaluation.ablation.subjects import Subject, sized
from vidstyle.evaluation.fidelity import psnr, rmse, ssim
from vidstyle.nets.pictures import from_pictures
from vidstyle.stylizers.gatys.feature_networks import load_features
from vidstyle.stylizers.gatys.objective import Objective, style_targets
from vidstyle.stylizers.gatys.options import GatysOptions, LossWeights, Measure
from vidstyle.video.frame import RgbPicture
from vidstyle.weights.store import WeightStore


@dataclass(frozen=True, kw_only=True)
class Score:
    """What is known of a result.

    Attributes:
        style: its style loss, as a share of what the style picture has.
        content: its content loss, as a share of what the content has.
        rmse: distance to the reference, values 0 to 1.
        psnr: the same in dB; None where they are the same.
        ssim: likeness of the luma with the reference's, at most 1.
        seconds: that the optimisation took.
    """

    style: float
    content: float
    rmse: float
    psnr: float | None
    ssim: float
    seconds: float


class Judge:
    """Compares results with their content, style and reference.

    The losses are those of one network for all results, whatever network these were made with:
    VGG-19, or random patches where its weights are missing.

    Attributes:
        name: of the network.

    Args:
        store: where weights come from.
    """

    def __init__(self, store: WeightStore) -> None:
        self._loaded = load_features(GatysOptions(), store=store)
        self.name = str(self._loaded.name)
        self._objectives: dict[str, Objective] = {}

    @torch.no_grad()
    def __call__(self, result: RgbPicture, subject: Subject, *, seconds: float) -> Score:
        """The score of a result, uint8 (H, W, 3), RGB."""
        if subject.name not in self._objectives:
            self._objectives[subject.name] = self._objective(subject)
        picture, reference = from_pictures(result), from_pictures(subject.reference)
        _, losses = self._objectives[subject.name](picture)
        decibels = float(psnr(picture, reference))
        return Score(
            style=float(losses["style"]),
            content=float(losses["content"]),
            rmse=float(rmse(picture, reference)),
            psnr=decibels if np.isfinite(decibels) else None,
            ssim=float(ssim(picture, reference)),
            seconds=seconds,
        )

    def _objective(self, subject: Subject) -> Objective:
        # As large as the content: what strokes measure depends on the size.
        style = sized(subject.style, min(subject.content.shape[:2]))
        targets = style_targets(self._loaded, [(from_pictures(style), 1.0)], Measure.RELATIVE)
        return Objective(self._loaded, from_pictures(subject.content), targets, LossWeights())


def mean_score(scores: Sequence[Score]) -> Score:
    """The means; of the PSNR over those that have one."""
    decibels = [score.psnr for score in scores if score.psnr is not None]
    return Score(
        style=fmean(score.style for score in scores),
        content=fmean(score.content for score in scores),
        rmse=fmean(score.rmse for score in scores),
        psnr=fmean(decibels) if decibels else None,
        ssim=fmean(score.ssim for score in scores),
        seconds=fmean(score.seconds for score in scores),
    )
