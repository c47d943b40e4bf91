"""The sound of the harbour: surf, gulls, a bell, and a slow tune on plucked strings."""

import numpy as np
from numpy.typing import NDArray

RATE = 48000
Wave = NDArray[np.float64]

# (start in seconds, MIDI note) of the tune; 60 is middle C. A slow three-four in D.
_TUNE = (
    (0.30, 74), (0.95, 78), (1.28, 81), (1.60, 83), (2.25, 81), (2.58, 78),
    (2.90, 79), (3.55, 76), (3.88, 74), (4.20, 76), (4.85, 73), (5.18, 69), (5.50, 74),
)  # fmt: skip
_BASS = (
    (0.30, (50, 57, 62)), (1.60, (55, 59, 62)), (2.90, (52, 59, 64)),
    (4.20, (45, 57, 61)), (5.50, (50, 57, 66)),
)  # fmt: skip


def sound(seconds: float) -> NDArray[np.float32]:
    """Stereo sound of that length at `RATE` samples a second: float32 (2, samples) in [-1, 1]."""
    count = round(seconds * RATE)
    generator = np.random.default_rng(2024)
    mixed = _surf(count, generator)
    for start, note in _TUNE:
        _add(mixed, start, _pluck(note, 2.6) * 0.20, place=0.1)
    for start, chord in _BASS:
        for late, note in enumerate(chord):
            _add(mixed, start + 0.03 * late, _pluck(note, 3.2) * 0.15, place=-0.25 + 0.2 * late)
    for start, place in (
        (0.9, -0.7),
        (1.25, -0.6),
        (3.4, 0.6),
        (3.72, 0.65),
        (4.02, 0.7),
        (5.9, 0.2),
    ):
        _add(mixed, start, _gull(generator) * 0.075, place=place)
    for start in (2.0, 4.9):
        _add(mixed, start, _bell(3.0) * 0.07, place=0.55)
    mixed = _room(mixed)
    fade = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.25 * RATE))
    loudest = float(np.abs(mixed).max())
    return np.asarray(mixed * fade * (0.80 / loudest), np.float32)


def _surf(count: int, generator: np.random.Generator) -> Wave:
    time = np.arange(count) / RATE
    low = np.stack([_filtered(count, generator, 60, 420) for _ in range(2)])
    high = np.stack([_filtered(count, generator, 700, 5200) for _ in range(2)])
    waves = np.stack([0.5 + 0.5 * np.sin(2 * np.pi * time / 3.4 + phase) for phase in (-1.2, -0.5)])
    return low * (0.050 + 0.05 * waves) + high * (0.010 + 0.040 * waves**3)


def _filtered(count: int, generator: np.random.Generator, low: float, high: float) -> Wave:
    """Noise between two frequencies (Hz), falling off softly outside; standard deviation 1."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= 1 / (1 + (low / np.maximum(frequency, 1)) ** 4) / (1 + (frequency / high) ** 4)
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(noise / noise.std(), np.float64)


def _pluck(note: int, seconds: float) -> Wave:
    """A soft string: partials that die the faster the higher they are."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    tone = np.zeros_like(time)
    for partial in range(1, 11):
        frequency = pitch * partial * np.sqrt(1 + 0.0003 * partial**2)
        strength = np.sin(np.pi * partial * 0.21) / partial**1.25
        tone += (
            strength * np.exp(-time * (1.5 + 0.9 * partial)) * np.sin(2 * np.pi * frequency * time)
        )
    return np.asarray(tone * (1 - np.exp(-time * 900)), np.float64)


def _bell(seconds: float) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    partials = (
        (0.5, 0.5, 0.9),
        (1.0, 1.0, 1.2),
        (1.19, 0.7, 1.6),
        (2.0, 0.6, 2.2),
        (2.74, 0.4, 3.4),
        (4.1, 0.2, 5),
    )
    tone = np.zeros_like(time)
    for ratio, strength, decay in partials:
        tone += strength * np.exp(-time * decay) * np.sin(2 * np.pi * 587.3 * ratio * time)
    return np.asarray(tone * (1 - np.exp(-time * 1200)), np.float64)


def _gull(generator: np.random.Generator) -> Wave:
    """One cry: a harsh tone that rises, holds and falls."""
    time = np.arange(round(0.36 * RATE)) / RATE
    part = time / 0.36
    pitch = generator.uniform(850, 1000) * (1 + 0.45 * np.sin(np.pi * part**0.6) - 0.18 * part)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = (
        np.sin(phase + 0.9 * np.sin(2 * phase))
        + 0.45 * np.sin(2 * phase)
        + 0.25 * np.sin(3 * phase)
    )
    return np.asarray(tone * np.sin(np.pi * part) ** 0.8 * (1 - 0.3 * part), np.float64)


def _add(mixed: Wave, start: float, tone: Wave, *, place: float) -> None:
    """Add a tone from `start` seconds on, between the left (-1) and the right (1)."""
    first = round(start * RATE)
    part = tone[: max(0, mixed.shape[1] - first)]
    angle = (place + 1) * np.pi / 4
    mixed[0, first : first + part.size] += part * np.cos(angle)
    mixed[1, first : first + part.size] += part * np.sin(angle)


def _room(mixed: Wave) -> Wave:
    """A little echo, other on the left than on the right."""
    wet = mixed.copy()
    for side, delays in enumerate(((0.031, 0.047, 0.083, 0.127), (0.037, 0.053, 0.079, 0.139))):
        for number, delay in enumerate(delays):
            late = round(delay * RATE)
            wet[side, late:] += mixed[1 - side, :-late] * 0.22 * 0.75**number
    return wet
