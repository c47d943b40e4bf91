"""The moving harbour, drawn from layers, with its exact optical flow and occlusion."""

from collections import OrderedDict
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, to_bytes
from samples.layers import Affine, Camera, Layer, compose
from samples.stage import build_layers

# A pixel belongs to one layer alone when so much of its light comes from it.
_PURE = 0.97


class Scene:
    """A harbour in the late sun, as flat layers that each move in a known way.

    Frames are numbered 0 to `frames` - 1 and shown at `rate` frames a second. Everything is
    drawn from fixed seeds: the same size gives the same pixels. The first use paints the layers.
    """

    frames: int = 210
    rate: Fraction = Fraction(30)

    def __init__(self, width: int = 1280, height: int = 720) -> None:
        """A scene of `width` × `height` pixels; sides that are not 16:9 are stretched to fit."""
        if width < 16 or height < 9:
            raise ValueError(f"a scene of {width}×{height} is too small: 16×9 is the least")
        self.width = width
        self.height = height
        self._camera = Camera(duration=float(self.frames / self.rate))
        self._ownership: OrderedDict[int, tuple[NDArray[np.int16], NDArray[np.bool_]]]
        self._ownership = OrderedDict()

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, the farthest first."""
        return build_layers(density=max(self.width / 1280, self.height / 720))

    def render(self, index: int) -> NDArray[np.uint8]:
        """Frame `index` as uint8 (height, width, 3), RGB."""
        picture = np.zeros((self.height, self.width, 3), np.float32)
        for layer in self.layers:
            placed = self._place(layer, index)
            if placed is None:
                continue
            rows, columns, rgba = placed
            part = picture[rows, columns]
            part *= 1 - rgba[..., 3:]
            part += rgba[..., :3]
        return to_bytes(picture)

    def flow(self, i: int, j: int) -> Array:
        """Where the pixels of frame i are in frame j.

        Float32 (height, width, 2), x then y, in pixels: what pixel p of frame i shows is at
        p + flow(p) in frame j, seen there or hidden. Exact but for rounding, wherever one layer
        alone makes the pixel; elsewhere it is the motion of the layer that shows most.
        """
        owner, _ = self.owners(i)
        flow = np.zeros((self.height, self.width, 2), np.float32)
        for number, layer in enumerate(self.layers):
            rows, columns = np.nonzero(owner == number)
            if not rows.size:
                continue
            x, y = columns.astype(np.float64), rows.astype(np.float64)
            at = layer.locate(self._view(layer, i), self._time(i), x, y)
            to_x, to_y = layer.project(self._view(layer, j), self._time(j), *at)
            flow[rows, columns] = np.stack([to_x - x, to_y - y], 1)
        return flow

    def visible(self, i: int, j: int) -> NDArray[np.bool_]:
        """Which pixels of frame i are seen in frame j as well: bool (height, width).

        True where one layer alone makes the pixel, and at p + flow(p), which is inside the
        picture, the same layer alone makes each of the four pixels around. Soft edges, glints and
        translucent reflections have no single motion: they are False.
        """
        owner_i, pure_i = self.owners(i)
        owner_j, pure_j = self.owners(j)
        flow = self.flow(i, j)
        grid_y, grid_x = np.indices(owner_i.shape, dtype=np.float32)
        to_x, to_y = grid_x + flow[..., 0], grid_y + flow[..., 1]
        inside = (to_x >= 0) & (to_x <= self.width - 1) & (to_y >= 0) & (to_y <= self.height - 1)
        left = np.clip(np.floor(to_x), 0, self.width - 2).astype(np.intp)
        top = np.clip(np.floor(to_y), 0, self.height - 2).astype(np.intp)
        seen = pure_i & inside
        for row in (top, top + 1):
            for column in (left, left + 1):
                seen &= pure_j[row, column] & (owner_j[row, column] == owner_i)
        return seen

    def _time(self, index: int) -> float:
        if not 0 <= index < self.frames:
            raise IndexError(f"frame {index} is not in the scene: 0 to {self.frames - 1} are")
        return float(index / self.rate)

    def _view(self, layer: Layer, index: int) -> Affine:
        """From the layer's scene units to pixel positions (whole numbers are pixel centres)."""
        time = self._time(index)
        scale_x, scale_y = self.width / 1280, self.height / 720
        pixels = np.array([[scale_x, 0, -0.5], [0, scale_y, -0.5]])
        view = self._camera.view(time, parallax=layer.parallax, shear=layer.shear)
        return compose(pixels, compose(view, layer.motion(time)))

    def _place(self, layer: Layer, index: int) -> tuple[slice, slice, Array] | None:
        """The part of the picture that the layer may cover, and its RGBA there, premultiplied."""
        view, time = self._view(layer, index), self._time(index)
        canvas = layer.canvas
        corners_x = canvas.left + np.array([0.0, 1.0, 0.0, 1.0]) * canvas.width
        corners_y = canvas.top + np.array([0.0, 0.0, 1.0, 1.0]) * canvas.height
        at_x, at_y = layer.project(view, time, corners_x, corners_y)
        margin = 2 + layer.reach * self.width / 640
        left, right = max(0, int(at_x.min() - margin)), min(self.width, int(at_x.max() + margin))
        top, bottom = max(0, int(at_y.min() - margin)), min(self.height, int(at_y.max() + margin))
        if left >= right or top >= bottom:
            return None
        y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
        scene_x, scene_y = layer.locate(view, time, x, y)
        rgba = layer.sample(scene_x, scene_y)
        return slice(top, bottom), slice(left, right), rgba

    def owners(self, index: int) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        """The layer that shows most at each pixel, and whether it shows alone."""
        if index not in self._ownership:
            self._ownership[index] = self._find_owners(index)
            while len(self._ownership) > 4:
                self._ownership.popitem(last=False)
        return self._ownership[index]

    def _find_owners(self, index: int) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        owner = np.full((self.height, self.width), -1, np.int16)
        most = np.zeros((self.height, self.width), np.float32)
        for number, layer in enumerate(self.layers):
            placed = self._place(layer, index)
            if placed is None:
                continue
            rows, columns, rgba = placed
            alpha = rgba[..., 3]
            # What lies behind is dimmed; what is dimmed below the newcomer's share loses the pixel.
            behind = most[rows, columns] * (1 - alpha)
            wins = alpha > behind
            owner[rows, columns][wins] = number
            most[rows, columns] = np.where(wins, alpha, behind)
        return owner, most >= _PURE
