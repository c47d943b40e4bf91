"""A microphone's sound as a track beside live pictures."""

from collections.abc import Iterable, Iterator

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph

from vidstyle.video.microphone import Sound

_RATE = 48_000
_LAYOUT = "stereo"
_BITS_PER_SECOND = 160_000


class SoundTrack:
    """Encodes what a microphone hears, each sample at the time it was captured."""

    def __init__(self, output: OutputContainer) -> None:
        """Adds the track to `output`, which must not have been started."""
        self._output = output
        self._fit = _Fit()
        self._begun = False
        stream = output.add_stream("aac", rate=_RATE, layout=_LAYOUT)
        assert isinstance(stream, AudioStream)
        stream.codec_context.bit_rate = _BITS_PER_SECOND
        self._stream = stream

    def write(self, sounds: Iterable[Sound], zero: float) -> None:
        """Write what was heard since `zero`, the `perf_counter()` second that is time 0."""
        for sound in sounds:
            if sound.captured >= zero:
                self._encode(sound.samples, sound.captured - zero)

    def write_silence(self, seconds: float) -> None:
        """Begin with silence, unless something was heard: MP4 waits for a word of every track."""
        if not self._begun:
            samples = av.AudioFrame(format="s16", layout=_LAYOUT, samples=round(seconds * _RATE))
            samples.sample_rate = _RATE
            for plane in samples.planes:
                plane.update(bytes(plane.buffer_size))
            self._encode(samples, 0.0)

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._output.mux(self._stream.encode(None))

    def _encode(self, samples: av.AudioFrame, seconds: float) -> None:
        self._begun = True
        for fitted in self._fit(samples, seconds):
            self._output.mux(self._stream.encode(fitted))


class _Fit:
    """Makes sound of any kind stereo of one rate, and true to its times.

    The clock of a sound device is not the computer's: sound is stretched or squeezed a little, and
    holes are filled with silence, by FFmpeg's resampler.
    """

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._kind: tuple[str, str, int] | None = None
        self._end = 0

    def __call__(self, samples: av.AudioFrame, seconds: float) -> Iterator[av.AudioFrame]:
        """What is ready after `samples`, whose first one is `seconds` after the beginning."""
        kind = (samples.format.name, samples.layout.name, samples.sample_rate)
        if kind != self._kind:
            self._graph, self._kind = _graph(*kind, beginning=self._end), kind
        assert self._graph is not None
        samples.pts = round(seconds * samples.sample_rate)
        self._graph.push(samples)
        while True:
            try:
                fitted = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(fitted, av.AudioFrame)
            assert fitted.pts is not None
            self._end = fitted.pts + fitted.samples
            yield fitted


def _graph(sample_format: str, layout: str, rate: int, *, beginning: int) -> Graph:
    graph = Graph()
    graph.link_nodes(
        graph.add_abuffer(sample_rate=rate, format=sample_format, layout=layout),
        graph.add("aresample", f"{_RATE}:async={_RATE // 100}:first_pts={beginning}"),
        graph.add("aformat", f"sample_fmts=fltp:channel_layouts={_LAYOUT}"),
        graph.add("abuffersink"),
    ).configure()
    return graph
