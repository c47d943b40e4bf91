"""H.264 as live pictures need it: at once, at their own times, whatever their size."""

from collections.abc import Mapping
from fractions import Fraction

from av.codec.context import Flags
from av.container import OutputContainer
from av.video.stream import VideoStream

from vidstyle.video.codecs import Codec, check_available
from vidstyle.video.colour import BT709_LIMITED
from vidstyle.video.convert import FromRgb, Size, encoded_size
from vidstyle.video.frame import RgbPicture
from vidstyle.video.letterbox import letterboxed

_PIXEL_FORMAT = "yuv420p"
# 90 kHz is the clock of MPEG: it divides the usual rates and is what every player expects.
_CLOCK = Fraction(1, 90_000)
_KEY_FRAME_SECONDS = 2


class LiveEncoder:
    """The video track of `output`: no picture waits in it for another one.

    A picture of 640x360 takes 3 ms of a CPU core, and one of 1280x720 13 ms.
    """

    def __init__(
        self, output: OutputContainer, *, size: Size, rate: Fraction, options: Mapping[str, str]
    ) -> None:
        """Adds the track to `output`, which must not have been started.

        `size`: of the video, odd sides grow by one, and pictures of another are letterboxed;
        `rate`: frames per second, the most usual one; `options`: of x264, such as its bit rate.
        """
        self.collisions = 0
        """Pictures that were left out because their time was not after the one before."""
        self._output = output
        self._size = size
        self._convert = FromRgb(_PIXEL_FORMAT, BT709_LIMITED)
        self._duration = round(1 / rate / _CLOCK)
        self._last_pts = -1
        stream = output.add_stream(
            check_available(Codec.H264).name,
            rate=rate,
            options={
                "preset": "superfast",
                "tune": "zerolatency",
                "g": str(max(1, round(_KEY_FRAME_SECONDS * rate))),
                **options,
            },
        )
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        even = encoded_size(size, _PIXEL_FORMAT)
        context.width, context.height = even.width, even.height
        context.pix_fmt = _PIXEL_FORMAT
        context.time_base = stream.time_base = _CLOCK
        context.framerate = rate
        context.flags |= Flags.frame_duration
        BT709_LIMITED.tag(context)
        self._stream = stream

    def write(self, picture: RgbPicture, time: Fraction) -> None:
        """Encode and write one picture, uint8 (H, W, 3), shown from `time` in seconds on."""
        pts = round(time / _CLOCK)
        if pts <= self._last_pts:
            self.collisions += 1
            return
        self._last_pts = pts
        frame = self._convert(letterboxed(picture, self._size))
        frame.pts, frame.time_base, frame.duration = pts, _CLOCK, self._duration
        self._output.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._output.mux(self._stream.encode(None))
