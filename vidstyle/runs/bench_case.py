"""What one line of a benchmark's table is about."""

from dataclasses import dataclass

from vidstyle.video.convert import Size


@dataclass(frozen=True, kw_only=True)
class BenchCase:
    """What is measured.

    Attributes:
        method: `adain`, `adain-vgg19`, `johnson` or `cyclegan`.
        style: a picture or a name.
        size: of the frames, both of the clip and of the network.
        stabilise: how firmly the files are held steady, 0 to 1.
        backend, device, precision: as for `stylize_file`.
    """

    method: str
    style: str
    size: Size
    stabilise: float
    backend: str
    device: str
    precision: str
