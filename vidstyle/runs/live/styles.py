"""The styles of a live run: a list to step through, and how each comes to be painted with."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from vidstyle.errors import UsageError
from vidstyle.runs.live.background import Background
from vidstyle.runs.live.cross_fade import CrossFade, Mixture
from vidstyle.runs.live.painter import Painter
from vidstyle.runs.loading import StyleWish
from vidstyle.stylizers import Style


class LiveStyles:
    """Turns what a user wants to paint with into changes of a cross-fade.

    One thread gives the commands. Styles are encoded in the background; those of the list that
    are encoded already are taken at once.

    Args:
        wishes: the list to step through. Where some have shares, a run begins with the mix of all.
        painter: encodes styles.
        resolve: finds the picture or the weights of a style.
        background: where styles are encoded. Its `on_error` is told of those that cannot be had.

    Raises:
        UsageError: there is no such style, or the method does not take it.
        VidstyleError: the first style cannot be read.
    """

    def __init__(
        self,
        wishes: Sequence[StyleWish],
        *,
        painter: Painter,
        resolve: Callable[[StyleWish], Style],
        background: Background,
    ) -> None:
        self._list = [wish.alone for wish in wishes]
        self._painter = painter
        self._resolve = resolve
        self._background = background
        self._encoded: dict[str, Any] = {}
        self._position = 0
        self._asked = self._applied = 0
        self._lock = Lock()
        is_mix = any(wish.has_share for wish in wishes)
        first = self.mixture(wishes if is_mix else wishes[:1])
        self.fade = CrossFade(first, most_parts=painter.most_parts)

    @property
    def label(self) -> str:
        """What is painted with, or faded to."""
        return self.fade.wanted.label

    @property
    def listed(self) -> tuple[StyleWish, ...]:
        """The list to step through."""
        return tuple(self._list)

    def preload(self) -> None:
        """Encode the whole list in the background, so that each of it can be taken at once."""
        for wish in self._list:
            self._background.soon(lambda wish=wish: self._encode(wish))  # type: ignore[misc]

    def mixture(self, wishes: Sequence[StyleWish]) -> Mixture:
        """The styles, encoded now, in the parts that their shares make.

        Raises:
            VidstyleError: one of them cannot be had.
        """
        total = sum(wish.share for wish in wishes)
        parts = tuple((self._encode(wish), wish.share / total) for wish in wishes)
        return Mixture(parts, " + ".join(wish.label for wish in wishes))

    def step(self, steps: int, *, seconds: float, asked: float) -> None:
        """Go on so many styles in the list, round and round.

        Raises:
            UsageError: the list has one style alone.
        """
        self._paint_with([self._after(steps)], seconds=seconds, asked=asked)

    def paint_with(self, wishes: Sequence[StyleWish], *, seconds: float, asked: float) -> None:
        """Fade to a style, or to a mix; with no wish, to the present one of the list and the next.

        Args:
            wishes: names or paths, or numbers of the list.
            seconds: how long the fade takes.
            asked: when that was asked for, in seconds of `perf_counter`.

        Raises:
            UsageError: the list has no style of that number.
        """
        chosen = [self._listed(wish) for wish in wishes] or [self._after(0), self._after(1)]
        self._paint_with(chosen, seconds=seconds, asked=asked)

    def _paint_with(self, chosen: list[StyleWish], *, seconds: float, asked: float) -> None:
        texts = [wish.text for wish in self._list]
        if chosen[0].text in texts:
            self._position = texts.index(chosen[0].text)
        self._asked += 1
        number = self._asked

        def change() -> None:
            target = self.mixture(chosen)
            with self._lock:
                # What was asked for since goes before, if it could be had.
                if number > self._applied:
                    self._applied = number
                    self.fade.to(target, seconds=seconds, asked=asked)

        if all(wish.text in self._encoded for wish in chosen):
            change()
        else:
            self._background.next(change)

    def _after(self, steps: int) -> StyleWish:
        if len(self._list) < 2:
            raise UsageError("the list has no other style: give several with --style")
        position = (self._position + steps) % len(self._list)
        return self._list[position]

    def _listed(self, wish: StyleWish) -> StyleWish:
        """The wish as the list has it, if it is a name or a number there."""
        for listed in self._list:
            if wish.text in (listed.text, listed.label):
                return replace(listed, share=wish.share)
        if not wish.text.isdecimal():
            return wish
        numbers = {str(number): listed for number, listed in enumerate(self._list, start=1)}
        if wish.text not in numbers:
            raise UsageError(f"there is no style {wish.text}: the list has {len(self._list)}")
        return replace(numbers[wish.text], share=wish.share)

    def _encode(self, wish: StyleWish) -> Any:
        if wish.text in self._encoded:
            return self._encoded[wish.text]
        encoded = self._painter.encode(self._resolve(wish))
        # Any other may be a file that has changed when it is named again.
        if any(wish.text == listed.text for listed in self._list):
            self._encoded[wish.text] = encoded
        return encoded
