"""Colour printing from wood blocks: cutting them, shifting them a little, pressing the ink."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, Canvas, Color, blur, mix, ramp

Floats = NDArray[np.float64]
Blocks = dict[str, Array]


def lay(keys: dict[str, Array], mask: Array, name: str | None) -> None:
    """Cut a shape out of every block, and leave it standing on one; on none for bare paper."""
    for block_name, block in keys.items():
        np.multiply(block, 1 - mask, out=block)
        if block_name == name:
            np.add(block, mask, out=block)


def union(block: Canvas, outlines: list[Floats]) -> Array:
    """Where any of the polygons is, in [0, 1]."""
    mask = np.zeros(block.shape, np.uint8)
    for outline in outlines:
        points = (outline - (block.left, block.top)) * block.density - 0.5
        cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def ribbon(line: Floats, thick: Floats) -> Floats:
    """The outline of a line that is `thick` wide at each of its points."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    side = np.stack([-along[:, 1], along[:, 0]], 1) * (thick / 2)[:, None]
    return np.asarray(np.concatenate([line + side, (line - side)[::-1]]))


def rounded(place: Floats, radius: float) -> Floats:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.asarray(place + radius * np.stack([np.cos(angle), 0.92 * np.sin(angle)], 1))


def paper(block: Canvas) -> Array:
    """Bare paper, cream, with its fibres."""
    fibre = block.noise(2, seed=4, octaves=2, stretch=5)
    fibre = fibre + block.noise(2, seed=5, octaves=2, stretch=0.25)
    tone = np.clip(0.55 + 0.12 * fibre + 0.16 * block.noise(180, seed=6), 0, 1)
    return mix((0.88, 0.82, 0.69), (0.97, 0.93, 0.83), tone)


def shifted(block: Canvas, shape: Array, x: float, y: float, turn: float) -> Array:
    """A block laid askew: moved by (x, y) scene units and turned by so many degrees."""
    matrix = cv2.getRotationMatrix2D((shape.shape[1] / 2, shape.shape[0] / 2), turn, 1.0)
    slide = np.array([[0, 0, x], [0, 0, y]]) * block.density
    moved = cv2.warpAffine(
        shape, np.asarray(matrix) + slide, (shape.shape[1], shape.shape[0]), flags=cv2.INTER_LINEAR
    )
    return np.asarray(moved, np.float32)


def pressed(block: Canvas, under: Array, shape: Array, ink: Color, *, seed: int) -> Array:
    """Ink from one block: grain of the plank, specks, and more ink along the carved edges."""
    bend = block.noise(420, seed=seed, octaves=2, stretch=2) * 60 + 14 * block.noise(
        150, seed=seed + 40, octaves=2, stretch=4
    )
    rings = np.sin((block.y + bend) / 3.4 + 1.5 * np.sin((block.y + bend) / 17))
    pores = block.noise(2.2, seed=seed + 60, octaves=2, stretch=16)
    specks = block.noise(2.6, seed=seed + 80, octaves=2)
    rough = shape + 0.16 * specks * (shape > 0.02)
    cover = ramp(blur(rough, 0.9), 0.40, 0.62)
    soft = blur(cover, 4.5)
    rim = np.clip(cover - soft, 0, 1)
    load = (
        0.90
        + 0.085 * rings * (0.6 + 0.5 * block.noise(130, seed=seed + 100))
        - 0.16 * ramp(pores, 0.25, 0.8)
    )
    load = load - 0.30 * ramp(specks + 0.4 * pores, 0.66, 0.9) + 0.16 * rim
    amount = np.clip(cover * load, 0, 1)
    # Inks are a little transparent: what is below darkens them.
    over = np.asarray(ink, np.float32) * (0.72 + 0.28 * under)
    return np.asarray(under + (over - under) * amount[..., None])
