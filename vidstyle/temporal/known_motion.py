"""Pairs of pictures whose motion and occlusion are known exactly, made from single pictures."""

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from vidstyle.errors import UsageError
from vidstyle.temporal.cutouts import Cutouts
from vidstyle.temporal.draws import Draws
from vidstyle.temporal.motion_fields import similarity_flow, smooth_flow
from vidstyle.temporal.photometry import add_noise, blur, shift_brightness
from vidstyle.temporal.warp import Border, inside, pixel_grid, warp

# A pixel belongs to one layer alone where no more than this is of another: rounding.
_IMPURITY = 1e-4


@dataclass(frozen=True)
class MotionPair:
    """Two pictures of one scene, and how the first one's pixels move to the second.

    Attributes:
        first: float tensor (N, 3, H, W), RGB in [0, 1].
        second: float tensor (N, 3, H, W), RGB in [0, 1].
        flow: float tensor (N, 2, H, W), in pixels, x then y: what pixel p of `first` shows is
            at p + flow(p) in `second`.
        visible: float tensor (N, 1, H, W): 1 where pixel p of `first` is seen in `second`, 0 where
            it is hidden there or lies outside.
    """

    first: Tensor
    second: Tensor
    flow: Tensor
    visible: Tensor


@dataclass(frozen=True, kw_only=True)
class KnownMotion:
    """Makes pairs by random motion of a background and of cut-outs that slide over it.

    `second` shows the frames as they are, with the cut-outs over them; `first` fetches every pixel
    from its place in `second`'s layers. So `warp(second, flow)` gives `first` exactly, wherever a
    pixel is visible and but for noise, brightness and blur, which change `first` alone. Each value
    below is the largest of its kind; every pair draws its own, evenly from 0, or from minus to
    plus the value where it has a direction. 0 turns a part off.

    After the compound regularisation of ReReVST (Wang et al. 2020), with true occlusions added.

    Attributes:
        still: share of the pairs, 0 to 1, whose background does not move at all.
        shift: of the background as a whole, in pixels along each axis.
        zoom: of the background; 0.05 is 5 % larger or smaller.
        rotation: of the background, in degrees.
        smooth: deviation of a smooth random deformation of everything, in pixels.
        smooth_cell: the size of that deformation's bumps, in pixels.
        cutouts: how many cut-outs there may be in a picture. They are cut from the other frames of
            the batch, and turn and grow as the background may.
        cutout_shift: of each cut-out, in pixels along each axis.
        cutout_size: smallest and largest diameter of cut-outs, as shares of the shorter side.
        noise: deviation of white Gaussian noise, for values in 0 to 1.
        brightness: added to all values of a picture.
        blur: deviation of a Gaussian blur, in pixels.

    Raises:
        UsageError: a value is negative or not finite, or a share is above 1.
    """

    still: float = 0.2
    shift: float = 8.0
    zoom: float = 0.04
    rotation: float = 2.0
    smooth: float = 2.0
    smooth_cell: float = 48.0
    cutouts: int = 2
    cutout_shift: float = 12.0
    cutout_size: tuple[float, float] = (0.15, 0.5)
    noise: float = 0.02
    brightness: float = 0.04
    blur: float = 0.6

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            numbers = value if field.name == "cutout_size" else (value,)
            if not all(math.isfinite(number) and number >= 0 for number in numbers):
                raise UsageError(f"{field.name} of known motion is {value}: it must be 0 or more")
        for name, largest in (("still", self.still), ("cutout_size", max(self.cutout_size))):
            if largest > 1:
                raise UsageError(f"{name} of known motion is {largest}: it is a share, 0 to 1")
        if self.smooth_cell < 1:
            raise UsageError(f"smooth_cell of known motion is {self.smooth_cell}: 1 is the least")

    @torch.no_grad()
    def __call__(self, frames: Tensor, *, generator: torch.Generator) -> MotionPair:
        """Pairs from single frames.

        Args:
            frames: float tensor (N, 3, H, W), RGB in [0, 1], on any device.
            generator: makes every draw, on its own device; one on the frames' device is faster.
        """
        # Half precision, which a training step may be in, would round positions to whole pixels.
        with torch.autocast(frames.device.type, enabled=False):
            return self._pair(frames.float(), Draws(generator, len(frames), frames.device))

    def _pair(self, frames: Tensor, draws: Draws) -> MotionPair:
        scene = _Scene.of(frames, self._background_flow(frames, draws))
        amount = draws.uniform(0, 1) * (self.cutouts + 1)
        for number in range(self.cutouts):
            present = amount >= number + 1
            # Mirrored, so that a batch of one does not slide over itself unseen.
            picture = frames.roll(number + 1, dims=0).flip(3)
            scene = self._add_cutouts(scene, picture, present, draws)
        return MotionPair(self._changed(scene.first, draws), *scene.seen())

    def _background_flow(self, frames: Tensor, draws: Draws) -> Tensor:
        height, width = frames.shape[2:]
        middle = torch.tensor([[(width - 1) / 2, (height - 1) / 2]], device=frames.device)
        moves = draws.uniform(0, 1, 1, 1, 1) >= self.still
        return self._flow((height, width), middle, self.shift, draws) * moves

    def _flow(self, size: tuple[int, int], centre: Tensor, shift: float, draws: Draws) -> Tensor:
        flow = similarity_flow(
            size,
            centre,
            shift=draws.uniform(-shift, shift, 2),
            zoom=draws.uniform(-self.zoom, self.zoom),
            rotation=draws.uniform(-self.rotation, self.rotation),
        )
        if self.smooth:
            flow += smooth_flow(size, draws, deviation=self.smooth, cell=self.smooth_cell)
        return flow

    def _add_cutouts(
        self, scene: "_Scene", picture: Tensor, present: Tensor, draws: Draws
    ) -> "_Scene":
        height, width = picture.shape[2:]
        smallest, largest = self.cutout_size
        cutouts = Cutouts.draw((height, width), draws, smallest=smallest, largest=largest)
        flow = self._flow((height, width), cutouts.centre, self.cutout_shift, draws)
        here = pixel_grid(height, width, picture.device)
        exists = present[:, None, None, None]
        return scene.covered_by(
            picture,
            flow,
            first_alpha=cutouts.alpha(here + flow) * exists,
            second_alpha=cutouts.alpha(here) * exists,
        )

    def _changed(self, pictures: Tensor, draws: Draws) -> Tensor:
        if self.blur:
            pictures = blur(pictures, draws, largest=self.blur)
        if self.brightness:
            pictures = shift_brightness(pictures, draws, largest=self.brightness)
        if self.noise:
            pictures = add_noise(pictures, draws, largest=self.noise)
        return pictures.clamp(0, 1)


