"""A pupil learns to paint as its teacher does."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.distil.lessons import Lessons
from benchmarks.distil.teacher import TeacherTrunk
from vidstyle.evaluation.fidelity import psnr
from vidstyle.losses.features import LossNetwork, StyleTargets
from vidstyle.losses.style import statistics_style_loss
from vidstyle.nets.lite_trunk import LiteTrunk
from vidstyle.training.average import running_average
from vidstyle.training.config import OptimizerSection
from vidstyle.training.moments import condensed
from vidstyle.training.schedule import learning_rate as scheduled

_AVERAGE = 0.995
_WARMUP = 50
_LONGEST_GRADIENT = 1.0

OnStep = Callable[[int, float], None]
"""Told the number of steps done, and the loss of the last."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How near a pupil comes to its teacher, with pictures that neither was trained on.

    Attributes:
        psnr: dB, of all pictures as one.
        sharpness: of the pupil's pictures, as a share of that of the teacher's: the mean difference
            of pixels from the mean of their neighbours.
    """

    psnr: float
    sharpness: float


def learn(
    pupil: LiteTrunk,
    teacher: TeacherTrunk,
    lessons: Lessons,
    *,
    steps: int,
    learning_rate: float,
    loss_network: LossNetwork | None = None,
    seed: int = 0,
    on_step: OnStep = lambda _step, _loss: None,
) -> LiteTrunk:
    """The pupil after its lessons: the average of its weights.

    Args:
        pupil: what is trained, in place.
        teacher: what it is to paint like.
        lessons: pictures and codes of the teacher.
        steps: how many.
        learning_rate: the largest; it follows a cosine.
        loss_network: compares textures, too: pixels alone leave a pupil a little smoother than its
            teacher, and so of less style. Takes most of a step.
        seed: of all draws.
        on_step: told of each step.
    """
    generator = torch.Generator().manual_seed(seed)
    kept = teacher.kept()
    pupil = pupil.to(memory_format=torch.channels_last).requires_grad_(True)  # type: ignore[call-overload]
    teacher = teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = running_average(pupil, decay=_AVERAGE)
    optimizer = torch.optim.Adam(pupil.parameters(), betas=(0.9, 0.99))
    section = OptimizerSection(learning_rate=learning_rate, warmup=_WARMUP)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = scheduled(section, step, steps)
        pictures, codes = lessons(generator)
        with torch.no_grad():
            wanted, _ = teacher.paint(pictures, codes)
        painted, _ = pupil.paint(pictures, codes[:, kept])
        loss = _distance(painted - wanted)
        if loss_network is not None:
            loss = loss + _style_distance(loss_network, painted, wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # As PyTorch leaves it.
        nn.utils.clip_grad_norm_(pupil.parameters(), _LONGEST_GRADIENT)
        optimizer.step()
        average.update_parameters(pupil)
        on_step(step + 1, loss.item())
    learned = average.module
    assert isinstance(learned, LiteTrunk)
    return learned.requires_grad_(False)


@torch.no_grad()
def likeness(pupil: LiteTrunk, teacher: TeacherTrunk, pictures: Tensor, codes: Tensor) -> Likeness:
    """Compare what both paint of pictures (N, 3, H, W), RGB in [0, 1], by codes (N, C)."""
    wanted, _ = teacher.paint(pictures, codes)
    painted, _ = pupil.paint(pictures, codes[:, teacher.kept()])
    return Likeness(
        psnr=float(psnr(*(each.flatten(0, 1)[None] for each in (painted, wanted)))),
        sharpness=float(_fine(painted).abs().mean() / _fine(wanted).abs().mean()),
    )


def _distance(difference: Tensor) -> Tensor:
    """Its root mean square, with half of its mean size and half of that of its fine part."""
    size = difference.square().mean().sqrt()
    return size + 0.5 * difference.abs().mean() + 0.5 * _fine(difference).abs().mean()


def _style_distance(network: LossNetwork, painted: Tensor, wanted: Tensor) -> Tensor:
    """The style loss of what was painted, with what was wanted as its style."""
    found, sought = (
        {layer: condensed(features) for layer, features in network(pictures.bfloat16()).items()}
        for pictures in (painted, wanted)
    )
    return statistics_style_loss(found, StyleTargets.measure(sought))


def _fine(pictures: Tensor) -> Tensor:
    """What differs from the mean of 3 × 3 pixels."""
    around = functional.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    return pictures - around
