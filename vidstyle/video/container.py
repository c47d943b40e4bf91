"""Opening a media file, and getting to a moment of it."""

from fractions import Fraction
from pathlib import Path

import av
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from vidstyle.video.source import SourceError

# How long before a moment, in seconds, to look for a key frame in files that have no index.
_SEEK_MARGINS = (0, 2, 20)

# Bytes and microseconds that FFmpeg looks for all tracks in.
_PATIENT = {"probesize": "200000000", "analyzeduration": "120000000"}


def open_media(path: Path, *, hardware: str | None = None) -> InputContainer:
    """The file, opened for reading. `SourceError` where it is no media file.

    Args:
        path: of the file.
        hardware: what is to decode it, as FFmpeg calls it ("cuda"); `SourceError` where that
            cannot. None: the CPU.
    """
    try:
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty (0 bytes)")
        # "file:" keeps FFmpeg from taking a colon in a name for a protocol. Old files have tags
        # in other encodings than UTF-8: a spoilt letter is better than a refused video.
        container = av.open(f"file:{path}", metadata_errors="replace")
        if hardware is None and _lacks_sound(container):
            container.close()
            container = av.open(f"file:{path}", options=_PATIENT, metadata_errors="replace")
    except (FileNotFoundError, PermissionError) as error:
        raise SourceError(f"cannot open {path}: {reason(error)}") from error
    except (av.FFmpegError, OSError) as error:
        raise SourceError(
            f"{path} cannot be read as a video ({reason(error)}): "
            "it is not a video, or it was cut off before its index was written"
        ) from error
    if hardware is None:
        return container
    container.close()
    # Else FFmpeg would decode on the CPU and not say so.
    decoder = HWAccel(hardware, allow_software_fallback=False)
    try:
        return av.open(f"file:{path}", metadata_errors="replace", hwaccel=decoder)
    except (av.FFmpegError, OSError, RuntimeError) as error:
        raise SourceError(f"{hardware} cannot decode {path} ({reason(error)})") from error


def _lacks_sound(container: InputContainer) -> bool:
    """Whether there is sound of which nothing is known yet, for it begins late."""
    return any(sound.codec_context and not sound.rate for sound in container.streams.audio)


def main_video(
    container: InputContainer, path: Path | str, *, frames_at_once: bool = True
) -> VideoStream:
    """The video stream that a player would show. `SourceError` where there is none.

    With `frames_at_once` its decoder works on several frames at a time, where it can; else on the
    slices of one alone.
    """
    best = container.streams.best("video")
    for stream in (best, *container.streams.video):
        if isinstance(stream, VideoStream) and not stream.disposition & Disposition.attached_pic:
            if stream.codec_context is None:
                raise SourceError(f"{path} has a video codec that this FFmpeg cannot decode")
            stream.thread_type = "AUTO" if frames_at_once else "SLICE"
            return stream
    kinds = {"cover picture" if s.type == "video" else s.type for s in container.streams}
    raise SourceError(f"{path} has no video, only {', '.join(sorted(kinds)) or 'no streams'}")


def beginning(container: InputContainer) -> Fraction:
    """When the file begins to play, in seconds."""
    return Fraction(container.start_time or 0, av.time_base)


def seek(container: InputContainer, stream: Stream, moment: Fraction) -> bool:
    """Go to a key frame of `stream` at or before `moment`, in seconds.

    False where none was found, and the file has to be opened anew and read from its start: formats
    without an index (MPEG-TS, MPEG-PS) land anywhere.
    """
    for margin in _SEEK_MARGINS:
        target = int((moment - margin) * av.time_base)
        try:
            container.seek(target)
            if _has_key_frame_before(container, stream, moment):
                container.seek(target)
                return True
        except (av.FFmpegError, OSError):
            return False
    return False


def _has_key_frame_before(container: InputContainer, stream: Stream, moment: Fraction) -> bool:
    for packet in container.demux(stream):
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None or (packet.dts or stamp) * packet.time_base > moment:
            return False
        if packet.is_keyframe:
            return stamp * packet.time_base <= moment
    return False


def reason(error: Exception) -> str:
    """Why FFmpeg or the system refused, to be read inside a sentence."""
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]
