"""Sound as it is made, by FFmpeg's devices: ALSA, AVFoundation, DirectShow."""

import os
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from vidstyle.video.container import reason
from vidstyle.video.devices import listed_devices
from vidstyle.video.source import SourceError

DEFAULT = "default"
TEST_PREFIX = "test:"
_TEST_SOUND = "sine=frequency=440:sample_rate=48000"
_OPEN_SECONDS = 5.0
_CLOSE_SECONDS = 1.0
_KEPT_SECONDS = 30.0
"""How much sound waits for who takes it; then the oldest is dropped."""

_ALSA_FILES = {
    "ALSA_CONFIG_PATH": ("usr/share/alsa/alsa.conf",),
    # Without these, "default" does not reach PulseAudio or PipeWire.
    "ALSA_PLUGIN_DIR": ("usr/lib/*/alsa-lib", "usr/lib64/alsa-lib", "usr/lib/alsa-lib"),
}

# A device's clock and the computer's drift apart by less than this.
_DRIFT = 0.001
# Sound that comes later than this has a hole before it; less is the computer's being busy.
_HOLE_SECONDS = 0.25


@dataclass(frozen=True)
class Sound:
    """Some milliseconds of sound."""

    samples: av.AudioFrame
    captured: float
    """When its first sample was, in seconds of `time.perf_counter()`."""


class Microphone:
    """A device that is read by a thread of its own, so that nothing of it is lost."""

    def __init__(self, name: str = DEFAULT) -> None:
        """`name`: as the system knows it, or `test:` and a sound of FFmpeg's lavfi.

        Raises:
            SourceError: it cannot be opened.
        """
        self.name = name
        self.error = ""
        """Why it has ended early."""
        self._container = _open(name)
        stream = self._container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            self._container.close()
            raise SourceError(f"the microphone '{name}' has no sound")
        self._stream = stream
        self._pieces: deque[Sound] = deque()
        self._kept_seconds = 0.0
        self._lock = Lock()
        self._closing = Event()
        self._thread = Thread(target=self._listen, name="microphone", daemon=True)
        self._thread.start()

    def take(self) -> list[Sound]:
        """What has come since the last call, in order."""
        with self._lock:
            pieces, self._pieces = list(self._pieces), deque()
            self._kept_seconds = 0.0
        return pieces

    def close(self) -> None:
        """Let go of the device; may be called twice."""
        self._closing.set()
        self._thread.join(_CLOSE_SECONDS)  # A device that gives nothing more is left behind.

    def _listen(self) -> None:
        clock = _Clock()
        try:
            for samples in self._container.decode(self._stream):
                if self._closing.is_set():
                    break
                seconds = samples.samples / samples.sample_rate
                self._keep(Sound(samples, clock.beginning(seconds)), seconds)
            else:
                self.error = "it gives no more sound"
        except (av.FFmpegError, OSError) as error:
            self.error = reason(error)
        finally:
            self._container.close()

    def _keep(self, piece: Sound, seconds: float) -> None:
        with self._lock:
            self._pieces.append(piece)
            self._kept_seconds += seconds
            while self._kept_seconds > _KEPT_SECONDS:
                oldest = self._pieces.popleft().samples
                self._kept_seconds -= oldest.samples / oldest.sample_rate


class _Clock:
    """Tells when sound was captured, by when it arrives.

    Devices count samples exactly but start whenever they like; sound arrives late, by more or less,
    and never early. So the earliest arrival of all tells where the count began.
    """

    def __init__(self) -> None:
        self._next: float | None = None

    def beginning(self, seconds: float, *, now: float | None = None) -> float:
        """When the piece of sound that is complete now began."""
        beginning = (perf_counter() if now is None else now) - seconds
        if self._next is not None and 0 <= beginning - self._next < _HOLE_SECONDS:
            beginning = self._next + min(beginning - self._next, _DRIFT * seconds)
        self._next = beginning + seconds
        return beginning


def _open(name: str) -> InputContainer:
    device, format_name = _device(name)
    try:
        return av.open(device, format=format_name, timeout=_OPEN_SECONDS)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceError(
            f"cannot open the microphone '{name}' ({format_name}: {reason(error)}): "
            "is it there, and may this program use it?"
        ) from error


def _device(name: str) -> tuple[str, str]:
    """The device's name for FFmpeg, and FFmpeg's name for its kind."""
    if name.startswith(TEST_PREFIX):
        return f"{name.removeprefix(TEST_PREFIX) or _TEST_SOUND},arealtime", "lavfi"
    if sys.platform == "darwin":
        return f":{name}", "avfoundation"
    if sys.platform == "win32":
        return f"audio={_first_of_windows() if name == DEFAULT else name}", "dshow"
    _show_alsa_its_files()
    return name, "alsa"


def _first_of_windows() -> str:
    devices = listed_devices("dshow", "audio")
    if not devices:
        raise SourceError("there is no microphone (DirectShow lists none)")
    return devices[0].description


def _show_alsa_its_files() -> None:
    """PyAV's wheels bring an ALSA that looks for its files where they were built."""
    for variable, places in _ALSA_FILES.items():
        found = next(_existing(places), None)
        if found is not None:
            os.environ.setdefault(variable, str(found))


def _existing(places: tuple[str, ...]) -> Iterator[Path]:
    for place in places:
        yield from Path("/").glob(place)
