"""Which codecs can be written, by which encoder, into which files."""

from dataclasses import dataclass, field
from pathlib import Path

import av

from vidstyle.choice import Choice
from vidstyle.errors import UsageError, VidstyleError


class Codec(Choice):
    """A video codec, or a still-picture format for folders of pictures."""

    H264 = "h264"
    HEVC = "hevc"
    AV1 = "av1"
    VP9 = "vp9"
    PRORES = "prores"
    GIF = "gif"
    PNG = "png"

    @classmethod
    def _missing_(cls, value: object) -> "Codec | None":
        return cls.HEVC if value == "h265" else None  # Both are names of one standard.


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """How FFmpeg writes a codec."""

    name: str
    pixel_format: str = "yuv420p"
    suffixes: tuple[str, ...]
    crf_at_0: float = 0
    """The constant rate factor at quality 0 …"""
    crf_at_100: float = 0
    """… and at quality 100; equal where the encoder has none."""
    smallest_side: int = 1
    """In pixels. Below it some encoders hang or crash rather than refuse."""
    largest_side: int = 65535
    """In pixels."""
    options: dict[str, str] = field(default_factory=dict)
    fast_options: dict[str, str] = field(default_factory=dict)
    """In place of those, where time counts more than the size of the file."""

    def options_for(self, quality: int, *, fast: bool = False) -> dict[str, str]:
        """The encoder's options at `quality`, 0 (smallest) to 100 (best)."""
        options = {**self.options, **(self.fast_options if fast else {})}
        if self.name == "prores_ks":  # Profiles in place of a rate factor: 0 proxy … 3 HQ.
            return {**options, "profile": str(min(3, quality // 25))}
        if self.crf_at_0 == self.crf_at_100:
            return options
        crf = self.crf_at_0 + (self.crf_at_100 - self.crf_at_0) * quality / 100
        return {**options, "crf": f"{crf:.0f}"}


DEFAULT_QUALITY = 75

# At quality 75 each gives a picture that can hardly be told from its source.
ENCODERS = {
    Codec.H264: Encoder(
        name="libx264",
        suffixes=(".mp4", ".m4v", ".mov", ".mkv", ".avi"),
        largest_side=16384,
        crf_at_0=50,
        crf_at_100=8,
        options={"preset": "veryfast"},
        # Of painted video, files at equal PSNR have 0.95 to 1.2 times the size, at 0.6 of the time.
        fast_options={"preset": "superfast"},
    ),
    Codec.HEVC: Encoder(
        name="libx265",
        smallest_side=64,
        suffixes=(".mp4", ".m4v", ".mov", ".mkv"),
        crf_at_0=50,
        crf_at_100=10,
        options={"preset": "veryfast", "x265-params": "log-level=error"},
        fast_options={"preset": "ultrafast"},
    ),
    Codec.AV1: Encoder(
        name="libsvtav1",
        smallest_side=64,
        largest_side=16384,
        suffixes=(".mp4", ".m4v", ".mkv", ".webm"),
        crf_at_0=63,
        crf_at_100=15,
        options={"preset": "10"},
        fast_options={"preset": "12"},
    ),
    Codec.VP9: Encoder(
        name="libvpx-vp9",
        suffixes=(".webm", ".mp4", ".mkv"),
        crf_at_0=63,
        crf_at_100=15,
        options={"b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"},
        fast_options={"deadline": "realtime", "cpu-used": "8"},
    ),
    Codec.PRORES: Encoder(name="prores_ks", pixel_format="yuv422p10le", suffixes=(".mov", ".mkv")),
    Codec.GIF: Encoder(name="gif", pixel_format="rgb24", suffixes=(".gif",)),
}

_FORMATS = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "webm",
    ".avi": "avi",
    ".gif": "gif",
}

_DEFAULT_CODECS = {".webm": Codec.VP9, ".gif": Codec.GIF}


def container_format(path: Path) -> str:
    """FFmpeg's name for the container that the file name asks for."""
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        raise UsageError(
            f"cannot write '{path.name}': use a name that ends in {', '.join(_FORMATS)}, "
            "or a folder (ending in /) for pictures"
        ) from None


def codec_for(path: Path, wanted: Codec | None) -> Codec:
    """The codec to write into `path`: the wanted one where it fits, else the usual one."""
    container_format(path)
    suffix = path.suffix.lower()
    if wanted is None:
        return _DEFAULT_CODECS.get(suffix, Codec.H264)
    suffixes = ENCODERS[wanted].suffixes if wanted in ENCODERS else ()
    if suffix not in suffixes:
        places = ", ".join(suffixes) or "a folder, such as -o frames/"
        raise UsageError(f"{wanted.value} does not go into {suffix} files: write to {places}")
    return wanted


def check_available(codec: Codec) -> Encoder:
    """The encoder of `codec`; an error where this build of FFmpeg lacks it."""
    encoder = ENCODERS[codec]
    if not is_available(encoder):
        raise VidstyleError(
            f"this FFmpeg has no encoder {encoder.name} for {codec.value}: "
            "choose another --codec (vidstyle doctor lists them)"
        )
    return encoder


def is_available(encoder: Encoder) -> bool:
    """Whether this build of FFmpeg has the encoder."""
    try:
        av.Codec(encoder.name, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True
