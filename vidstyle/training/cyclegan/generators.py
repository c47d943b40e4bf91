"""The two generators of a run, and what they make of a step's pictures."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vidstyle.nets.cyclegan import ResnetGenerator, initialise
from vidstyle.nets.generator_shape import GeneratorShape


@dataclass(frozen=True)
class Translations:
    """What generators make of pictures of two kinds, each float (N, 3, H, W), RGB in [0, 1].

    Attributes:
        to_style: of the content pictures.
        to_content: of the style pictures.
        content_again: of `to_style`, all the way round.
        style_again: of `to_content`, all the way round.
        same_style: of the style pictures, by the generator to their own kind; empty where none was
            asked for.
        same_content: as `same_style`, of the content pictures.
        others: of the other pictures, to the style's kind.
    """

    to_style: Tensor
    to_content: Tensor
    content_again: Tensor
    style_again: Tensor
    same_style: Tensor
    same_content: Tensor
    others: Tensor


class Generators(nn.Module):
    """A generator from content to style, and one back.

    Args:
        shape: of both.
    """

    def __init__(self, shape: GeneratorShape) -> None:
        super().__init__()
        self.to_style = ResnetGenerator(shape)
        self.to_content = ResnetGenerator(shape)
        initialise(self)

    def forward(
        self, content: Tensor, style: Tensor, others: Tensor, *, identity: bool
    ) -> Translations:
        """Translate, each generator all that it can at a time.

        Args:
            content: float (N, 3, H, W), RGB in [0, 1].
            style: float (N, 3, H, W), RGB in [0, 1].
            others: float (K, 3, H, W), RGB in [0, 1]: content that is to become style, too.
            identity: whether each generator also sees pictures of the kind that it makes.
        """
        count = len(content)
        own_style, own_content = (style, content) if identity else (style[:0], content[:0])
        to_style, same_style, others = self.to_style(torch.cat([content, own_style, others])).split(
            [count, len(own_style), len(others)]
        )
        to_content, same_content = self.to_content(torch.cat([style, own_content])).split(
            [count, len(own_content)]
        )
        return Translations(
            to_style=to_style,
            to_content=to_content,
            content_again=self.to_content(to_style),
            style_again=self.to_style(to_content),
            same_style=same_style,
            same_content=same_content,
            others=others,
        )
