"""Pictures and videos by optimising their pixels."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vidstyle.engines.device import resolve_device
from vidstyle.errors import UsageError, check_range
from vidstyle.messages import OnMessage
from vidstyle.nets.pictures import from_pictures, to_levels
from vidstyle.stylizers.gatys.descent import Moment, Watch
from vidstyle.stylizers.gatys.feature_networks import LoadedFeatures, load_features
from vidstyle.stylizers.gatys.memory import check_fits
from vidstyle.stylizers.gatys.options import GatysOptions, GatysPrecision, Start
from vidstyle.stylizers.gatys.painter import PaintedStyle, Painter
from vidstyle.stylizers.gatys.past import Past
from vidstyle.stylizers.luminance import fitted_luma, grey, with_luma_of
from vidstyle.stylizers.padding import check_frames, pad, padded_size
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer
from vidstyle.weights.store import WeightStore

Frames = NDArray[np.uint8]
"""Pictures (N, H, W, 3), RGB."""

_SHARE_OF_LATER = 0.5
"""How much of the moved result of later frames a frame of the backward pass starts with."""


class Gatys(Stylizer):
    """The pixels themselves are optimised, each frame held to those before it.

    The first frame of a scene is optimised from coarse to fine. Those after it start from the
    results before them, moved as the contents move, and are held to them where they are seen.
    Frames that are given in one call are optimised together.

    Attributes:
        options: of the optimisation.
        watch: told after every iteration, and may end the optimisation of the present frames.

    Args:
        loaded: the network and its layers, on its device.
        options: of the optimisation.
        strength: 0 (content) to 1 (full style).
        preserve_color: keep the content's colours; only light and dark are optimised.
    """

    def __init__(
        self,
        loaded: LoadedFeatures,
        options: GatysOptions,
        *,
        strength: float = 1.0,
        preserve_color: bool = False,
    ) -> None:
        self.options = options
        self.watch: Watch = _never_stop
        self._loaded = loaded
        self._strength = check_range("strength", strength)
        self._preserve_color = preserve_color
        self._device = next(loaded.network.parameters()).device
        self._styles: tuple[Style, ...] = ()
        self._painter: Painter | None = None
        self._past = Past(options.distances, self._device)

    @classmethod
    def load(
        cls,
        options: GatysOptions | None = None,
        *,
        store: WeightStore,
        device: str = "auto",
        strength: float = 1.0,
        preserve_color: bool = False,
        on_message: OnMessage | None = None,
    ) -> Self:
        """With the network that the options ask for.

        Raises:
            UsageError: `strength`, the device or a layer cannot work.
            VidstyleError: the weights cannot be had.
        """
        options = options or GatysOptions()
        check_range("strength", strength)
        where = resolve_device(device)
        loaded = load_features(options, store=store, on_message=on_message)
        precision = GatysPrecision.FLOAT32 if loaded.kind.precise else options.precision
        loaded.network.to(where, resolve_precision(precision, where))
        return cls(loaded, options, strength=strength, preserve_color=preserve_color)

    @property
    def settings(self) -> dict[str, Any]:
        """All that the results depend on beside the frames, as plain values."""
        return {
            **asdict(self.options),
            "network": self._loaded.name,
            "computed_in": str(next(self._loaded.network.parameters()).dtype),
            "strength": self._strength,
            "preserve_color": self._preserve_color,
            "styles": [[_known_by(style.picture), style.share] for style in self._styles],
        }

    @property
    def info(self) -> str:
        options = self.options
        dtype = next(self._loaded.network.parameters()).dtype
        precision = GatysPrecision.BFLOAT16 if dtype is torch.bfloat16 else GatysPrecision.FLOAT32
        return (
            f"gatys {self._loaded.name}, {options.optimizer}, {options.iterations} iterations "
            f"({precision}, eager on {self._device})"
        )

    def set_style(self, styles: Sequence[Style]) -> None:
        if not styles:
            raise UsageError("gatys needs at least one style picture")
        enough = []
        for style in styles:
            if style.picture is None:
                raise UsageError(f"gatys needs a picture for style {style.name}")
            picture = pad(style.picture[np.newaxis], multiple=1)[0]
            enough.append(replace(style, picture=picture))
        self._styles = tuple(enough)
        self._painter = None
        self.reset()

    def prepare(self, *, height: int, width: int) -> None:
        """See that there is memory for frames of that size.

        Raises:
            VidstyleError: there is not; it tells the size that would fit.
        """
        height, width = padded_size(height, width, multiple=1)
        check_fits(
            self._loaded,
            height,
            width,
            count=self.options.batch,
            optimizer=self.options.optimizer,
        )

    def stylize(self, frames: Frames) -> Frames:
        if not self._styles:
            raise UsageError("gatys needs a style picture: none was set")
        check_frames(frames)
        if self._past.size not in (None, padded_size(*frames.shape[1:3], multiple=1)):
            self.reset()  # Nothing can be held to frames of another size.
        # Alone where it has nothing to start from but itself.
        alone = 0 if self._past else 1
        return np.concatenate([self._painted(frames[:alone]), self._painted(frames[alone:])])

    def revise(self, frames: Frames, results: Frames) -> Frames:
        """Results made anew, held to those of the frames that come after them.

        For the backward pass (Ruder et al. 2016, section 4.4), from the end of a scene to its
        beginning; `reset` between scenes. The last frame of a scene stays as it is.

        Args:
            frames: uint8 (N, H, W, 3), RGB, from late to early.
            results: of `frames`, as `stylize` gave them.

        Returns:
            uint8 (N, H, W, 3), RGB.
        """
        kept = 0 if self._past else 1
        self.remember(frames[:kept], results[:kept])
        revised = self._painted(frames[kept:], results[kept:], share=_SHARE_OF_LATER)
        return np.concatenate([results[:kept], revised])

    def remember(self, frames: Frames, results: Frames) -> None:
        """Go on after frames whose results are there already; both uint8 (N, H, W, 3), RGB."""
        contents, pictures = self._seen(frames), self._tensor(self._seen(results))
        if len(contents) and not self._past:
            self._begin(contents[0])
        if self.options.start is Start.PREVIOUS or self.options.weights.temporal:
            for content, picture in zip(contents, pictures, strict=True):
                self._past.add(content, picture[None])

    def reset(self) -> None:
        self._past.clear()

    def _painted(self, frames: Frames, base: Frames | None = None, *, share: float = 1.0) -> Frames:
        """Results of frames, held to those before them where there are some.

        Args:
            frames: to be optimised together.
            base: what they start from where nothing is seen of others; see `Past.anchor`.
            share: of what is seen of others, in the start.
        """
        if not len(frames):
            return frames
        contents = self._seen(frames)
        if not self._past:
            self._begin(contents[0])
        assert self._painter is not None
        under = None if base is None else self._tensor(self._seen(base))
        pictures = self._painter.paint(
            self._tensor(contents),
            watch=self.watch,
            anchor=self._past.anchor(list(contents), under, share=share) if self._past else None,
        )
        results = self._shown(pictures, frames)
        # As they are shown: a run that goes on after an interruption has no others.
        self.remember(frames, results)
        return results

    def _begin(self, content: NDArray[np.uint8]) -> None:
        """Make ready for a scene with that first picture (H, W, 3)."""
        if self._painter is not None and not self._preserve_color:
            return
        total = sum(style.share for style in self._styles)
        styles = []
        for style in self._styles:
            assert style.picture is not None
            picture = style.picture
            if self._preserve_color:
                picture = fitted_luma(grey(picture), grey(content))
            styles.append(
                PaintedStyle(picture=self._tensor(picture[np.newaxis]), share=style.share / total)
            )
        weight = self.options.weights.style * self._strength**2
        options = replace(self.options, style_weight=weight)
        self._painter = Painter(self._loaded, styles, options)

    def _seen(self, frames: Frames) -> Frames:
        """The frames as they are optimised: not too small, and grey where colours are kept."""
        # No margin that is cut off again: it would take a share of the style with it.
        seen = pad(grey(frames) if self._preserve_color else frames, multiple=1)
        # A copy: they are remembered, and whoever gave them may change them.
        return np.array(seen, order="C")

    def _shown(self, pictures: Tensor, frames: Frames) -> Frames:
        """The results at the frames' own size, with their colours where these are kept."""
        height, width = frames.shape[1:3]
        results = to_levels(pictures[:, :, :height, :width]).cpu().numpy()
        if not self._preserve_color:
            return results
        return np.stack([with_luma_of(*pair) for pair in zip(results, frames, strict=True)])

    def _tensor(self, frames: Frames) -> Tensor:
        """Float tensor (N, 3, H, W) in [0, 1]."""
        return from_pictures(frames, self._device).contiguous()


def _known_by(picture: NDArray[np.uint8] | None) -> str:
    return "" if picture is None else hashlib.sha256(picture.tobytes()).hexdigest()


def _never_stop(moment: Moment) -> bool:
    return False


def resolve_precision(precision: GatysPrecision, device: torch.device) -> torch.dtype:
    """What the network computes in on that device."""
    match precision:
        case GatysPrecision.FLOAT32:
            return torch.float32
        case GatysPrecision.BFLOAT16:
            return torch.bfloat16
        case GatysPrecision.AUTO:
            return torch.bfloat16 if _fast_at_bfloat16(device) else torch.float32


def _fast_at_bfloat16(device: torch.device) -> bool:
    match device.type:
        case "cpu":
            return bool(torch.cpu.get_capabilities().get("avx512_bf16"))
        case "cuda":
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
        case _:
            return False
