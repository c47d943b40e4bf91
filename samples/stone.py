"""Laid stone and roof tiles: patterns with joints, tones and bumps."""

import numpy as np

from samples.canvas import Array, mix, ramp


def masonry(
    u: Array, v: Array, *, width: float, height: float, seed: int, joint: float = 0.07
) -> tuple[Array, Array, Array]:
    """Courses of blocks on the plane (u, v): tone of each block in [0, 1], bulge, joints.

    All are float32 of the shape of `u`; the joints are 1 on mortar and 0 on stone.
    """
    course = np.floor(v / height)
    wide = width * (0.8 + 0.5 * _hash(course, course * 0 + 3, seed))
    along = u / wide + _hash(course, course * 0, seed) * 7
    block = np.floor(along)
    across_u, across_v = along - block, v / height - course
    edge_u = np.minimum(across_u, 1 - across_u) * wide / height
    edge_v = np.minimum(across_v, 1 - across_v)
    edge = np.minimum(edge_u, edge_v)
    tone = _hash(block, course, seed + 1)
    return tone, ramp(edge, 0, 0.30), ramp(edge, joint, joint * 0.4)


def _hash(a: Array, b: Array, seed: int) -> Array:
    """A random number in [0, 1) for each pair of whole numbers."""
    mixed = (
        a.astype(np.int64) * 374761393 + b.astype(np.int64) * 668265263 + seed * 974711
    ) & 0xFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFF
    return ((mixed ^ (mixed >> 16)) % 65536 / 65536).astype(np.float32)


def tiles(u: Array, v: Array, *, width: float, height: float, seed: int) -> tuple[Array, Array]:
    """Rows of roof tiles: tone of each in [0, 1], and light on their curve, about 1."""
    course = np.floor(v / height)
    along = u / width + 0.5 * (course % 2)
    tone = _hash(np.floor(along), course, seed)
    round_u = along - np.floor(along) - 0.5
    fall = v / height - course
    light = 1.10 - 0.55 * round_u - 0.45 * ramp(fall, 0.72, 1.0)
    return tone, np.asarray(light, np.float32)


def stone_color(tone: Array, grain: Array) -> Array:
    """Warm grey stone, RGB, for a block's tone in [0, 1] and grain about 0."""
    color = mix((0.42, 0.38, 0.35), (0.68, 0.61, 0.52), tone)
    return np.clip(color * (1 + 0.30 * grain[..., None]), 0, 1)
