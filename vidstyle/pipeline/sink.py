"""Where the items of a pipeline end."""

from typing import Protocol, TypeVar

T_contra = TypeVar("T_contra", contravariant=True)


class Sink(Protocol[T_contra]):
    """Takes every item of a run, in order, in one thread.

    A run ends in one of two ways: `close()` returned, or `abort()` was called once. Never both.
    """

    def write(self, item: T_contra) -> None:
        """Take one item. May fail."""

    def close(self) -> None:
        """Complete the output after the last item. May fail; then `abort()` follows."""

    def abort(self) -> None:
        """Throw the output away. Called after any failure: also of `write` and `close`."""
