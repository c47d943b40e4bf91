"""What is painted with at a moment, while one style fades into another."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Mixture:
    """Encoded styles, each with its share; the shares add up to 1.

    Attributes:
        parts: of `Stylizer.encode`, with their shares.
        label: what the user calls it.
    """

    parts: tuple[tuple[Any, float], ...]
    label: str = ""

    def toward(self, other: "Mixture", progress: float) -> "Mixture":
        """What lies between the two: 0 gives this mixture, 1 the other."""
        if progress >= 1:
            return other
        # By identity: what a method keeps of a style need not be hashable, and is made once.
        shares: dict[int, tuple[Any, float]] = {}
        for mixture, weight in ((self, 1 - progress), (other, progress)):
            for encoded, share in mixture.parts:
                _, before = shares.get(id(encoded), (encoded, 0.0))
                shares[id(encoded)] = (encoded, before + weight * share)
        return Mixture(tuple(shares.values()), other.label)

    def strongest(self, count: int) -> "Mixture":
        """The mixture of its `count` largest parts alone."""
        if len(self.parts) <= count:
            return self
        kept = sorted(self.parts, key=lambda part: part[1], reverse=True)[:count]
        total = sum(share for _, share in kept)
        return Mixture(tuple((encoded, share / total) for encoded, share in kept), self.label)


@dataclass(frozen=True, eq=False)
class Change:
    """A change of style that was asked for.

    Attributes:
        target: what it leads to.
        seconds: how long it takes from the first frame on.
        asked: when, in seconds of `time.perf_counter`.
    """

    target: Mixture
    seconds: float
    asked: float


class CrossFade:
    """Leads from each mixture to the next, frame by frame.

    Any thread may ask for a change; one thread asks what to paint with. Nothing in it waits.

    Args:
        first: what the first frames are painted with.
        most_parts: how many parts of a fade that another one cuts short are kept. Those of a
            method that runs a network for each part cost time for every frame.
    """

    def __init__(self, first: Mixture, *, most_parts: int) -> None:
        self._most_parts = most_parts
        self._wanted = Change(target=first, seconds=0.0, asked=0.0)
        self._change = self._wanted
        self._start = self._present = first
        self._began = self._last_moment = 0.0

    @property
    def change(self) -> Change:
        """The newest change that frames have seen."""
        return self._change

    @property
    def wanted(self) -> Mixture:
        """Where the newest change leads."""
        return self._wanted.target

    @property
    def fading(self) -> bool:
        """Whether frames do not show all of the newest change yet."""
        return self._present is not self._wanted.target

    def to(self, target: Mixture, *, seconds: float, asked: float) -> None:
        """Change to `target`, from the next frame on."""
        self._wanted = Change(target, seconds, asked)

    def at(self, moment: float) -> Mixture:
        """What to paint the frame of that moment with, in seconds.

        One before the last, as after a stall of a camera, counts as the last.
        """
        moment = max(moment, self._last_moment)
        if self._change is not self._wanted:
            self._change = self._wanted
            self._start = self._present.strongest(self._most_parts)
            # Counted from the frame before: already the first frame is to show the change.
            self._began = self._last_moment
        self._last_moment = moment
        self._present = self._progressed(moment - self._began)
        return self._present

    def _progressed(self, seconds: float) -> Mixture:
        change = self._change
        if self._present is change.target or seconds >= change.seconds:
            return change.target
        return self._start.toward(change.target, seconds / change.seconds)