@dataclass(frozen=True)
class _Scene:
    """Layers laid over each other in two pictures.

    Of every pixel, shares (N, layers, H, W) say how much each layer makes of it.
    """

    first: Tensor
    second: Tensor
    flow: Tensor
    first_shares: Tensor
    second_shares: Tensor

    @classmethod
    def of(cls, background: Tensor, flow: Tensor) -> "_Scene":
        alone = torch.ones_like(background[:, :1])
        # Mirrored outside: what comes into the picture then looks like a picture.
        first = warp(background, flow, border=Border.REFLECT)
        return cls(first, background, flow, alone, alone)

    def covered_by(
        self, picture: Tensor, flow: Tensor, *, first_alpha: Tensor, second_alpha: Tensor
    ) -> "_Scene":
        moved = warp(picture, flow, border=Border.REFLECT)
        return _Scene(
            first=torch.lerp(self.first, moved, first_alpha),
            second=torch.lerp(self.second, picture, second_alpha),
            flow=torch.where(first_alpha > 0.5, flow, self.flow),
            first_shares=_laid_over(self.first_shares, first_alpha),
            second_shares=_laid_over(self.second_shares, second_alpha),
        )

    def seen(self) -> tuple[Tensor, Tensor, Tensor]:
        """The second picture, the flow to it, and what is visible there.

        A pixel is where one layer alone makes it, and the same layer alone makes all pixels of the
        second picture that it is interpolated from.
        """
        share, owner = self.first_shares.max(dim=1, keepdim=True)
        share_there = warp(self.second_shares, self.flow).gather(1, owner)
        pure = torch.minimum(share, share_there) >= 1 - _IMPURITY
        return self.second, self.flow, (pure & inside(self.flow)).to(self.first.dtype)


def _laid_over(shares: Tensor, alpha: Tensor) -> Tensor:
    return torch.cat([shares * (1 - alpha), alpha], dim=1)
