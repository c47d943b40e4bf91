"""What a step sees of two sets of pictures that have nothing to do with each other."""

from torch import Tensor

from vidstyle.errors import UsageError
from vidstyle.nets.generator_shape import MULTIPLE
from vidstyle.training.batches import draws_of
from vidstyle.training.config import DataSection
from vidstyle.training.picture_set import PictureSet


class UnpairedBatches:
    """Draws crops of both sets, by the run's seed and the step's number alone.

    Args:
        content: the pictures of one kind.
        styles: the pictures of the other.
        data: how pictures are cut.
        seed: of the run; a process of several takes another.

    Raises:
        UsageError: crops do not fit in the pictures, or not in the generators, or the section asks
            for what is not done here.
    """

    def __init__(
        self, content: PictureSet, styles: PictureSet, *, data: DataSection, seed: int
    ) -> None:
        _check(data)
        self.content = content
        self.styles = styles
        self._data = data
        self._seed = seed

    def __call__(self, step: int) -> tuple[Tensor, Tensor]:
        """Content and style of that step, each float (batch, 3, crop, crop), RGB in [0, 1]."""
        generator = draws_of(self._seed, step)
        count, size = self._data.batch, self._data.crop
        return (
            self.content.random_crops(count, size=size, generator=generator),
            self.styles.random_crops(count, size=size, generator=generator),
        )


def _check(data: DataSection) -> None:
    """See that the section asks for nothing that is not done here."""
    for name in ("context", "identity", "cached", "style_variants"):
        if getattr(data, name):
            raise UsageError(f"data.{name} is nothing that cyclegan has: leave it out")
    if data.crop > min(data.size, data.style_size):
        raise UsageError(
            f"data.crop is {data.crop}: it must fit in data.size, {data.size}, and in "
            f"data.style_size, {data.style_size}"
        )
    if data.crop % MULTIPLE:
        raise UsageError(f"data.crop is {data.crop}: cyclegan needs a multiple of {MULTIPLE}")
