"""What a training run trains: `[network]` of its TOML file."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from vidstyle.nets.generator_shape import Upsampling
from vidstyle.sections import Place, Section

# Bounds far above what anybody trains, and below what no memory holds.
_Channels: TypeAlias = Annotated[int, Field(gt=0, le=2048)]
_Blocks: TypeAlias = Annotated[int, Field(ge=0, le=64)]


class LiteSection(Section):
    """The part of `[network]` that both light networks have: sizes as of `LiteShape`."""

    half: _Channels = 16
    quarter: _Channels = 64
    eighth: _Channels = 128
    quarter_blocks: tuple[_Blocks, _Blocks] = (1, 1)
    eighth_blocks: _Blocks = 4
    mixing_rank: int = Field(default=8, ge=0, le=256)


class AdaINLiteSection(LiteSection):
    """`[network] kind = "adain-lite"`."""

    kind: Literal["adain-lite"]
    style_width: _Channels = 32
    style_hidden: _Channels = 256


class SlimJohnsonSection(LiteSection):
    """`[network] kind = "slim-johnson"`."""

    kind: Literal["slim-johnson"]


class JohnsonSection(Section):
    """`[network] kind = "johnson"`."""

    kind: Literal["johnson"]
    width: _Channels = 32


class AdaINVGG19Section(Section):
    """`[network] kind = "adain-vgg19"`: a decoder for the frozen, normalised VGG-19."""

    kind: Literal["adain-vgg19"]


class AdaINTimmSection(Section):
    """`[network] kind = "adain-timm"`: a decoder for a frozen encoder of timm.

    Attributes:
        encoder: the model's name in timm.
        stride: pixels that one step of the features used covers.
        pretrained: with timm's weights, which are downloaded; without, the encoder is random.
        weights: a file with the encoder's weights, or the whole model's as timm publishes them, in
            place of a download.
    """

    kind: Literal["adain-timm"]
    encoder: str
    stride: int = Field(default=8, gt=1)
    pretrained: bool = True
    weights: Place | None = None


class CycleGANSection(Section):
    """`[network] kind = "cyclegan"`: two generators and two discriminators.

    The generator from `data.content` to `data.style` is the result; the one back lies beside it.

    Attributes:
        widths: channels of the generators at the full size, a half and a quarter of it.
        blocks: how many residual blocks they have.
        upsampling: how they come back to full size; "resize" leaves no checkerboard.
        discriminator_width: channels of the discriminators' first convolution.
        pool: how many painted pictures are kept, which the discriminators see again.
    """

    kind: Literal["cyclegan"]
    widths: tuple[_Channels, _Channels, _Channels] = (64, 128, 256)
    blocks: int = Field(default=9, gt=0, le=64)
    upsampling: Upsampling = Upsampling.TRANSPOSED
    discriminator_width: int = Field(default=64, gt=0, le=512)
    pool: int = Field(default=50, ge=0)


NetworkSection: TypeAlias = Annotated[
    AdaINLiteSection
    | SlimJohnsonSection
    | JohnsonSection
    | AdaINVGG19Section
    | AdaINTimmSection
    | CycleGANSection,
    Field(discriminator="kind"),
]
